package io.edgeai.formats.huggingface;

import java.util.function.DoubleUnaryOperator;

/**
 * The layers of transformers as their papers define them, one element at a time in double precision, over the weights
 * of a {@link TinyModel}. Matrices are [token][channel].
 */
final class Loops {
    /** A number added to the score of query i and key j in head h. */
    interface Bias {
        double at(int h, int i, int j);
    }

    static final Bias NONE = (h, i, j) -> 0;

    private final TinyModel model;

    Loops(TinyModel model) {
        this.model = model;
    }

    float[] weight(String name) {
        float[] values = model.weights.get(name);
        if (values == null) {
            throw new AssertionError("the oracle knows no weight " + name);
        }
        return values;
    }

    boolean has(String name) {
        return model.weights.containsKey(name);
    }

    double[] row(String name, long index) {
        int width = (int) model.dims.get(name)[1];
        double[] row = new double[width];
        for (int i = 0; i < width; i++) {
            row[i] = weight(name)[(int) index * width + i];
        }
        return row;
    }

    double[][] rows(String name, long[] indexes) {
        double[][] rows = new double[indexes.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(name, indexes[i]);
        }
        return rows;
    }

    /** {@code x·wᵀ + b}; b only where the model has one. */
    double[][] linear(double[][] x, String name) {
        long[] shape = model.dims.get(name + ".weight");
        float[] w = weight(name + ".weight");
        double[][] y = new double[x.length][(int) shape[0]];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < y[t].length; o++) {
                double sum = has(name + ".bias") ? weight(name + ".bias")[o] : 0;
                for (int i = 0; i < x[t].length; i++) {
                    sum += x[t][i] * w[o * x[t].length + i];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    double[][] norm(double[][] x, String name, double epsilon) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            double variance = 0;
            for (double value : x[t]) {
                mean += value / x[t].length;
            }
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / x[t].length;
            }
            y[t] = new double[x[t].length];
            for (int i = 0; i < y[t].length; i++) {
                y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * weight(name + ".weight")[i]
                        + weight(name + ".bias")[i];
            }
        }
        return y;
    }

    static double[][] plus(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum[t][i] = a[t][i] + b[t][i];
            }
        }
        return sum;
    }

    static double[][] each(double[][] x, DoubleUnaryOperator function) {
        double[][] y = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                y[t][i] = function.applyAsDouble(x[t][i]);
            }
        }
        return y;
    }

    /** Each query averages the values of the keys that the mask shows, weighted by the softmax of its scores. */
    static double[][] attention(
            double[][] q, double[][] k, double[][] v, int heads, double scale, long[] mask, Bias bias) {
        int size = q[0].length / heads;
        double[][] out = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < q.length; i++) {
                double[] share = new double[k.length];
                double total = 0;
                for (int j = 0; j < k.length; j++) {
                    double score = bias.at(h, i, j);
                    for (int c = h * size; c < (h + 1) * size; c++) {
                        score += q[i][c] * k[j][c] / scale;
                    }
                    share[j] = mask[j] == 0 ? 0 : Math.exp(score);
                    total += share[j];
                }
                for (int j = 0; j < k.length; j++) {
                    for (int c = h * size; c < (h + 1) * size; c++) {
                        out[i][c] += share[j] / total * v[j][c];
                    }
                }
            }
        }
        return out;
    }

    static double gelu(double x) {
        return x / 2 * (1 + erf(x / Math.sqrt(2)));
    }

    static double geluNew(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    /** {@code 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1))}, a series of positive terms. */
    static double erf(double x) {
        double magnitude = Math.min(Math.abs(x), 6);
        double term = magnitude;
        double sum = 0;
        for (int n = 0; n < 200; n++) {
            sum += term;
            term *= 2 * magnitude * magnitude / (2 * n + 3);
        }
        return Math.signum(x) * 2 / Math.sqrt(Math.PI) * Math.exp(-magnitude * magnitude) * sum;
    }

    static double softplus(double x) {
        return Math.log1p(Math.exp(x));
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
