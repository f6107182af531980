package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The trees of a {@code TreeEnsembleRegressor}, whose rows each name their tree, their number there and their children's.
 *
 * @param rows all nodes; children are indices into them
 * @param roots the first row of each tree
 */
record LooseTrees(List<Row> rows, List<Integer> roots) {
    private static final int LEAF = -1;
    private static final Map<String, Integer> MODES =
            Map.of("LEAF", LEAF, "BRANCH_LEQ", 0, "BRANCH_LT", 1, "BRANCH_GTE", 2, "BRANCH_GT", 3);

    /** A branch or a leaf. */
    sealed interface Row {}

    /**
     * A comparison.
     *
     * @param mode as version 5 numbers them
     * @param yes the child where it holds
     * @param no the child where it does not
     */
    record Branch(long feature, float value, int mode, boolean missingTrue, int yes, int no) implements Row {}

    /** What is added to a target. */
    record Leaf(long target, float weight) implements Row {}

    private record Place(long tree, long node) {}

    /** Null where rows do not form trees with one weight a leaf, or compare for equality. */
    static @Nullable LooseTrees of(OnnxNode node) {
        long[] trees = node.intsAttribute("nodes_treeids");
        if (trees == null) {
            return null;
        }
        long[] ids = numbers(node, "nodes_nodeids", trees.length);
        long[] features = numbers(node, "nodes_featureids", trees.length);
        long[] yes = numbers(node, "nodes_truenodeids", trees.length);
        long[] no = numbers(node, "nodes_falsenodeids", trees.length);
        boolean tracks = node.attributes().containsKey("nodes_missing_value_tracks_true");
        long[] missing =
                tracks ? numbers(node, "nodes_missing_value_tracks_true", trees.length) : new long[trees.length];
        if (ids == null
                || features == null
                || yes == null
                || no == null
                || missing == null
                || !(node.attributes().get("nodes_values") instanceof OnnxAttribute.OfFloats values)
                || !(node.attributes().get("nodes_modes") instanceof OnnxAttribute.OfStrings modes)
                || values.values().size() != trees.length
                || modes.values().size() != trees.length) {
            return null;
        }
        Map<Place, Integer> places = new HashMap<>();
        for (int row = 0; row < trees.length; row++) {
            places.put(new Place(trees[row], ids[row]), row);
        }
        Map<Place, Leaf> leaves = leaves(node);
        if (places.size() != trees.length || leaves == null) {
            return null;
        }
        List<Row> rows = new ArrayList<>();
        Set<Integer> children = new HashSet<>();
        for (int row = 0; row < trees.length; row++) {
            Integer mode = MODES.get(modes.values().get(row).toStringUtf8());
            if (mode == null) {
                return null;
            }
            if (mode == LEAF) {
                Leaf leaf = leaves.remove(new Place(trees[row], ids[row]));
                if (leaf == null) {
                    return null;
                }
                rows.add(leaf);
                continue;
            }
            Integer left = places.get(new Place(trees[row], yes[row]));
            Integer right = places.get(new Place(trees[row], no[row]));
            if (left == null || right == null || !children.add(left) || !children.add(right)) {
                return null;
            }
            rows.add(new Branch(features[row], values.values().get(row), mode, missing[row] != 0, left, right));
        }
        List<Integer> roots = roots(trees, children);
        return leaves.isEmpty() && roots != null ? new LooseTrees(rows, roots) : null;
    }

    private static long @Nullable [] numbers(OnnxNode node, String key, int count) {
        long[] numbers = node.intsAttribute(key);
        return numbers != null && numbers.length == count ? numbers : null;
    }

    /** Null where a leaf has several weights, or the lists differ in length. */
    private static @Nullable Map<Place, Leaf> leaves(OnnxNode node) {
        long[] trees = node.intsAttribute("target_treeids");
        if (trees == null || !(node.attributes().get("target_weights") instanceof OnnxAttribute.OfFloats weights)) {
            return null;
        }
        long[] ids = numbers(node, "target_nodeids", trees.length);
        long[] targets = numbers(node, "target_ids", trees.length);
        if (ids == null || targets == null || weights.values().size() != trees.length) {
            return null;
        }
        Map<Place, Leaf> leaves = new HashMap<>();
        for (int i = 0; i < trees.length; i++) {
            Leaf leaf = new Leaf(targets[i], weights.values().get(i));
            if (leaves.put(new Place(trees[i], ids[i]), leaf) != null) {
                return null;
            }
        }
        return leaves;
    }

    /** The rows that are nobody's child, one for each tree; null where a tree has several or none. */
    private static @Nullable List<Integer> roots(long[] trees, Set<Integer> children) {
        List<Integer> roots = new ArrayList<>();
        Set<Long> rooted = new HashSet<>();
        Set<Long> all = new HashSet<>();
        for (int row = 0; row < trees.length; row++) {
            all.add(trees[row]);
            if (!children.contains(row)) {
                roots.add(row);
                if (!rooted.add(trees[row])) {
                    return null;
                }
            }
        }
        return rooted.equals(all) ? roots : null;
    }
}
