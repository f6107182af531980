package io.edgeai.federated.training;

import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;

/** Forward and backward pass of a {@link DenseNetwork}, sample by sample, skipping zero inputs and inactive units. */
final class DensePass implements GradientPass {
    private final int[] sizes;
    private final int[] weights;
    private final int[] biases;
    /** For each layer, which of its inputs are not zero, their values and their number. */
    private final int[][] index;

    private final float[][] value;
    private final int[] count;
    /** For each layer, its outputs: ReLU activations, or scores in the last. */
    private final float[][] output;
    /** For each layer, the loss's derivative by its sums. */
    private final float[][] delta;

    private final float[][] rows;

    DensePass(int[] sizes) {
        this.sizes = sizes;
        int layers = sizes.length - 1;
        weights = new int[layers];
        biases = new int[layers];
        index = new int[layers][];
        value = new float[layers][];
        count = new int[layers];
        output = new float[layers][];
        delta = new float[layers][];
        rows = new float[4][Arrays.stream(sizes).max().orElse(1)];
        int at = 0;
        for (int k = 0; k < layers; k++) {
            weights[k] = at;
            biases[k] = at + sizes[k] * sizes[k + 1];
            at = biases[k] + sizes[k + 1];
            index[k] = new int[sizes[k]];
            value[k] = new float[sizes[k]];
            output[k] = new float[sizes[k + 1]];
            delta[k] = new float[sizes[k + 1]];
        }
    }

    @Override
    public double addGradient(float[] parameters, LabelledSet data, int[] order, int from, int to, float[] gradient) {
        double loss = 0;
        float share = 1f / (to - from);
        for (int b = from; b < to; b++) {
            forward(parameters, data.values(), data.offset(order[b]));
            loss += backward(parameters, data.label(order[b]), share, gradient);
        }
        return loss;
    }

    @Override
    public void logits(float[] parameters, float[] input, int offset, float[] logits) {
        forward(parameters, input, offset);
        System.arraycopy(output[output.length - 1], 0, logits, 0, logits.length);
    }

    private void forward(float[] p, float[] input, int offset) {
        int last = output.length - 1;
        for (int k = 0; k <= last; k++) {
            float[] x = k == 0 ? input : output[k - 1];
            count[k] = Kernels.gather(x, k == 0 ? offset : 0, sizes[k], index[k], value[k]);
            Kernels.affine(index[k], value[k], count[k], p, weights[k], biases[k], sizes[k + 1], output[k], rows);
            if (k < last) {
                float[] y = output[k];
                for (int j = 0; j < y.length; j++) {
                    y[j] = Math.max(y[j], 0);
                }
            }
        }
    }

    private double backward(float[] p, int label, float share, float[] g) {
        int last = output.length - 1;
        double loss = Kernels.softmax(output[last], sizes[last + 1], label);
        for (int j = 0; j < delta[last].length; j++) {
            delta[last][j] = share * (output[last][j] - (j == label ? 1 : 0));
        }
        for (int k = last; k >= 0; k--) {
            Kernels.addOuter(index[k], value[k], count[k], delta[k], g, weights[k], sizes[k + 1], rows);
            Kernels.addRow(g, biases[k], delta[k], 0, 1, sizes[k + 1]);
            if (k > 0) {
                Arrays.fill(delta[k - 1], 0);
                Kernels.rowDots(index[k], count[k], p, weights[k], sizes[k + 1], delta[k], delta[k - 1]);
            }
        }
        return loss;
    }
}
