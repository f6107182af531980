package io.edgeai.optimize.audit;

/**
 * A node of a quantized graph that the engine computes in float.
 *
 * @param output its first output
 * @param op its operator
 * @param becomes what the engine runs in its place, for instance {@code FusedConv}; empty where it cannot be told
 * @param reason why, in words
 */
public record UnfusedNode(String output, String op, String becomes, String reason) {}
