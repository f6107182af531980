package io.edgeai.monitor.trend;

/**
 * When a trend began: a line that is level until the onset and rises or falls from there, against a line over all. The
 * onset counts only where it explains clearly more, by the Bayesian information criterion on independent values.
 */
final class Onset {
    private static final int CANDIDATES = 40;
    private static final double LATEST = 0.9;

    private Onset() {}

    /** The first row of the trend, 0 where it is as old as the series. */
    static int of(double[] values, double correlation) {
        double whole = error(values, 0);
        double least = whole;
        int best = 0;
        for (int k = 1; k < CANDIDATES; k++) {
            int onset = (int) (LATEST * values.length * k / CANDIDATES);
            double error = error(values, onset);
            if (error < least) {
                least = error;
                best = onset;
            }
        }
        double independent = Math.max(4, values.length * (1 - correlation) / (1 + correlation));
        double gain = independent * Math.log(whole / Math.max(least, 1e-12 * whole + Double.MIN_NORMAL));
        return gain > 3 * Math.log(independent) ? best : 0;
    }

    /** Squared errors of the best level and slope of max(0, t − onset). */
    private static double error(double[] values, int onset) {
        int n = values.length;
        double meanX = 0;
        double meanY = 0;
        for (int t = 0; t < n; t++) {
            meanX += Math.max(0, t - onset) / (double) n;
            meanY += values[t] / n;
        }
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int t = 0; t < n; t++) {
            double x = Math.max(0, t - onset) - meanX;
            double y = values[t] - meanY;
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
        return xx == 0 ? yy : Math.max(0, yy - xy * xy / xx);
    }
}
