package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a rise of an error rate: values are 0 (right) and 1 (wrong). A mixture of Shiryaev–Roberts statistics for odds
 * 1.6, 2.1, 3, 4.5 and 8 times those of the baseline; their mean has an expected value of at most the number of rows
 * while nothing changes, so the threshold follows from the accepted false alarms. New rows are held back from the
 * baseline until they look harmless, so that a change does not hide in it.
 *
 * <p>Errors that come in runs make the statistic restless; it is tempered by (1 − ρ)/(1 + ρ), where ρ is the correlation
 * of neighbouring rows in the baseline. The first 200 rows after the start and after each change only teach. Never
 * finds an improvement. A few nanoseconds a row, no allocation. Not thread-safe.
 */
public final class ErrorRateChange implements ChangeDetector {
    private static final double DEFAULT_THRESHOLD = 1.3e5;
    private static final double FALSE_ALARMS_TIMES_THRESHOLD = 0.85;
    private static final double QUIET = 0.01;
    private static final int WARM_UP = 200;
    private static final int COMMIT = 32;
    private static final double NEWS = 1.02;
    private static final double CAUTION = 0.5;
    private static final double HIGHEST_RATE = 0.95;
    private static final double HIGHEST_SHARE = 0.01 / FALSE_ALARMS_TIMES_THRESHOLD;

    private final double threshold;
    private final double heaviest;
    private final OddsMixture mixture = new OddsMixture();
    private final RecentErrors recent = new RecentErrors();
    private long rows;
    private long pending;
    private long pendingErrors;
    private long pendingPairs;
    private long committed;
    private long learnt;
    private long errors;
    private long pairs;
    private long learntErrors;
    private long learntPairs;
    private int previous;
    private @Nullable Change last;

    private ErrorRateChange(double threshold) {
        this.threshold = threshold;
        this.heaviest = HIGHEST_SHARE * threshold;
    }

    /** At most 0.065 false alarms in 10,000 rows. */
    public static ErrorRateChange ofDefaults() {
        return new ErrorRateChange(DEFAULT_THRESHOLD);
    }

    /** @param falseAlarms accepted for each row while nothing changes, e.g. 1e-5; above 0 and below 0.01 */
    public static ErrorRateChange of(double falseAlarms) {
        if (!(falseAlarms > 0 && falseAlarms < 0.01)) {
            throw new InvalidInputException("False alarms for each row (" + falseAlarms
                    + ") are not above 0 and below 0.01. Maybe use 1e-5, one in 100,000 rows.");
        }
        return new ErrorRateChange(FALSE_ALARMS_TIMES_THRESHOLD / falseAlarms);
    }

    /**
     * One whose false alarms are accepted over time, however many rows come: give {@link #update(boolean, double)} the days
     * since the row before. The mean time to a false alarm is then 1 / {@code falseAlarms} days or more, since the statistic
     * grows by the weights of its rows while nothing changes.
     *
     * @param falseAlarms accepted a day, above 0 and at most 1000
     */
    public static ErrorRateChange perDay(double falseAlarms) {
        if (!(falseAlarms > 0 && falseAlarms <= 1000)) {
            throw new InvalidInputException("False alarms a day (" + falseAlarms
                    + ") are not above 0 and at most 1000. Maybe use 0.1, one in ten days.");
        }
        return new ErrorRateChange(FALSE_ALARMS_TIMES_THRESHOLD / falseAlarms);
    }

    @Override
    public boolean update(double value) {
        if (Double.isNaN(value)) {
            rows++;
            return false;
        }
        if (value != 0 && value != 1) {
            throw new InvalidInputException(
                    "Value (" + value + ") is neither 0 nor 1. Maybe use Adwin or Cusum for numbers.");
        }
        return update(value == 1);
    }

    /** {@link #update(double)} of 1 for an error. */
    public boolean update(boolean error) {
        return update(error, 1);
    }

