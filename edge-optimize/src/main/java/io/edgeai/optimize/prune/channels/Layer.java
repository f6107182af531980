package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;

/**
 * A Conv, ConvTranspose, Gemm or MatMul with a stored weight.
 *
 * @param node its place among the graph's nodes
 * @param operator the node
 * @param input the value it reads
 * @param inputAxis axis of {@code input} that is summed over; -1 where every channel is treated for itself (depth-wise)
 *     or in blocks (grouped)
 * @param weight name of the stored weight
 * @param weightIn the weight's axis along the input's channels; -1 as above
 * @param weightOut the weight's axis along the output's channels
 * @param bias name of the stored bias, or empty
 */
public record Layer(
        int node,
        OnnxNode operator,
        String input,
        int inputAxis,
        String weight,
        int weightIn,
        int weightOut,
        String bias) {
    public String output() {
        return operator.output(0);
    }

    /** Whether it sums over its input's channels, so that other channels can make up for a missing one. */
    public boolean mixes() {
        return weightIn >= 0;
    }
}
