package io.edgeai.formats.xgboost;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Writes trees as {@link Forest} walks them: four numbers a node, the two successors of a node side by side, breadth
 * first. To be used by one thread.
 */
final class NodeLayout {
    private static final int STRIDE = 4;
    private static final int MOST = 1 << 28;

    private final int features;
    private int[] nodes = new int[1 << 12];
    private int used;

    NodeLayout(int features) {
        this.features = features;
    }

    /** Where a tree begins, which one it is, and how many comparisons its longest path takes. */
    record Root(int node, int tree, int depth) {}

    /** A place to write to, and what to write there: a node of the tree, or from its set the test of one category. */
    private record Job(int place, int node, int category, boolean upper, int depth) {}

    int[] nodes() {
        return Arrays.copyOf(nodes, used);
    }

    Root add(XgboostTree tree, int index) {
        int root = take(1);
        int deepest = 0;
        Queue<Job> jobs = new ArrayDeque<>();
        jobs.add(new Job(root, 0, 0, false, 0));
        while (!jobs.isEmpty()) {
            Job job = jobs.remove();
            if (tree.leaf(job.node())) {
                write(job.place(), 0, Float.NaN, job.place(), job.node());
                deepest = Math.max(deepest, job.depth());
                continue;
            }
            int pair = take(2);
            int[] set = tree.categories(job.node());
            if (set == null) {
                number(tree, job, pair, jobs);
            } else {
                category(tree, job, set, pair, jobs);
            }
        }
        return new Root(root, index, deepest);
    }

    /** {@code x < t} goes left. A missing value fails the comparison and takes the first of the pair. */
    private void number(XgboostTree tree, Job job, int pair, Queue<Job> jobs) {
        int node = job.node();
        int feature = tree.feature[node];
        float threshold = tree.condition[node];
        if (tree.missingLeft[node]) {
            write(job.place(), feature, threshold, pair, node);
            follow(jobs, job, pair, tree.left[node], tree.right[node]);
        } else {
            write(job.place(), features + feature, above(-threshold), pair, node);
            follow(jobs, job, pair, tree.right[node], tree.left[node]);
        }
    }

    /**
     * {@code c <= x} and then {@code x < c + 1} is the whole code c; misses ask for the next category. A missing value goes
     * with the last miss where it goes left, else it is caught first.
     */
    private void category(XgboostTree tree, Job job, int[] set, int pair, Queue<Job> jobs) {
        int node = job.node();
        int feature = tree.feature[node];
        int left = tree.left[node];
        int right = tree.right[node];
        boolean catches = !tree.missingLeft[node] && job.category() == 0 && !job.upper();
        if (set.length == 0) {
            write(job.place(), feature, Float.NEGATIVE_INFINITY, pair, node);
            follow(jobs, job, pair, tree.missingLeft[node] ? left : right, left);
            return;
        }
        if (catches) {
            write(job.place(), feature, Float.NEGATIVE_INFINITY, pair, node);
            jobs.add(new Job(pair, right, 0, false, job.depth() + 1));
            jobs.add(new Job(pair + STRIDE, node, 1, false, job.depth() + 1));
            return;
        }
        int which = tree.missingLeft[node] ? job.category() : job.category() - 1;
        int category = set[which];
        if (!job.upper()) {
            // Below the smallest category that is left, all others are missed too, since they ascend.
            write(job.place(), feature, category, pair, node);
            jobs.add(new Job(pair, left, 0, false, job.depth() + 1));
            jobs.add(new Job(pair + STRIDE, node, job.category(), true, job.depth() + 1));
            return;
        }
        write(job.place(), feature, category + 1f, pair, node);
        jobs.add(new Job(pair, right, 0, false, job.depth() + 1));
        jobs.add(
                which == set.length - 1
                        ? new Job(pair + STRIDE, left, 0, false, job.depth() + 1)
                        : new Job(pair + STRIDE, node, job.category() + 1, false, job.depth() + 1));
    }

    private static void follow(Queue<Job> jobs, Job job, int pair, int first, int second) {
        jobs.add(new Job(pair, first, 0, false, job.depth() + 1));
        jobs.add(new Job(pair + STRIDE, second, 0, false, job.depth() + 1));
    }

    /** The least number above another, so that {@code >=} it means {@code >}; nothing is above infinity. */
    private static float above(float value) {
        return value == Float.POSITIVE_INFINITY ? Float.NaN : Math.nextUp(value);
    }

    private void write(int place, int feature, float threshold, int pair, int node) {
        nodes[place] = feature;
        nodes[place + 1] = Float.floatToRawIntBits(threshold);
        nodes[place + 2] = pair;
        nodes[place + 3] = node;
    }

    private int take(int count) {
        int place = used;
        used += count * STRIDE;
        if (used > MOST) {
            throw new UnsupportedOperatorException("The trees have more than (" + MOST / STRIDE
                    + ") nodes, too many for one array. Maybe convert the model and run it with onnxruntime.");
        }
        if (used > nodes.length) {
            nodes = Arrays.copyOf(nodes, Math.max(used, Math.min(MOST, 2 * nodes.length)));
        }
        return place;
    }
}
