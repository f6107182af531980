package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples with class labels: a view of rows over one shared row-major float array. Immutable and thread-safe as long as
 * nobody writes to the array it was made of.
 */
public final class LabelledSet {
    private final float[] values;
    private final int[] labels;
    private final int[] rows;
    private final int features;
    private final int classes;

    private LabelledSet(float[] values, int[] labels, int[] rows, int features, int classes) {
        this.values = values;
        this.labels = labels;
        this.rows = rows;
        this.features = features;
        this.classes = classes;
    }

    /**
     * Wraps arrays without copying.
     *
     * @param values row-major, {@code labels.length × features}
     * @param features values of one sample, at least 1
     * @param labels class of each sample, 0 to {@code classes − 1}
     * @param classes number of classes, at least 2
     * @throws InvalidInputException where lengths disagree or a label is out of range
     */
    public static LabelledSet of(float[] values, int features, int[] labels, int classes) {
        if (features < 1 || classes < 2) {
            throw new InvalidInputException(
                    "A labelled set needs at least 1 feature (" + features + ") and 2 classes (" + classes + ").");
        }
        if (values.length != (long) labels.length * features) {
            throw new InvalidInputException("Labelled set of " + labels.length + " samples with " + features
                    + " features needs " + (long) labels.length * features + " values, not (" + values.length + ").");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new InvalidInputException("Label (" + labels[i] + ") of sample " + i + " must be 0 to "
                        + (classes - 1) + ". Maybe labels count from 1.");
            }
        }
        int[] rows = new int[labels.length];
        Arrays.setAll(rows, i -> i);
        return new LabelledSet(values, labels, rows, features, classes);
    }

    /** Copies one row for each sample; all rows must be equally long. See {@link #of(float[], int, int[], int)}. */
    public static LabelledSet of(float[][] samples, int[] labels, int classes) {
        if (samples.length == 0) {
            throw new InvalidInputException("A labelled set needs at least one sample to know its features.");
        }
        int features = samples[0].length;
        float[] values = new float[Math.multiplyExact(samples.length, features)];
        for (int i = 0; i < samples.length; i++) {
            if (samples[i].length != features) {
                throw new InvalidInputException(
                        "Sample " + i + " has (" + samples[i].length + ") values, not " + features + " as the first.");
            }
            System.arraycopy(samples[i], 0, values, i * features, features);
        }
        return of(values, features, labels.clone(), classes);
    }

    /** The samples of several sets in order; shares memory where they are views of the same arrays, else copies. */
    public static LabelledSet union(List<LabelledSet> sets) {
        if (sets.isEmpty()) {
            throw new InvalidInputException("The union of no sets has no features.");
        }
        LabelledSet first = sets.get(0);
        int size = 0;
        boolean shared = true;
        for (LabelledSet set : sets) {
            if (set.features != first.features || set.classes != first.classes) {
                throw new InvalidInputException("Cannot unite a set of " + set + " with one of " + first + ".");
            }
            size = Math.addExact(size, set.size());
            shared &= set.values == first.values && set.labels == first.labels;
        }
        int[] rows = new int[size];
        int at = 0;
        if (shared) {
            for (LabelledSet set : sets) {
                System.arraycopy(set.rows, 0, rows, at, set.size());
                at += set.size();
            }
            return new LabelledSet(first.values, first.labels, rows, first.features, first.classes);
        }
        float[] values = new float[Math.multiplyExact(size, first.features)];
        int[] labels = new int[size];
        for (LabelledSet set : sets) {
            for (int i = 0; i < set.size(); i++, at++) {
                System.arraycopy(set.values, set.offset(i), values, at * first.features, first.features);
                labels[at] = set.label(i);
            }
        }
        return of(values, first.features, labels, first.classes);
    }

    /** Number of samples; may be 0 for a view. */
    public int size() {
        return rows.length;
    }

    /** Values of one sample. */
    public int features() {
        return features;
    }

    public int classes() {
        return classes;
    }

    /** Class of sample {@code i}. */
    public int label(int i) {
        return labels[rows[i]];
    }

    /** Where sample {@code i} begins in {@link #values()}. */
    public int offset(int i) {
        return rows[i] * features;
    }

    /** The shared array behind this and other views. Not a copy: do not write. */
    public float[] values() {
        return values;
    }

    /** A copy of the values of sample {@code i}. */
    public float[] sample(int i) {
        return Arrays.copyOfRange(values, offset(i), offset(i) + features);
    }

    /** How many samples each class has. */
    public int[] labelCounts() {
        int[] counts = new int[classes];
        for (int row : rows) {
            counts[labels[row]]++;
        }
        return counts;
    }

    /** The samples at these positions, as a view; a position may occur twice. */
    public LabelledSet select(int... positions) {
        int[] chosen = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0 || positions[i] >= rows.length) {
                throw new InvalidInputException(
                        "Sample (" + positions[i] + ") is not in a set of " + rows.length + " samples.");
            }
            chosen[i] = rows[positions[i]];
        }
        return new LabelledSet(values, labels, chosen, features, classes);
    }

    /** Samples {@code from} to {@code to − 1}, as a view. */
    public LabelledSet range(int from, int to) {
        if (from < 0 || to > rows.length || from > to) {
            throw new InvalidInputException(
                    "Range (" + from + " to " + to + ") is not within a set of " + rows.length + " samples.");
        }
        return new LabelledSet(values, labels, Arrays.copyOfRange(rows, from, to), features, classes);
    }

    /** Views of these samples, one for each group of positions. */
    public List<LabelledSet> selectAll(int[][] groups) {
        List<LabelledSet> views = new ArrayList<>(groups.length);
        for (int[] group : groups) {
            views.add(select(group));
        }
        return views;
    }

    @Override
    public String toString() {
        return size() + " samples × " + features + " features, " + classes + " classes";
    }
}
