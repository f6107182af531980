package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two cumulative sums, for a rise and for a fall of the mean, of values standardised by the first rows. The allowance of
 * half a deviation makes it quickest for a change of one. The threshold follows from the accepted false alarms by
 * Siegmund's approximation for independent Gaussian values. Not thread-safe.
 */
public final class Cusum implements ChangeDetector {
    private static final double ALLOWANCE = 0.5;
    private static final double OVERSHOOT = 1.166;

    private final WarmUp baseline;
    private final double threshold;
    private final double[] sums = new double[2];
    private final long[] begun = new long[2];
    private long rows;
    private @Nullable Change last;

    private Cusum(int warmUp, double threshold) {
        this.baseline = new WarmUp(warmUp);
        this.threshold = threshold;
    }

    /** Learns from 500 rows; one false alarm in 100,000. */
    public static Cusum ofDefaults() {
        return of(500, 1e-5);
    }

    /**
     * @param warmUp rows that give mean and deviation, 30 or more; few make the promise on false alarms worth less
     * @param falseAlarms accepted for each row, above 0 and below 0.01
     */
    public static Cusum of(int warmUp, double falseAlarms) {
        if (warmUp < 30 || !(falseAlarms > 0 && falseAlarms < 0.01)) {
            throw new InvalidInputException("Warm-up (" + warmUp + ") is below 30 rows, or false alarms for each row ("
                    + falseAlarms + ") are not above 0 and below 0.01. Maybe use 500 and 1e-5.");
        }
        double low = 0;
        double high = 100;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (runLength(middle) < 2 / falseAlarms) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new Cusum(warmUp, high);
    }

    /** Rows between false alarms of one of the two sums (Siegmund 1985). */
    static double runLength(double threshold) {
        double b = 2 * ALLOWANCE * (threshold + OVERSHOOT);
        return (Math.exp(b) - b - 1) / (2 * ALLOWANCE * ALLOWANCE);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (!Double.isFinite(value) || baseline.learn(value)) {
            return false;
        }
        double standard = baseline.standard(value);
        for (int side = 0; side < 2; side++) {
            sums[side] += (side == 0 ? standard : -standard) - ALLOWANCE;
            if (sums[side] <= 0) {
                sums[side] = 0;
                begun[side] = rows;
            }
        }
        int higher = sums[0] >= sums[1] ? 0 : 1;
        if (sums[higher] < threshold) {
            return false;
        }
        last = new Change(rows - 1, Math.min(rows - 1, begun[higher]), baseline.mean(), Double.NaN);
        baseline.restart();
        for (int side = 0; side < 2; side++) {
            sums[side] = 0;
            begun[side] = rows;
        }
        return true;
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
