package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;

/**
 * Finds anomalies in any series sampled every few seconds to an hour, without a setting but the budget: spikes, level
 * shifts, changes of volatility, of the daily or weekly pattern, of shape and of order. Seventeen deviations become
 * calibrated surprises, the largest of each of seven groups are combined by root of squares, and alerts are at least
 * 30 to 100 rows apart.
 *
 * <p>Silent for the first 30 rows. The budget moves the threshold by one decade of surprise per decade of budget, and the
 * threshold then learns how restless the series is by itself. What that keeps was measured (see the monitor guide). Values
 * beyond ±1e15 count as ±1e15. About 5 µs a row and under 64 KB a series. Not thread-safe.
 */
public final class SeriesDetector implements AnomalyDetector {
    private static final int WARM_UP = 30;
    private static final double LIMIT = 1e15;
    private static final double RESIDUAL_RANGE = 0.06;

    private final ShapeChannels shapes = new ShapeChannels();
    private final SeasonChannels seasons = new SeasonChannels();
    private final ValueRange range = new ValueRange();
    private final SamplingInterval interval = new SamplingInterval();
    private final AlertGate gate;
    private long rows;

    public SeriesDetector(FalseAlarmBudget budget) {
        this.gate = new AlertGate(budget);
    }

    /** With a budget of 0.1 false alarms a day. */
    public static SeriesDetector ofDefaults() {
        return new SeriesDetector(FalseAlarmBudget.ofDefaults());
    }

    @Override
    public double update(long epochMillis, double value) {
        if (!Double.isFinite(value)) {
            return 0;
        }
        double bounded = Math.max(-LIMIT, Math.min(LIMIT, value));
        interval.learn(epochMillis);
        double local = shapes.local();
        double rowsPerSlot = SeasonProfile.SLOT_MILLIS * 1e-3 / interval.seconds();
        double squares = seasons.update(
                epochMillis, bounded, rows == 0 ? bounded : local, RESIDUAL_RANGE * range.allTimeSpan(), rowsPerSlot);
        squares += shapes.update(bounded);
        range.learn(bounded);
        rows++;
        if (rows <= WARM_UP) {
            return 0;
        }
        double young = rows / (rows + 150.0);
        double old = Math.pow(1000.0 / (rows + 1000.0), 0.1 * (1 - AlertGate.fineness(interval.seconds())));
        return gate.score(Math.sqrt(squares) * young * old, interval.seconds());
    }
}
