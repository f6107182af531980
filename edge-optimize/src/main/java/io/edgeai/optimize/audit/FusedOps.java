package io.edgeai.optimize.audit;

/**
 * How the nodes of one operator fared.
 *
 * @param op the operator in the quantized graph
 * @param nodes how many nodes of it the graph has
 * @param meant how many of them have quantized inputs, so that they are meant to compute on bytes
 * @param fused how many of those the engine really computes on bytes
 */
public record FusedOps(String op, int nodes, int meant, int fused) {}
