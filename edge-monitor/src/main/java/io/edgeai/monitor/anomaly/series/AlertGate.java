package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.ChangeTest;

/**
 * Decides which combined surprises are alerts: above the threshold that keeps the budget, which on rows of five minutes or
 * more rises by a quarter for a while after each alert, and not within the refractory time of the last.
 */
final class AlertGate implements ChangeTest, Flowing {
    private static final double RISE = 0.25;
    private static final double RECOVERY_ROWS = 400;
    private static final double RECOVERY_SHARE =
            0.4; // of the rows in which one false alarm is accepted, if that is less

    private final BudgetThreshold budget;
    private double raised;
    private long rowsSinceAlert = Long.MAX_VALUE / 2;

    AlertGate(FalseAlarmBudget budget) {
        this.budget = new BudgetThreshold(budget);
    }

    /** The score of a combined surprise: 0.5 or more for an alert. */
    @Override
    public double score(double surprise, double intervalSeconds) {
        double threshold = budget.next(surprise, intervalSeconds);
        raised *= Math.exp(-1 / Math.min(RECOVERY_ROWS, RECOVERY_SHARE / budget.chance(intervalSeconds)));
        rowsSinceAlert++;
        if (surprise >= threshold
                && surprise >= threshold * (1 + raised * (1 - BudgetThreshold.fineness(intervalSeconds)))
                && rowsSinceAlert >= budget.refractory(intervalSeconds)) {
            rowsSinceAlert = 0;
            raised += RISE;
            return 0.5 + 0.5 * (1 - 0.999 * threshold / surprise);
        }
        return 0.499 * Math.min(1, surprise / threshold);
    }

    @Override
    public void state(StateFlow flow) {
        budget.state(flow);
        raised = flow.real(raised);
        rowsSinceAlert = flow.whole(rowsSinceAlert);
    }
}
