package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Scorer;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A detector of a host's alone, made to keep a false-alarm budget: its scores become chances by what they were on this
 * series, an alert is a chance below the budget's share of a row, and where chances prove too small (scores that jump, or
 * follow one another) the threshold rises until past alerts are at most twice the budget. What is expected of a row is the
 * level of the last few thousand. Silent for the first 100 rows; alerts are at least 30 rows apart. Constant memory, under
 * 5 KB without the scorer. Not thread-safe.
 */
public final class CalibratedScorer implements AnomalyDetector {
    private static final int WARM_UP = 100;

    private final OwnScores scores;
    private final CountedThreshold test;
    private final RunningScale level = new RunningScale();
    private long rows;

    /**
     * A calibration that has seen nothing.
     *
     * @param step time between rows
     */
    public CalibratedScorer(FalseAlarmBudget budget, Duration step, String name, Scorer scorer) {
        this.scores = new OwnScores(name, scorer, new FittedTail());
        this.test = new CountedThreshold(budget.perStep(step));
    }

    /** What the scorer is called. */
    public String name() {
        return scores.name();
    }

    @Override
    public double update(long epochMillis, double value) {
        if (!Double.isFinite(value)) {
            return 0;
        }
        double bounded = Math.max(-SeriesDetector.LIMIT, Math.min(SeriesDetector.LIMIT, value));
        double expected = rows == 0 ? bounded : level.level();
        double surprise = scores.surprise(new Row(epochMillis, bounded, expected, bounded - expected), 1);
        level.learn(bounded);
        rows++;
        double young = rows / (rows + 150.0);
        return rows <= WARM_UP ? 0 : test.score(young * surprise);
    }

    /** All that was learnt, to go on from after a restart. */
    @Override
    public byte[] save() {
        StateFlow flow = StateFlow.saving();
        state(flow);
        return SavedState.seal(flow.bytes());
    }

    /**
     * Goes on where another one was {@linkplain #save saved}.
     *
     * @throws InvalidInputException where the bytes are cut, damaged, or of another version
     */
    @Override
    public void restore(byte[] state) {
        ByteBuffer buffer = SavedState.open(state);
        SavedState.take(buffer, () -> state(StateFlow.restoring(buffer)));
    }

    private void state(StateFlow flow) {
        scores.state(flow);
        test.state(flow);
        level.state(flow);
        rows = flow.whole(rows);
    }
}
