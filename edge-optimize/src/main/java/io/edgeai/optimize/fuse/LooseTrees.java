package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@code TreeEnsembleRegressor}, each of which names its tree, its number there and its children's.
 *
 * @param roots the first row of each tree
 * @param whenTrue row of the child where the comparison holds; -1 of leaves
 * @param whenFalse the same where it does not
 * @param modes comparisons as version 5 numbers them; -1 of leaves
 * @param targets what a leaf adds to, of leaves
 * @param weights what it adds, of leaves
 */
record LooseTrees(
        List<Integer> roots,
        int[] whenTrue,
        int[] whenFalse,
        int[] modes,
        long[] features,
        float[] values,
        boolean[] missingTrue,
        long[] targets,
        float[] weights) {
    private static final int LEAF = -1;
    private static final Map<String, Integer> MODES =
            Map.of("LEAF", LEAF, "BRANCH_LEQ", 0, "BRANCH_LT", 1, "BRANCH_GTE", 2, "BRANCH_GT", 3);

    boolean leaf(int row) {
        return modes[row] == LEAF;
    }

    private record Place(long tree, long node) {}

    /** Null where rows do not form trees with one weight a leaf, or compare for equality. */
    static @Nullable LooseTrees of(OnnxNode node) {
        long[] trees = node.intsAttribute("nodes_treeids");
        long[] ids = node.intsAttribute("nodes_nodeids");
        long[] features = node.intsAttribute("nodes_featureids");
        long[] whenTrue = node.intsAttribute("nodes_truenodeids");
        long[] whenFalse = node.intsAttribute("nodes_falsenodeids");
        long[] missing = node.intsAttribute("nodes_missing_value_tracks_true");
        if (trees == null
                || ids == null
                || features == null
                || whenTrue == null
                || whenFalse == null
                || !(node.attributes().get("nodes_values") instanceof OnnxAttribute.OfFloats values)
                || !(node.attributes().get("nodes_modes") instanceof OnnxAttribute.OfStrings modes)) {
            return null;
        }
        int count = trees.length;
        boolean even = ids.length == count
                && features.length == count
                && whenTrue.length == count
                && whenFalse.length == count
                && values.values().size() == count
                && modes.values().size() == count
                && (missing == null || missing.length == 0 || missing.length == count);
        return even ? new Builder(trees, ids, whenTrue, whenFalse).build(node, modes, features, values, missing) : null;
    }

    private static final class Builder {
        private final Map<Place, Integer> rows = new HashMap<>();
        private final long[] trees;
        private final long[] whenTrue;
        private final long[] whenFalse;
        private final boolean[] hasParent;

        Builder(long[] trees, long[] ids, long[] whenTrue, long[] whenFalse) {
            this.trees = trees;
            this.whenTrue = whenTrue;
            this.whenFalse = whenFalse;
            this.hasParent = new boolean[trees.length];
            for (int row = 0; row < trees.length; row++) {
                rows.put(new Place(trees[row], ids[row]), row);
            }
        }

        @Nullable
        LooseTrees build(
                OnnxNode node,
                OnnxAttribute.OfStrings names,
                long[] features,
                OnnxAttribute.OfFloats splits,
                long @Nullable [] missing) {
            int count = trees.length;
            int[] modes = new int[count];
            int[] yes = new int[count];
            int[] no = new int[count];
            float[] values = new float[count];
            boolean[] missingTrue = new boolean[count];
            for (int row = 0; row < count; row++) {
                Integer mode = MODES.get(names.values().get(row).toStringUtf8());
                if (mode == null) {
                    return null;
                }
                modes[row] = mode;
                values[row] = splits.values().get(row);
                missingTrue[row] = missing != null && missing.length > 0 && missing[row] != 0;
                yes[row] = mode == LEAF ? -1 : child(trees[row], whenTrue[row]);
                no[row] = mode == LEAF ? -1 : child(trees[row], whenFalse[row]);
                if (mode != LEAF && (yes[row] < 0 || no[row] < 0)) {
                    return null;
                }
            }
            List<Integer> roots = roots();
            long[] targets = new long[count];
            float[] weights = new float[count];
            return roots != null && rows.size() == count && leaves(node, modes, targets, weights)
                    ? new LooseTrees(roots, yes, no, modes, features, values, missingTrue, targets, weights)
                    : null;
        }

        /** A child's row; -1 where there is none, or it has another parent already. */
        private int child(long tree, long id) {
            Integer row = rows.get(new Place(tree, id));
            if (row == null || hasParent[row]) {
                return -1;
            }
            hasParent[row] = true;
            return row;
        }

        /** Null where a tree does not have one root. */
        private @Nullable List<Integer> roots() {
            List<Integer> roots = new ArrayList<>();
            Map<Long, Integer> ofTree = new HashMap<>();
            for (int row = 0; row < trees.length; row++) {
                if (!hasParent[row]) {
                    roots.add(row);
                    if (ofTree.put(trees[row], row) != null) {
                        return null;
                    }
                }
            }
            return roots;
        }

        private boolean leaves(OnnxNode node, int[] modes, long[] targets, float[] weights) {
            long[] ofTree = node.intsAttribute("target_treeids");
            long[] ofNode = node.intsAttribute("target_nodeids");
            long[] ids = node.intsAttribute("target_ids");
            if (ofTree == null
                    || ofNode == null
                    || ids == null
                    || !(node.attributes().get("target_weights") instanceof OnnxAttribute.OfFloats given)
                    || ofNode.length != ofTree.length
                    || ids.length != ofTree.length
                    || given.values().size() != ofTree.length) {
                return false;
            }
            boolean[] weighed = new boolean[modes.length];
            for (int i = 0; i < ofTree.length; i++) {
                Integer row = rows.get(new Place(ofTree[i], ofNode[i]));
                if (row == null || modes[row] != LEAF || weighed[row]) {
                    return false;
                }
                weighed[row] = true;
                targets[row] = ids[i];
                weights[row] = given.values().get(i);
            }
            for (int row = 0; row < modes.length; row++) {
                if (modes[row] == LEAF && !weighed[row]) {
                    return false;
                }
            }
            return true;
        }
    }
}
