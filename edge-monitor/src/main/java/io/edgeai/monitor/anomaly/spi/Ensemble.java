package io.edgeai.monitor.anomaly.spi;

/** Makes one surprise of many. */
@FunctionalInterface
public interface Ensemble {
    /**
     * The combined surprise, 0 or more.
     *
     * @param surprises one for each group of deviations, in a fixed order: point and mean against the season, level, means,
     *     volatility, shape, order, jump of one row, jump of three, then the host's own; not to be changed or kept
     */
    double combine(double[] surprises);
}
