package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HDDM with averages (Frías-Blanco et al. 2015), for values of 0 to 1: a change where the mean since the best cut point is
 * higher than the mean before it by more than Hoeffding's bound allows. Needs no distribution; slower than {@link
 * ErrorRateChange} where values are rare errors. Not thread-safe.
 */
public final class HoeffdingDrift implements ChangeDetector {
    private final double level;
    private long rows;
    private long seen;
    private double sum;
    private long cutRows;
    private double cutSum;
    private long cutAt;
    private @Nullable Change last;

    /** @param level chance of a false alarm for one comparison, above 0 and below 1 */
    public HoeffdingDrift(double level) {
        if (!(level > 0 && level < 1)) {
            throw new InvalidInputException("Level (" + level + ") is not between 0 and 1. Maybe use 0.001.");
        }
        this.level = level;
    }

    /** Level 0.001, as MOA and river have it. */
    public static HoeffdingDrift ofDefaults() {
        return new HoeffdingDrift(0.001);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (Double.isNaN(value)) {
            return false;
        }
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException("Value (" + value + ") is not in 0 to 1. Maybe use Cusum for numbers.");
        }
        seen++;
        sum += value;
        if (cutRows == 0 || sum / seen + bound(seen) <= cutSum / cutRows + bound(cutRows)) {
            cutRows = seen;
            cutSum = sum;
            cutAt = rows;
        }
        if (cutRows == seen) {
            return false;
        }
        double allowed = Math.sqrt((double) (seen - cutRows) / ((double) cutRows * seen) / 2 * Math.log(1 / level));
        if (sum / seen - cutSum / cutRows < allowed) {
            return false;
        }
        last = new Change(rows - 1, Math.min(rows - 1, cutAt), cutSum / cutRows, (sum - cutSum) / (seen - cutRows));
        seen = 0;
        sum = 0;
        cutRows = 0;
        cutSum = 0;
        return true;
    }

    private double bound(long count) {
        return Math.sqrt(Math.log(1 / level) / (2.0 * count));
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
