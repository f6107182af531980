package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The test of Page and Hinkley for a rise of the mean: how far the sum of deviations from the running mean, less an
 * allowance each, has risen above its lowest point. Allowance and threshold are in the unit of the values. Not
 * thread-safe.
 */
public final class PageHinkley implements ChangeDetector {
    private static final int WARM_UP = 30;
    private static final double FADING = 0.9999;

    private final double allowance;
    private final double threshold;
    private long rows;
    private long seen;
    private double mean;
    private double sum;
    private double lowest;
    private long lowestRow;
    private @Nullable Change last;

    /**
     * @param allowance deviation that is no change, 0 or more
     * @param threshold rise of the sum that is one, above 0
     */
    public PageHinkley(double allowance, double threshold) {
        if (!(allowance >= 0 && threshold > 0)) {
            throw new InvalidInputException("Allowance (" + allowance + ") is below 0 or threshold (" + threshold
                    + ") is not above 0. Maybe use 0.005 and 50.");
        }
        this.allowance = allowance;
        this.threshold = threshold;
    }

    /** Allowance 0.005 and threshold 50, as in MOA and river. */
    public static PageHinkley ofDefaults() {
        return new PageHinkley(0.005, 50);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (!Double.isFinite(value)) {
            return false;
        }
        seen++;
        mean += (value - mean) / seen;
        sum = FADING * sum + value - mean - allowance;
        if (sum <= lowest) {
            lowest = sum;
            lowestRow = rows;
        }
        if (seen < WARM_UP || sum - lowest <= threshold) {
            return false;
        }
        last = new Change(rows - 1, Math.min(rows - 1, lowestRow), mean, Double.NaN);
        seen = 0;
        mean = 0;
        sum = 0;
        lowest = 0;
        lowestRow = rows;
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
