package io.edgeai.optimize.quantize;

/**
 * A node that stays float.
 *
 * @param node its first output
 * @param op its operator
 * @param reason why
 */
public record FloatNode(String node, String op, String reason) {}
