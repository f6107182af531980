package io.edgeai.monitor.metric;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;

/**
 * How many runs of a model served how many requests: 1, 2, 3 to 4, 5 to 8 and so on, by powers of two up to 8192 and one class
 * for what is above. Immutable.
 */
public final class BatchSizes {
    /** Nothing ran. */
    public static final BatchSizes NONE = new BatchSizes(new long[0]);

    /** Classes of size: 15. */
    public static final int CLASSES = 15;

    private final long[] runs;

    private BatchSizes(long[] runs) {
        this.runs = runs;
    }

    /**
     * @param runs by class, at most {@link #CLASSES}
     * @throws InvalidInputException for more classes, or a count below 0
     */
    public static BatchSizes of(long... runs) {
        if (runs.length > CLASSES || Arrays.stream(runs).anyMatch(count -> count < 0)) {
            throw new InvalidInputException(
                    "Runs by size " + Arrays.toString(runs) + " are not at most " + CLASSES + " counts of 0 or more.");
        }
        int used = runs.length;
        while (used > 0 && runs[used - 1] == 0) {
            used--;
        }
        return used == 0 ? NONE : new BatchSizes(Arrays.copyOf(runs, used));
    }

    /** The class of a size of 1 or more. */
    public static int classOf(int size) {
        return Math.min(CLASSES - 1, 32 - Integer.numberOfLeadingZeros(Math.max(1, size) - 1));
    }

    /** The largest size of a class. */
    public static int largest(int sizeClass) {
        return sizeClass >= CLASSES - 1 ? Integer.MAX_VALUE : 1 << sizeClass;
    }

    /** Runs of a class. */
    public long runs(int sizeClass) {
        return sizeClass < runs.length ? runs[sizeClass] : 0;
    }

    /** Classes up to the largest that had a run. */
    public int classes() {
        return runs.length;
    }

    /** All runs. */
    public long total() {
        return Arrays.stream(runs).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchSizes sizes && Arrays.equals(runs, sizes.runs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(runs);
    }

    @Override
    public String toString() {
        return Arrays.toString(runs);
    }
}
