package io.edgeai.monitor.anomaly.series;

/**
 * Decides which combined surprises are alerts: above a threshold that rises for a while after each alert, and not within
 * the refractory time of the last. Both depend on how often rows come: set on data of one and of five minutes,
 * interpolated between, and below a minute raised by 1.5 decades of surprise per decade more rows.
 */
final class AlertGate {
    private static final double RISE = 0.25;
    private static final double RECOVERY = Math.exp(-1.0 / 400);

    private final double shift;
    private double raised;
    private long rowsSinceAlert = Long.MAX_VALUE / 2;

    /** @param shift added to the threshold */
    AlertGate(double shift) {
        this.shift = shift;
    }

    /** 0 for rows of five minutes or more, 1 for rows of a minute or less. */
    static double fineness(double intervalSeconds) {
        return Math.min(1, Math.max(0, Math.log(300 / intervalSeconds) / Math.log(5)));
    }

    /** The score of a combined surprise: 0.5 or more for an alert. */
    double score(double surprise, double intervalSeconds) {
        double fine = fineness(intervalSeconds);
        double threshold = Math.max(1, 3.5 + 2.3 * fine + 1.5 * Math.max(0, Math.log10(60 / intervalSeconds)) + shift);
        long refractory = Math.round(100 - 70 * fine);
        raised *= RECOVERY;
        rowsSinceAlert++;
        if (surprise >= threshold * (1 + raised * (1 - fine)) && rowsSinceAlert >= refractory) {
            rowsSinceAlert = 0;
            raised += RISE;
            return 0.5 + 0.5 * (1 - 0.999 * threshold / surprise);
        }
        return 0.499 * Math.min(1, surprise / threshold);
    }
}
