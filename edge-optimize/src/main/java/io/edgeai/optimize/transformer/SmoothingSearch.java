package io.edgeai.optimize.transformer;

import java.util.Arrays;
import java.util.List;

/**
 * Finds factors s for the channels of one value, so that x/s and s·w lose least when both are rounded to 8 bits. The
 * strength of the migration, alpha, is chosen by the error of the product on sample rows. Factors are powers of two,
 * hence exact.
 */
final class SmoothingSearch {
    private static final double[] ALPHAS = {0.35, 0.45, 0.55, 0.65, 0.75, 0.85};
    private static final int MOST_COLUMNS = 512;

    private SmoothingSearch() {}

    /** The best factors, one for each channel, with the squared error of the product relative to its square. */
    static final class Choice {
        /** How much moves: 0 is none. */
        final double alpha;

        final double before;
        final double after;
        private final float[] factors;

        Choice(double alpha, float[] factors, double before, double after) {
            this.alpha = alpha;
            this.factors = factors;
            this.before = before;
            this.after = after;
        }

        float[] factors() {
            return factors.clone();
        }
    }

    /** @param weights matrices [channels, columns] that read the value */
    static Choice search(ActivationSample sample, List<float[]> weights, int top) {
        int channels = sample.channels;
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        float[] weightLargest = new float[channels];
        for (float[] weight : weights) {
            int columns = weight.length / channels;
            for (int i = 0; i < weight.length; i++) {
                weightLargest[i / columns] = Math.max(weightLargest[i / columns], Math.abs(weight[i]));
            }
        }
        List<float[]> parts =
                weights.stream().map(weight -> thinned(weight, channels)).toList();
        List<Exact> exact = parts.stream().map(part -> Exact.of(sample, part)).toList();
        double before = error(sample, exact, ones, top);
        Choice best = new Choice(0, ones, before, before);
        for (double alpha : ALPHAS) {
            float[] factors = factors(sample.largest, weightLargest, alpha);
            double error = error(sample, exact, factors, top);
            if (error < best.after) {
                best = new Choice(alpha, factors, before, error);
            }
        }
        return best;
    }

    /** One matrix, its products with all rows, and their squared sum. */
    private static final class Exact {
        final float[] weight;
        final List<float[]> products;
        final double norm;

        private Exact(float[] weight, List<float[]> products, double norm) {
            this.weight = weight;
            this.products = products;
            this.norm = norm;
        }

        static Exact of(ActivationSample sample, float[] weight) {
            List<float[]> products =
                    sample.rows.stream().map(row -> product(row, weight)).toList();
            double norm = 0;
            for (float[] row : products) {
                for (float value : row) {
                    norm += (double) value * value;
                }
            }
            return new Exact(weight, products, norm);
        }
    }

    /** At most 512 columns, evenly taken: the error is a mean over columns. */
    private static float[] thinned(float[] weight, int channels) {
        int columns = weight.length / channels;
        int stride = (columns + MOST_COLUMNS - 1) / MOST_COLUMNS;
        if (stride == 1) {
            return weight;
        }
        int kept = (columns + stride - 1) / stride;
        float[] thin = new float[channels * kept];
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < kept; n++) {
                thin[c * kept + n] = weight[c * columns + n * stride];
            }
        }
        return thin;
    }

    /** max|x|^alpha / max|w|^(1−alpha), relative to its median, as a power of two. */
    static float[] factors(float[] largest, float[] weightLargest, double alpha) {
        int channels = largest.length;
        double[] logs = new double[channels];
        for (int c = 0; c < channels; c++) {
            logs[c] = largest[c] < Float.MIN_NORMAL || weightLargest[c] < Float.MIN_NORMAL
                    ? Double.NaN
                    : (alpha * Math.log(largest[c]) - (1 - alpha) * Math.log(weightLargest[c])) / Math.log(2);
        }
        double[] sorted = Arrays.stream(logs).filter(Double::isFinite).sorted().toArray();
        double middle = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        float[] factors = new float[channels];
        for (int c = 0; c < channels; c++) {
            double log = Double.isNaN(logs[c]) ? 0 : Math.max(-20, Math.min(20, Math.rint(logs[c] - middle)));
            factors[c] = Math.scalb(1f, (int) log);
        }
        return factors;
    }

    private static double error(ActivationSample sample, List<Exact> matrices, float[] factors, int top) {
        float low = 0;
        float high = 0;
        for (float[] row : sample.rows) {
            for (int c = 0; c < row.length; c++) {
                low = Math.min(low, row[c] / factors[c]);
                high = Math.max(high, row[c] / factors[c]);
            }
        }
        float scale = (high - low) / 255 >= Float.MIN_NORMAL ? (high - low) / 255 : 1;
        double total = 0;
        float[] levels = new float[factors.length];
        for (Exact matrix : matrices) {
            float[] rounded = rounded(matrix.weight, factors, top);
            double sum = 0;
            for (int r = 0; r < sample.rows.size(); r++) {
                float[] row = sample.rows.get(r);
                for (int c = 0; c < row.length; c++) {
                    levels[c] = (float) Math.rint(row[c] / factors[c] / scale) * scale;
                }
                float[] got = product(levels, rounded);
                float[] exact = matrix.products.get(r);
                for (int n = 0; n < got.length; n++) {
                    double error = got[n] - exact[n];
                    sum += error * error;
                }
            }
            total += matrix.norm > 0 ? sum / matrix.norm : 0;
        }
        return total / matrices.size();
    }

    /** s·w rounded to symmetric levels, one scale for each column. */
    private static float[] rounded(float[] weight, float[] factors, int top) {
        int columns = weight.length / factors.length;
        float[] scales = new float[columns];
        for (int i = 0; i < weight.length; i++) {
            scales[i % columns] = Math.max(scales[i % columns], Math.abs(weight[i] * factors[i / columns]));
        }
        float[] rounded = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            float scale = scales[i % columns] / top;
            rounded[i] =
                    scale < Float.MIN_NORMAL ? 0 : (float) Math.rint(weight[i] * factors[i / columns] / scale) * scale;
        }
        return rounded;
    }

    private static float[] product(float[] row, float[] weight) {
        int columns = weight.length / row.length;
        float[] result = new float[columns];
        for (int c = 0; c < row.length; c++) {
            float x = row[c];
            int at = c * columns;
            for (int n = 0; n < columns; n++) {
                result[n] += x * weight[at + n];
            }
        }
        return result;
    }
}
