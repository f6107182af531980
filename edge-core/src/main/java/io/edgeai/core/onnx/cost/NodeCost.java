package io.edgeai.core.onnx.cost;

/**
 * What one node costs in one run; nested graphs are included in the node that runs them.
 *
 * @param node operator and name, as {@link io.edgeai.core.onnx.OnnxNode#toString()}
 * @param op operator
 * @param macs multiply-accumulate operations
 * @param flops floating-point (or integer) operations: 2 for each MAC, 1 for each other elementary operation
 * @param bytesRead bytes of its inputs, each counted once
 * @param bytesWritten bytes of its outputs; 0 for operators that only look at their input differently
 */
public record NodeCost(String node, String op, long macs, long flops, long bytesRead, long bytesWritten) {}
