package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one decision tree. A node is a leaf where {@code left} is below 0; rows go left where the feature, as a
 * float, is at most the threshold. Nobody changes the arrays.
 */
final class Tree {
    final int[] left;
    final int[] right;
    final int[] feature;
    final double[] threshold;

    /** Whether missing values go left; null where the tree was trained without any. */
    final boolean @Nullable [] missingLeft;

    /** For each node and member of a category split the codes that go left; null for threshold splits. */
    final @Nullable List<@Nullable Set<Integer>> members;

    Tree(
            int[] left,
            int[] right,
            int[] feature,
            double[] threshold,
            boolean @Nullable [] missingLeft,
            @Nullable List<@Nullable Set<Integer>> members) {
        this.left = left;
        this.right = right;
        this.feature = feature;
        this.threshold = threshold;
        this.missingLeft = missingLeft;
        this.members = members;
        for (int i = 0; i < left.length; i++) {
            boolean sound =
                    left[i] < 0 || left[i] > i && left[i] < left.length && right[i] > i && right[i] < left.length;
            if (!sound || left[i] >= 0 && feature[i] < 0) {
                throw new ModelFormatException("Node (" + i + ") of a tree leads to (" + left[i] + ", " + right[i]
                        + ") of " + left.length + ". Maybe the file is damaged.");
            }
        }
        if (left.length == 0) {
            throw new ModelFormatException("A tree has no nodes. Maybe it was not fitted.");
        }
    }

    boolean leaf(int node) {
        return left[node] < 0;
    }

    int nodes() {
        return left.length;
    }

    /** A tree with the values of its nodes. */
    static final class Valued {
        private final Tree tree;
        private final NumpyArray values;
        private final double[] flat;

        Valued(Tree tree, NumpyArray values) {
            this.tree = tree;
            this.values = values;
            this.flat = values.doubles();
        }

        Tree tree() {
            return tree;
        }

        /** Values of a node: [outputs * classes]. */
        double[] at(int node) {
            int width = flat.length / tree.nodes();
            return java.util.Arrays.copyOfRange(flat, node * width, (node + 1) * width);
        }

        int outputs() {
            return values.dim(1);
        }

        int classes() {
            return values.dim(2);
        }
    }

    /** {@code tree_} of a decision tree. */
    static Valued of(Estimator estimator) {
        Object value = estimator.require("tree_");
        if (!(value instanceof PyObject object)
                || !(object.attribute("nodes") instanceof NumpyArray nodes)
                || !(object.attribute("values") instanceof NumpyArray values)) {
            throw new ModelFormatException(estimator.what() + " has a tree_ without nodes and values.");
        }
        Tree tree = new Tree(
                ints(nodes.field("left_child")),
                ints(nodes.field("right_child")),
                ints(nodes.field("feature")),
                nodes.field("threshold").doubles(),
                nodes.type().field("missing_go_to_left") == null ? null : flags(nodes.field("missing_go_to_left")),
                null);
        if (values.rank() != 3 || values.dim(0) != tree.nodes()) {
            throw new ModelFormatException(
                    estimator.what() + " has values (" + values + ") for " + tree.nodes() + " nodes.");
        }
        return new Valued(tree, values);
    }

    /** Number of features a tree was built on. */
    static int features(Estimator estimator) {
        if (estimator.get("tree_") instanceof PyObject object
                && !object.args().isEmpty()
                && object.args().get(0) instanceof Long features) {
            return (int) (long) features;
        }
        return estimator.inputWidth(0);
    }

    /** Classes of each output, from the tree's constructor. */
    static int[] classCounts(Estimator estimator) {
        if (estimator.get("tree_") instanceof PyObject object
                && object.args().size() > 1
                && object.args().get(1) instanceof NumpyArray counts) {
            return ints(counts);
        }
        throw new ModelFormatException(estimator.what() + " has a tree_ without class counts.");
    }

    static int[] ints(NumpyArray array) {
        long[] longs = array.longs();
        int[] ints = new int[longs.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) Math.max(-2, Math.min(longs[i], Integer.MAX_VALUE));
        }
        return ints;
    }

    static boolean[] flags(NumpyArray array) {
        long[] longs = array.longs();
        boolean[] flags = new boolean[longs.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = longs[i] != 0;
        }
        return flags;
    }
}
