package io.edgeai.placement.solver;

/**
 * A rule that a placement breaks.
 *
 * @param rule short lower-case name, e.g. {@code "memory"}
 * @param group index of the group one of whose items breaks it, or -1 where it is none in particular
 * @param node index of the node that item stands on, or -1
 * @param reason how, in words
 */
public record BrokenRule(String rule, int group, int node, String reason) {}
