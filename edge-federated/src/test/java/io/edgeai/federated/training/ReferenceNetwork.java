package io.edgeai.federated.training;

import io.edgeai.federated.data.LabelledSet;

/** Backpropagation with matrices in double, as in a textbook: no sparsity, no fusing, no shared code. */
final class ReferenceNetwork {
    private final int[] widths;

    ReferenceNetwork(DenseNetwork network) {
        widths = network.widths().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Adds the gradient of one sample's cross-entropy, times {@code share}; returns the cross-entropy. */
    double addGradient(double[] p, LabelledSet data, int position, double share, double[] gradient) {
        int layers = widths.length - 1;
        double[][] activation = new double[layers + 1][];
        activation[0] = NaiveNetwork.doubles(data.sample(position));
        int[] at = new int[layers + 1];
        for (int k = 0; k < layers; k++) {
            int in = widths[k];
            int out = widths[k + 1];
            at[k + 1] = at[k] + (in + 1) * out;
            activation[k + 1] = new double[out];
            for (int j = 0; j < out; j++) {
                double sum = p[at[k] + in * out + j];
                for (int i = 0; i < in; i++) {
                    sum += activation[k][i] * p[at[k] + i * out + j];
                }
                activation[k + 1][j] = k + 1 < layers ? Math.max(0, sum) : sum;
            }
        }
        double[] scores = activation[layers];
        double top = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            top = Math.max(top, score);
        }
        double total = 0;
        for (double score : scores) {
            total += Math.exp(score - top);
        }
        int label = data.label(position);
        double[] delta = new double[scores.length];
        for (int j = 0; j < delta.length; j++) {
            delta[j] = share * (Math.exp(scores[j] - top) / total - (j == label ? 1 : 0));
        }
        for (int k = layers - 1; k >= 0; k--) {
            int in = widths[k];
            int out = widths[k + 1];
            double[] back = new double[in];
            for (int i = 0; i < in; i++) {
                for (int j = 0; j < out; j++) {
                    gradient[at[k] + i * out + j] += activation[k][i] * delta[j];
                    back[i] += p[at[k] + i * out + j] * delta[j];
                }
                back[i] = activation[k][i] > 0 ? back[i] : 0;
            }
            for (int j = 0; j < out; j++) {
                gradient[at[k] + in * out + j] += delta[j];
            }
            delta = back;
        }
        return Math.log(total) + top - scores[label];
    }

    /** Sum of the cross-entropies and the mean gradient of a batch. */
    double batch(double[] p, LabelledSet data, int[] positions, double[] gradient) {
        double loss = 0;
        for (int position : positions) {
            loss += addGradient(p, data, position, 1.0 / positions.length, gradient);
        }
        return loss;
    }
}
