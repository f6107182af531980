package io.edgeai.optimize.calibration;

/** How the range of an activation follows from the values seen. */
public enum CalibrationMethod {
    /** The smallest and the largest value seen: nothing is clipped. The default. */
    MIN_MAX,
    /** Exponential moving average (weight 0.1 a sample) of each sample's extremes; forgives single outliers. */
    MOVING_AVERAGE,
    /** Clips the outer 0.01 % of values. */
    PERCENTILE,
    /**
     * The clipping whose quantized histogram has least Kullback–Leibler divergence (S. Migacz, GTC 2017). Clips hard where
     * few values were seen: give it hundreds of samples.
     */
    ENTROPY,
    /** The clipping with least expected squared error. */
    MSE,
    /**
     * For each value whichever of the other five loses least: its range rounds the values of all samples, seen once more,
     * with the least squared error. Takes a third pass.
     */
    BEST;

    /** How often each sample runs. */
    int passes() {
        return this == BEST ? 3 : needsHistogram() ? 2 : 1;
    }

    /** Whether a second pass over the samples fills histograms. */
    boolean needsHistogram() {
        return this == PERCENTILE || this == ENTROPY || this == MSE || this == BEST;
    }
}
