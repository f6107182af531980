package io.edgeai.core.onnx.cost;

import java.util.List;

/**
 * What a model costs. Sums stop at 2^63-1 instead of overflowing.
 *
 * @param parameters numbers the model was trained to: elements of all constants but INT64, BOOL and text ones, which
 *     hold shapes and indices; constants that the graph generates from a constant shape are included
 * @param weightBytes bytes of all constants stored in the model
 * @param macs multiply-accumulate operations of one run
 * @param flops operations of one run: 2 for each MAC, 1 for each other elementary operation (an exponential is one)
 * @param bytesRead bytes that nodes read, each input of each node counted once
 * @param bytesWritten bytes that nodes write
 * @param peakActivationBytes the most bytes that inputs, intermediate values and outputs take at once where every value
 *     is freed after its last use and reshapes share memory; constants are not included
 * @param nodes each node of the main graph that runs, in order; nodes of constants alone are computed once at load
 *     and not listed
 * @param guessedValues values with a dimension that is not known before a run; it was counted as 1
 * @param work what takes time in one run, by what limits it
 */
public record ModelCost(
        long parameters,
        long weightBytes,
        long macs,
        long flops,
        long bytesRead,
        long bytesWritten,
        long peakActivationBytes,
        List<NodeCost> nodes,
        int guessedValues,
        Work work) {
    public ModelCost {
        nodes = List.copyOf(nodes);
    }
}
