package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;

/**
 * Per-feature shift and scale: {@code (x − mean) / (σ + 0.001)}, the z-score of the FedProx and LEAF benchmarks.
 * Immutable and thread-safe.
 */
public final class Standardization {
    private static final double FLOOR = 0.001;

    private final float[] mean;
    private final float[] scale;

    private Standardization(float[] mean, float[] scale) {
        this.mean = mean;
        this.scale = scale;
    }

    /** Mean and standard deviation (of the population) of each feature of a set with at least one sample. */
    public static Standardization fit(LabelledSet set) {
        if (set.size() == 0) {
            throw new InvalidInputException("Cannot standardize by a set without samples (" + set + ").");
        }
        int features = set.features();
        double[] sum = new double[features];
        float[] values = set.values();
        for (int i = 0; i < set.size(); i++) {
            int at = set.offset(i);
            for (int j = 0; j < features; j++) {
                sum[j] += values[at + j];
            }
        }
        float[] mean = new float[features];
        for (int j = 0; j < features; j++) {
            mean[j] = (float) (sum[j] / set.size());
        }
        double[] squares = new double[features];
        for (int i = 0; i < set.size(); i++) {
            int at = set.offset(i);
            for (int j = 0; j < features; j++) {
                double d = values[at + j] - mean[j];
                squares[j] += d * d;
            }
        }
        float[] scale = new float[features];
        for (int j = 0; j < features; j++) {
            scale[j] = (float) (1 / (Math.sqrt(squares[j] / set.size()) + FLOOR));
        }
        return new Standardization(mean, scale);
    }

    /**
     * By figures that were agreed on beforehand.
     *
     * @param mean of each feature, finite
     * @param deviation of each feature, finite, at least 0
     */
    public static Standardization of(double[] mean, double[] deviation) {
        if (mean.length == 0 || mean.length != deviation.length) {
            throw new InvalidInputException("(" + mean.length + ") means and (" + deviation.length
                    + ") deviations do not belong together. Maybe give one of each for every feature.");
        }
        float[] middle = new float[mean.length];
        float[] scale = new float[mean.length];
        for (int j = 0; j < mean.length; j++) {
            if (!Float.isFinite((float) mean[j]) || !(deviation[j] >= 0 && deviation[j] <= Float.MAX_VALUE)) {
                throw new InvalidInputException("Mean (" + mean[j] + ") and deviation (" + deviation[j]
                        + ") of feature " + j + " must be finite, the deviation at least 0.");
            }
            middle[j] = (float) mean[j];
            scale[j] = (float) (1 / (deviation[j] + FLOOR));
        }
        return new Standardization(middle, scale);
    }

    /** A standardized copy of a set. */
    public LabelledSet apply(LabelledSet set) {
        if (set.features() != mean.length) {
            throw new InvalidInputException(
                    "Standardization of " + mean.length + " features does not fit (" + set + ").");
        }
        float[] out = new float[Math.multiplyExact(set.size(), set.features())];
        int[] labels = new int[set.size()];
        float[] values = set.values();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = set.label(i);
            int from = set.offset(i);
            int to = i * mean.length;
            for (int j = 0; j < mean.length; j++) {
                out[to + j] = (values[from + j] - mean[j]) * scale[j];
            }
        }
        return LabelledSet.of(out, set.features(), labels, set.classes());
    }

    /** A copy of the means, one for each feature. */
    public float[] mean() {
        return mean.clone();
    }

    /** A copy of the factors {@code 1 / (σ + 0.001)}, one for each feature. */
    public float[] scale() {
        return scale.clone();
    }
}
