package io.edgeai.formats.xgboost;

import com.google.protobuf.ByteString;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;

/** Lays trees out as the parallel attribute lists of {@code ai.onnx.ml TreeEnsembleRegressor} version 3. */
final class TreeEnsemble {
    private static final ByteString LEAF = ByteString.copyFromUtf8("LEAF");
    private static final ByteString BRANCH = ByteString.copyFromUtf8("BRANCH_LT");

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
        for (int node = 0; node < tree.nodes(); node++) {
            boolean leaf = tree.leaf(node);
            treeIds.add(id);
            nodeIds.add((long) node);
            features.add(leaf ? 0L : tree.feature[node]);
            values.add(leaf ? 0f : tree.condition[node]);
            modes.add(leaf ? LEAF : BRANCH);
            whenTrue.add(leaf ? 0L : tree.left[node]);
            whenFalse.add(leaf ? 0L : tree.right[node]);
            missingTrue.add(!leaf && tree.missingLeft[node] ? 1L : 0L);
            if (leaf) {
                leafTrees.add(id);
                leafNodes.add((long) node);
                leafTargets.add(group);
                leafWeights.add(tree.condition[node] * weight);
            }
        }
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
