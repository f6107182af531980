package io.edgeai.monitor.anomaly;

/**
 * How much longer the tail of a log-likelihood statistic is than it should be. Above a floor its peaks exceed by an
 * exponential with mean 1 while the model holds; bursts that the model does not know make the mean larger. Begins with
 * 30 peaks as they should be, remembers about 300, and leaves out those that ended in an alert.
 */
final class PeakTail {
    private static final double FLOOR = Math.log(10);
    private static final double PRIOR = 30;
    private static final double MEMORY = 300;

    private double peaks = PRIOR;
    private double excess = PRIOR;
    private double peak;

    /** Factor for the threshold, at least 1. */
    double stretch() {
        return Math.max(1, excess / peaks);
    }

    void add(double logStatistic, boolean alert) {
        if (alert) {
            peak = 0;
        } else if (logStatistic > FLOOR) {
            peak = Math.max(peak, logStatistic);
        } else if (peak > 0 && logStatistic < FLOOR - 1) {
            double keep = peaks > MEMORY ? 1 - 1 / MEMORY : 1;
            peaks = peaks * keep + 1;
            excess = excess * keep + peak - FLOOR;
            peak = 0;
        }
    }
}
