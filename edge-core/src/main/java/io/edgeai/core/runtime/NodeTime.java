package io.edgeai.core.runtime;

/**
 * What a node of a graph takes.
 *
 * @param node the node's name as the engine knows it
 * @param op its operator
 * @param provider what ran it, by the names of {@link io.edgeai.core.runtime.provider.ExecutionProvider}: {@code cpu} also
 *     for what another provider did not take
 * @param runs times it ran
 * @param micros mean microseconds of the faster half of its runs; engines count whole microseconds, so that short nodes
 *     are known to about half a microsecond only
 */
public record NodeTime(String node, String op, String provider, int runs, double micros) {}
