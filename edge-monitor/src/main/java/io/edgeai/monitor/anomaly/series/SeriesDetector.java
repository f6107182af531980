package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Finds anomalies in any series sampled every few seconds to an hour, without a setting but the budget: spikes, level
 * shifts, changes of volatility, of the daily or weekly pattern, of shape and of order. Nineteen deviations become
 * calibrated surprises, the largest of each of nine groups are combined by root of squares, count less at times of day
 * that are usually surprising, and alerts are at least 30 to 100 rows apart.
 *
 * <p>Silent for the first 30 rows. The threshold learns from the series which one keeps the budget; what that gives was
 * measured (see the monitor guide). Values
 * beyond ±1e15 count as ±1e15. About 5 µs a row and under 64 KB a series. Not thread-safe.
 */
public final class SeriesDetector implements AnomalyDetector {
    private static final int WARM_UP = 30;
    private static final int MAGIC = 0x53444557; // the fourth version
    private static final int HEADER = 8;
    private static final int MOST_BYTES = 1 << 17;
    private static final double LIMIT = 1e15;
    private static final double EVENT_SECONDS = 180;
    private static final double EVENT_ROWS = 3;
    private static final double RESIDUAL_RANGE = 0.06;

    private final ShapeChannels shapes = new ShapeChannels();
    private final SeasonChannels seasons = new SeasonChannels();
    private final ValueRange range = new ValueRange();
    private final SamplingInterval interval = new SamplingInterval();
    private final DailyHabits habits = new DailyHabits();
    private final AlertGate gate;
    private long rows;

    public SeriesDetector(FalseAlarmBudget budget) {
        this.gate = new AlertGate(budget);
    }

    /** With a budget of 0.1 false alarms a day. */
    public static SeriesDetector ofDefaults() {
        return new SeriesDetector(FalseAlarmBudget.ofDefaults());
    }

    /** All that was learnt, to go on from after a restart; about 60 KB. The budget is not part of it. */
    public byte[] save() {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        buffer.putInt(MAGIC).putInt(0);
        state(StateFlow.saving(buffer));
        buffer.putInt(4, checksum(buffer.array(), buffer.position()));
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /**
     * A detector that goes on where another was {@linkplain #save saved}.
     *
     * @throws InvalidInputException where the bytes are cut, damaged, or of another version
     */
    public static SeriesDetector restore(FalseAlarmBudget budget, byte[] state) {
        SeriesDetector detector = new SeriesDetector(budget);
        ByteBuffer buffer = ByteBuffer.wrap(state);
        boolean whole =
                state.length > HEADER && buffer.getInt() == MAGIC && buffer.getInt() == checksum(state, state.length);
        if (!whole || state.length != detector.save().length) {
            throw new InvalidInputException("State of (" + state.length
                    + ") bytes is cut, damaged or of another version. Maybe start a new detector.");
        }
        detector.state(StateFlow.restoring(buffer));
        return detector;
    }

    private void state(StateFlow flow) {
        shapes.state(flow);
        seasons.state(flow);
        range.state(flow);
        interval.state(flow);
        habits.state(flow);
        gate.state(flow);
        rows = flow.whole(rows);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, HEADER, length - HEADER);
        return (int) crc.getValue();
    }

    @Override
    public double update(long epochMillis, double value) {
        if (!Double.isFinite(value)) {
            return 0;
        }
        double bounded = Math.max(-LIMIT, Math.min(LIMIT, value));
        interval.learn(epochMillis);
        double local = shapes.local();
        double fineness = BudgetThreshold.fineness(interval.seconds());
        int together = (int) Math.min(EVENT_ROWS, EVENT_SECONDS / interval.seconds());
        double rowsPerSlot = SeasonProfile.SLOT_MILLIS * 1e-3 / interval.seconds();
        double squares = seasons.update(
                epochMillis,
                bounded,
                rows == 0 ? bounded : local,
                RESIDUAL_RANGE * range.allTimeSpan(),
                rowsPerSlot,
                fineness,
                together);
        squares += shapes.update(bounded, fineness, together);
        range.learn(bounded);
        rows++;
        if (rows <= WARM_UP) {
            return 0;
        }
        double young = rows / (rows + 150.0);
        double old = Math.pow(1000.0 / (rows + 1000.0), 0.1 * (1 - fineness));
        double surprise = Math.sqrt(squares) * young * old;
        double eased = habits.eased(epochMillis, surprise);
        surprise += fineness * (eased - surprise);
        return gate.score(surprise, interval.seconds());
    }
}
