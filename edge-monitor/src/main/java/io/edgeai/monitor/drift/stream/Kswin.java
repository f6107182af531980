package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.stat.KolmogorovSmirnov;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * KSWIN (Raab, Heusinger and Schleif 2020): the newest values of a window against as many drawn from the older ones, by
 * the exact Kolmogorov–Smirnov test. Finds changes of any kind, and false ones at its level for each row, which
 * correlation between rows lessens only in part. Not thread-safe; a seed makes it repeatable.
 */
public final class Kswin implements ChangeDetector {
    private final double level;
    private final double[] window;
    private final int newest;
    private final Random random;
    private int held;
    private long rows;
    private @Nullable Change last;

    /**
     * @param level of each test, above 0 and below 1
     * @param window values kept
     * @param newest values compared, 5 or more and at most half of the window
     * @param seed of the draws
     */
    public Kswin(double level, int window, int newest, long seed) {
        if (!(level > 0 && level < 1) || newest < 5 || 2 * newest > window) {
            throw new InvalidInputException("Level (" + level + ") is not between 0 and 1, or (" + newest
                    + ") newest values are not in 5 to half of (" + window + "). Maybe use 1e-5, 200 and 60.");
        }
        this.level = level;
        this.window = new double[window];
        this.newest = newest;
        this.random = new Random(seed);
    }

    /** Level 1e-5, the newest 60 of 200 values, seed 1. */
    public static Kswin ofDefaults() {
        return new Kswin(1e-5, 200, 60, 1);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (!Double.isFinite(value)) {
            return false;
        }
        if (held == window.length) {
            System.arraycopy(window, 1, window, 0, --held);
        }
        window[held++] = value;
        if (held < window.length) {
            return false;
        }
        int older = window.length - newest;
        double[] fresh = Arrays.copyOfRange(window, older, window.length);
        double[] drawn = Arrays.copyOf(window, older);
        for (int i = 0; i < newest; i++) {
            int j = i + random.nextInt(older - i);
            double taken = drawn[j];
            drawn[j] = drawn[i];
            drawn[i] = taken;
        }
        double[] sample = Arrays.copyOf(drawn, newest);
        Arrays.sort(fresh);
        Arrays.sort(sample);
        double distance = KolmogorovSmirnov.distance(sample, fresh);
        if (KolmogorovSmirnov.pValue(distance, newest, newest) > level) {
            return false;
        }
        last = new Change(rows - 1, rows - newest, mean(window, 0, older), mean(window, older, window.length));
        System.arraycopy(window, older, window, 0, newest);
        held = newest;
        return true;
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
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
