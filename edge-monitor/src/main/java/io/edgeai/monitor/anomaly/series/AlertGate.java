package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;

/**
 * Decides which combined surprises are alerts: above a threshold that rises for a while after each alert, and not within
 * the refractory time of the last. What the threshold is at first depends on how often rows come: set on data of one and
 * of five minutes, interpolated between, and below a minute raised by 1.5 decades of surprise per decade more rows. It
 * then follows the series' own peaks to keep the budget; for rows of five minutes or less it only rises, for those of an
 * hour it may fall by a quarter.
 */
final class AlertGate {
    private static final double COARSE = 3.5;
    private static final double FINE = 2.05;
    private static final double RISE = 0.25;
    private static final double RECOVERY = Math.exp(-1.0 / 400);
    private static final double SECONDS_A_DAY = 86_400;

    private final double perDay;
    private final SurprisePeaks peaks = new SurprisePeaks();
    private double raised;
    private long rowsSinceAlert = Long.MAX_VALUE / 2;

    AlertGate(FalseAlarmBudget budget) {
        this.perDay = budget.perDay();
    }

    /** 0 for rows of five minutes or more, 1 for rows of a minute or less. */
    static double fineness(double intervalSeconds) {
        return Math.min(1, Math.max(0, Math.log(300 / intervalSeconds) / Math.log(5)));
    }

    /** The score of a combined surprise: 0.5 or more for an alert. */
    double score(double surprise, double intervalSeconds) {
        double fine = fineness(intervalSeconds);
        double threshold = threshold(fine, intervalSeconds);
        long refractory = Math.round(100 - 70 * fine);
        raised *= RECOVERY;
        rowsSinceAlert++;
        boolean alert = surprise >= threshold * (1 + raised * (1 - fine)) && rowsSinceAlert >= refractory;
        peaks.add(surprise, threshold);
        if (alert) {
            rowsSinceAlert = 0;
            raised += RISE;
            return 0.5 + 0.5 * (1 - 0.999 * threshold / surprise);
        }
        return 0.499 * Math.min(1, surprise / threshold);
    }

    private double threshold(double fine, double intervalSeconds) {
        double budget = Math.log10(FalseAlarmBudget.ofDefaults().perDay() / perDay);
        double usual = Math.max(1, COARSE + FINE * fine + 1.5 * Math.max(0, Math.log10(60 / intervalSeconds)) + budget);
        double learnt = peaks.threshold(usual, perDay * intervalSeconds / SECONDS_A_DAY);
        double coarser = Math.min(1, Math.max(0, Math.log(intervalSeconds / 300) / Math.log(12)));
        return Math.max(usual * (1 - 0.25 * coarser), Math.min(3 * usual, learnt));
    }

    void state(StateFlow flow) {
        peaks.state(flow);
        raised = flow.real(raised);
        rowsSinceAlert = flow.whole(rowsSinceAlert);
    }
}
