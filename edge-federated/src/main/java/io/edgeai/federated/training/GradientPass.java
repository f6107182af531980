package io.edgeai.federated.training;

import io.edgeai.federated.data.LabelledSet;

/** Computes with one model on one thread's scratch memory. Not thread-safe. */
public interface GradientPass {
    /**
     * Adds the gradient of the mean cross-entropy of a mini-batch to {@code gradient}.
     *
     * @param order positions in {@code data}; the batch is {@code order[from] … order[to−1]}, at least one
     * @return the sum (not the mean) of the batch's cross-entropies, in nats
     */
    double addGradient(float[] parameters, LabelledSet data, int[] order, int from, int to, float[] gradient);

    /**
     * Class scores before softmax of one sample.
     *
     * @param input array in which the sample begins at {@code offset}
     * @param logits receives one score for each class
     */
    void logits(float[] parameters, float[] input, int offset, float[] logits);

    /** Class scores of the samples {@code from … to−1} one after the other, in a new array; at least one sample. */
    default float[] logits(float[] parameters, LabelledSet data, int from, int to) {
        float[] one = new float[data.classes()];
        float[] all = new float[(to - from) * one.length];
        for (int i = from; i < to; i++) {
            logits(parameters, data.values(), data.offset(i), one);
            System.arraycopy(one, 0, all, (i - from) * one.length, one.length);
        }
        return all;
    }
}
