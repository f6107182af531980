package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ADWIN (Bifet and Gavaldà 2007): a window that grows while its parts look alike and drops its older part when two differ,
 * kept as an exponential histogram of at most five buckets for each power of two. For values of about 0 to 1. Changes in
 * both directions. Looks for a cut every 32 rows, in O(log n). Not thread-safe.
 */
public final class Adwin implements ChangeDetector {
    private static final int PER_LEVEL = 5;
    private static final int EVERY = 32;
    private static final int SHORTEST = 5;
    private static final int FIRST_WINDOW = 10;
    private static final int LEVELS = 60;

    private final double confidence;
    private final double[][] sums = new double[LEVELS][PER_LEVEL + 1];
    private final double[][] squares = new double[LEVELS][PER_LEVEL + 1];
    private final int[] used = new int[LEVELS];
    private int levels = 1;
    private long rows;
    private long width;
    private double total;
    private double scatter;
    private @Nullable Change last;

    /** @param confidence chance of a false cut at each look, above 0 and below 1 */
    public Adwin(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new InvalidInputException("Confidence (" + confidence + ") is not between 0 and 1. Maybe use 0.002.");
        }
        this.confidence = confidence;
    }

    /** Confidence 0.002, as MOA and river have it. */
    public static Adwin ofDefaults() {
        return new Adwin(0.002);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (!Double.isFinite(value)) {
            return false;
        }
        insert(value);
        return rows % EVERY == 0 && width > FIRST_WINDOW && shrink();
    }

    private void insert(double value) {
        if (width > 0) {
            double off = value - total / width;
            scatter += off * off * width / (width + 1.0);
        }
        width++;
        total += value;
        push(0, value, 0);
        for (int level = 0; used[level] > PER_LEVEL; level++) {
            merge(level);
        }
    }

    /** Buckets of a level lie oldest first. */
    private void push(int level, double sum, double square) {
        sums[level][used[level]] = sum;
        squares[level][used[level]] = square;
        used[level]++;
        levels = Math.max(levels, level + 1);
    }

    private void merge(int level) {
        double size = Math.scalb(1.0, level);
        double off = (sums[level][0] - sums[level][1]) / size;
        push(level + 1, sums[level][0] + sums[level][1], squares[level][0] + squares[level][1] + size * off * off / 2);
        removeOldest(level, 2);
    }

    private void removeOldest(int level, int count) {
        used[level] -= count;
        System.arraycopy(sums[level], count, sums[level], 0, used[level]);
        System.arraycopy(squares[level], count, squares[level], 0, used[level]);
    }

    private boolean shrink() {
        boolean found = false;
        while (cut()) {
            if (!found) {
                last = new Change(rows - 1, rows - width, total / width, Double.NaN);
            }
            found = true;
            dropOldest();
        }
        if (found && last != null) {
            last = new Change(last.row(), rows - width, last.before(), total / width);
        }
        return found;
    }

    /** Whether an older and a newer part differ by more than chance. */
    private boolean cut() {
        double older = 0;
        long olderRows = 0;
        double log = Math.log(2 * Math.log((double) width) / confidence);
        double variance = scatter / width;
        for (int level = levels - 1; level >= 0; level--) {
            for (int b = 0; b < used[level]; b++) {
                older += sums[level][b];
                olderRows += 1L << level;
                long newerRows = width - olderRows;
                if (newerRows < SHORTEST) {
                    return false;
                }
                if (olderRows >= SHORTEST) {
                    double harmonic = 1.0 / (olderRows - SHORTEST + 1) + 1.0 / (newerRows - SHORTEST + 1);
                    double limit = Math.sqrt(2 * harmonic * variance * log) + 2.0 / 3 * harmonic * log;
                    if (Math.abs(older / olderRows - (total - older) / newerRows) > limit) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void dropOldest() {
        int level = levels - 1;
        long size = 1L << level;
        double sum = sums[level][0];
        width -= size;
        total -= sum;
        double off = sum / size - total / width;
        scatter = Math.max(0, scatter - squares[level][0] - off * off * size * width / (size + width));
        removeOldest(level, 1);
        while (levels > 1 && used[levels - 1] == 0) {
            levels--;
        }
    }

    /** Rows in the window now. */
    public long width() {
        return width;
    }

    /** Mean of the window; NaN while it is empty. */
    public double mean() {
        return total / width;
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
