package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.ChangeTest;
import io.edgeai.monitor.anomaly.spi.Ensemble;
import io.edgeai.monitor.anomaly.spi.Residual;
import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Season;
import java.nio.ByteBuffer;

/**
 * Finds anomalies in any series sampled every few seconds to an hour, without a setting but the budget: spikes, level
 * shifts, changes of volatility, of the daily or weekly pattern, of shape and of order. Nineteen deviations become
 * calibrated surprises, the largest of each of nine groups are combined by root of squares, count less at times of day
 * that are usually surprising, and alerts are at least 30 to 100 rows apart.
 *
 * <p>It is a pipeline: season → residual → deviations → calibrated tail → ensemble → change test. {@link #builder()}
 * replaces any of them and adds detectors of a host's own to the ensemble.
 *
 * <p>Silent for the first 30 rows. The threshold learns from the series which one keeps the budget; what that gives was
 * measured (see the monitor guide). Values
 * beyond ±1e15 count as ±1e15. About 5 µs a row and under 64 KB a series. Not thread-safe.
 */
public final class SeriesDetector implements AnomalyDetector {
    static final double LIMIT = 1e15;
    private static final int WARM_UP = 30;
    private static final double EVENT_SECONDS = 180;
    private static final double EVENT_ROWS = 3;
    private static final double RESIDUAL_RANGE = 0.06;

    private final Season season;
    private final Residual residual;
    private final ShapeChannels shapes;
    private final SeasonChannels seasons;
    private final OwnScores[] own;
    private final Ensemble ensemble;
    private final ChangeTest test;
    private final ValueRange range = new ValueRange();
    private final SamplingInterval interval = new SamplingInterval();
    private final DailyHabits habits = new DailyHabits();
    private final double[] surprises;
    private long rows;

    public SeriesDetector(FalseAlarmBudget budget) {
        this(new SeriesPipeline(), budget);
    }

    SeriesDetector(SeriesPipeline pipeline, FalseAlarmBudget budget) {
        this.season = pipeline.season();
        this.residual = pipeline.residual();
        this.shapes = new ShapeChannels(pipeline.tails());
        this.seasons = new SeasonChannels(pipeline.tails());
        this.own = pipeline.own().toArray(OwnScores[]::new);
        this.ensemble = pipeline.ensemble();
        this.test = pipeline.test(budget);
        this.surprises = new double[Groups.BUILT_IN + own.length];
    }

    /** With a budget of 0.1 false alarms a day. */
    public static SeriesDetector ofDefaults() {
        return new SeriesDetector(FalseAlarmBudget.ofDefaults());
    }

    /** A pipeline with the defaults of this class, each stage to be replaced or not. */
    public static SeriesPipeline builder() {
        return new SeriesPipeline();
    }

    /** Rows that are one event at most. */
    static int together(double intervalSeconds) {
        return (int) Math.min(EVENT_ROWS, EVENT_SECONDS / intervalSeconds);
    }

    /**
     * All that was learnt, to go on from after a restart; about 60 KB and what stages of the host's give. The budget is not
     * part of it.
     */
    @Override
    public byte[] save() {
        StateFlow flow = StateFlow.saving();
        state(flow);
        return SavedState.seal(flow.bytes());
    }

    /**
     * A detector that goes on where another was {@linkplain #save saved}; one of other stages than the default ones by {@link
     * SeriesPipeline#restore}.
     *
     * @throws InvalidInputException where the bytes are cut, damaged, or of another version
     */
    public static SeriesDetector restore(FalseAlarmBudget budget, byte[] state) {
        SeriesDetector detector = new SeriesDetector(budget);
        detector.restore(state);
        return detector;
    }

    /** {@link #restore(FalseAlarmBudget, byte[])} into one that has seen nothing; of no use after a failure. */
    @Override
    public void restore(byte[] state) {
        ByteBuffer buffer = SavedState.open(state);
        SavedState.take(buffer, () -> state(StateFlow.restoring(buffer)));
    }

    private void state(StateFlow flow) {
        shapes.state(flow);
        flow.stage(season);
        seasons.state(flow);
        range.state(flow);
        interval.state(flow);
        habits.state(flow);
        flow.stage(test);
        for (OwnScores each : own) {
            each.state(flow);
        }
        rows = flow.whole(rows);
    }

    @Override
    public double update(long epochMillis, double value) {
        if (!Double.isFinite(value)) {
            return 0;
        }
        double bounded = Math.max(-LIMIT, Math.min(LIMIT, value));
        interval.learn(epochMillis);
        double seconds = interval.seconds();
        double fineness = BudgetThreshold.fineness(seconds);
        int together = together(seconds);
        double usual = season.expected(epochMillis, rows == 0 ? bounded : shapes.local());
        double off = off(bounded, usual);
        double unit = RESIDUAL_RANGE * range.allTimeSpan();
        seasons.update(epochMillis, off, unit, fineness, together, surprises);
        season.learn(epochMillis, bounded, seconds);
        shapes.update(bounded, fineness, together, surprises);
        if (own.length > 0) {
            Row row = new Row(epochMillis, bounded, usual, off);
            for (int i = 0; i < own.length; i++) {
                surprises[Groups.BUILT_IN + i] = own[i].surprise(row, together);
            }
        }
        range.learn(bounded);
        rows++;
        return rows <= WARM_UP ? 0 : judged(epochMillis, ensemble.combine(surprises), seconds);
    }

    private double judged(long epochMillis, double combined, double seconds) {
        double fineness = BudgetThreshold.fineness(seconds);
        double young = rows / (rows + 150.0);
        double old = Math.pow(1000.0 / (rows + 1000.0), 0.1 * (1 - fineness));
        double surprise = combined * young * old;
        double eased = habits.eased(epochMillis, surprise);
        surprise += fineness * (eased - surprise);
        return test.score(surprise, seconds);
    }

    private double off(double value, double usual) {
        double off = residual.of(value, usual);
        return Double.isFinite(off) ? off : value - usual;
    }
}