    /**
     * The same of a row that counts for {@code weight} rows in the accepted false alarms; more than a hundredth of the mean
     * time between these counts as that.
     *
     * @param weight above 0, and not chosen by what the row is
     */
    public boolean update(boolean error, double weight) {
        if (!(weight > 0)) {
            throw new InvalidInputException("Weight (" + weight + ") of a row is not above 0. Maybe use 1.");
        }
        rows++;
        pending++;
        int wrong = error ? 1 : 0;
        pendingErrors += wrong;
        pendingPairs += wrong & previous;
        previous = wrong;
        recent.add(wrong);
        if (committed == 0) {
            if (pending == WARM_UP) {
                commit();
            }
            return false;
        }
        double evidence = mixture.add(error, Math.min(weight, heaviest));
        if (evidence >= threshold) {
            alarm();
            return true;
        }
        if ((pending >= COMMIT && evidence < QUIET * threshold) || pending > committed) {
            commit();
        }
        return false;
    }

    private void alarm() {
        double before = (errors + 0.5) / (committed + 1.0);
        RecentErrors.Suffix risen = recent.likeliest(before);
        last = new Change(rows - 1, rows - Math.max(1, risen.rows()), (double) errors / committed, risen.rate());
        recent.clear();
        mixture.restart();
        committed = 0;
        learnt = 0;
        errors = 0;
        pairs = 0;
        pending = 0;
        pendingErrors = 0;
        pendingPairs = 0;
        previous = 0;
    }

    private void commit() {
        committed += pending;
        errors += pendingErrors;
        pairs += pendingPairs;
        pending = 0;
        pendingErrors = 0;
        pendingPairs = 0;
        if (committed >= NEWS * learnt) {
            learnt = committed;
            learn();
        }
    }

    private void learn() {
        learntErrors = errors;
        learntPairs = pairs;
        compare();
    }

    private void compare() {
        double rate = (learntErrors + 0.5) / (learnt + 1.0);
        double base = Math.min(HIGHEST_RATE, rate + CAUTION * Math.sqrt(rate * (1 - rate) / (learnt + 1.0)));
        mixture.against(base, tempering(rate));
    }

    /** (1 − ρ)/(1 + ρ), for the correlation of neighbours less its standard error, if that is above 0. */
    private double tempering(double rate) {
        double raw = ((double) learntPairs / learnt - rate * rate) / (rate * (1 - rate));
        double correlation = Math.max(0, Math.min(0.95, raw - 1 / Math.sqrt((double) learnt)));
        return (1 - correlation) / (1 + correlation);
    }

    /** Writes what it knows, to go on after a restart. */
    public void save(DataOutput out) throws IOException {
        for (long each : new long[] {
            rows, pending, pendingErrors, pendingPairs, committed, learnt, errors, pairs, learntErrors, learntPairs
        }) {
            out.writeLong(each);
        }
        out.writeInt(previous);
        mixture.write(out);
        recent.write(out);
        Change found = last;
        out.writeBoolean(found != null);
        if (found != null) {
            out.writeLong(found.row());
            out.writeLong(found.since());
            out.writeDouble(found.before());
            out.writeDouble(found.after());
        }
    }

    /** Goes on with what {@link #save} wrote, under the false alarms that this one accepts. */
    public void restore(DataInput in) throws IOException {
        rows = in.readLong();
        pending = in.readLong();
        pendingErrors = in.readLong();
        pendingPairs = in.readLong();
        committed = in.readLong();
        learnt = in.readLong();
        errors = in.readLong();
        pairs = in.readLong();
        learntErrors = in.readLong();
        learntPairs = in.readLong();
        previous = in.readInt();
        mixture.read(in);
        recent.read(in);
        last = in.readBoolean() ? new Change(in.readLong(), in.readLong(), in.readDouble(), in.readDouble()) : null;
        if (learnt > 0) {
            compare();
        }
    }

    /** The error rate of the baseline; NaN while there is none. */
    public double baseline() {
        return committed == 0 ? Double.NaN : (double) errors / committed;
    }

    @Override
    public Optional<Change> lastChange() {
        return Optional.ofNullable(last);
    }

    @Override
    public long rows() {
        return rows;
    }
}
