package io.edgeai.monitor.trend;

/**
 * Whether a series rises or falls.
 *
 * @param rows values tested
 * @param tau Kendall's rank correlation with time, −1 to 1
 * @param pValue two-sided chance of such a τ without a trend, corrected for autocorrelation
 * @param slope median change per row (Theil–Sen)
 * @param slopeLow where the 95 % interval of the slope begins
 * @param slopeHigh where it ends
 * @param autocorrelation of neighbouring values without the trend, 0 to 1
 * @param level the accepted chance of a false finding
 */
public record Trend(
        int rows,
        double tau,
        double pValue,
        double slope,
        double slopeLow,
        double slopeHigh,
        double autocorrelation,
        double level) {
    /** Whether it rises. */
    public boolean rising() {
        return pValue <= level && slope > 0;
    }

    /** Whether it falls. */
    public boolean falling() {
        return pValue <= level && slope < 0;
    }
}
