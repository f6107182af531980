package io.edgeai.formats.xgboost;

import com.google.protobuf.ByteString;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays trees out as the parallel attribute lists of {@code ai.onnx.ml TreeEnsembleRegressor} version 3. A set of categories
 * becomes a chain of nodes that each test for one, all of whose hits lead to the same subtree; ONNX Runtime reads such
 * chains as sets.
 */
final class TreeEnsemble {
    private static final ByteString LEAF = ByteString.copyFromUtf8("LEAF");
    private static final ByteString BRANCH = ByteString.copyFromUtf8("BRANCH_LT");
    private static final ByteString MEMBER = ByteString.copyFromUtf8("BRANCH_EQ");
    /** No whole number, so that an empty set has no member. */
    private static final float NOTHING = 0.5f;

    private final List<Long> treeIds = new ArrayList<>();
    private final List<Long> nodeIds = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<Float> values = new ArrayList<>();
    private final List<ByteString> modes = new ArrayList<>();
    private final List<Long> whenTrue = new ArrayList<>();
    private final List<Long> whenFalse = new ArrayList<>();
    private final List<Long> missingTrue = new ArrayList<>();
    private final List<Long> leafTrees = new ArrayList<>();
    private final List<Long> leafNodes = new ArrayList<>();
    private final List<Long> leafTargets = new ArrayList<>();
    private final List<Float> leafWeights = new ArrayList<>();

    private long trees;

    private TreeEnsemble() {}

    /** A node that sums the trees' leaves into [N, groups]. */
    static OnnxNode of(XgboostModel model, String input, String output) {
        TreeEnsemble ensemble = new TreeEnsemble();
        for (XgboostModel.Member member : model.trees) {
            ensemble.add(member.tree(), member.group(), member.weight());
        }
        return ensemble.node(model.groups, input, output);
    }

    private void add(XgboostTree tree, long group, float weight) {
        long id = trees++;
        long fresh = tree.nodes();
        for (int node = 0; node < tree.nodes(); node++) {
            if (tree.leaf(node)) {
                row(id, node, 0, 0, LEAF, 0, 0, false);
                for (int target = 0; target < tree.width; target++) {
                    leafTrees.add(id);
                    leafNodes.add((long) node);
                    leafTargets.add(tree.width == 1 ? group : target);
                    leafWeights.add(tree.leaf(node, target) * weight);
                }
                continue;
            }
            int[] set = tree.categories(node);
            if (set == null) {
                row(
                        id,
                        node,
                        tree.feature[node],
                        tree.condition[node],
                        BRANCH,
                        tree.left[node],
                        tree.right[node],
                        tree.missingLeft[node]);
                continue;
            }
            int tests = Math.max(1, set.length);
            for (int i = 0; i < tests; i++) {
                long here = i == 0 ? node : fresh++;
                long otherwise = i == tests - 1 ? tree.left[node] : fresh;
                float category = set.length == 0 ? NOTHING : set[i];
                row(
                        id,
                        here,
                        tree.feature[node],
                        category,
                        MEMBER,
                        tree.right[node],
                        otherwise,
                        !tree.missingLeft[node]);
            }
        }
    }

    private void row(
            long tree,
            long node,
            long feature,
            float value,
            ByteString mode,
            long hit,
            long miss,
            boolean missingHits) {
        treeIds.add(tree);
        nodeIds.add(node);
        features.add(feature);
        values.add(value);
        modes.add(mode);
        whenTrue.add(hit);
        whenFalse.add(miss);
        missingTrue.add(missingHits ? 1L : 0L);
    }

    private OnnxNode node(int groups, String input, String output) {
        return new OnnxNode("TreeEnsembleRegressor", "trees", List.of(input), List.of(output))
                .domain("ai.onnx.ml")
                .attribute("n_targets", groups)
                .attribute("aggregate_function", "SUM")
                .attribute("post_transform", "NONE")
                .attribute("nodes_treeids", new OnnxAttribute.OfInts(treeIds))
                .attribute("nodes_nodeids", new OnnxAttribute.OfInts(nodeIds))
                .attribute("nodes_featureids", new OnnxAttribute.OfInts(features))
                .attribute("nodes_values", new OnnxAttribute.OfFloats(values))
                .attribute("nodes_modes", new OnnxAttribute.OfStrings(modes))
                .attribute("nodes_truenodeids", new OnnxAttribute.OfInts(whenTrue))
                .attribute("nodes_falsenodeids", new OnnxAttribute.OfInts(whenFalse))
                .attribute("nodes_missing_value_tracks_true", new OnnxAttribute.OfInts(missingTrue))
                .attribute("target_treeids", new OnnxAttribute.OfInts(leafTrees))
                .attribute("target_nodeids", new OnnxAttribute.OfInts(leafNodes))
                .attribute("target_ids", new OnnxAttribute.OfInts(leafTargets))
                .attribute("target_weights", new OnnxAttribute.OfFloats(leafWeights));
    }
}
