package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trees as one {@code ai.onnx.ml TreeEnsemble} (operator set 5) in double precision: each leaf adds one weight to one
 * target. Single-use, not thread-safe.
 */
final class TreeBlock {
    private static final byte LESS_OR_EQUAL = 0;
    private static final byte MEMBER = 6;

    private final List<Long> roots = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<Double> splits = new ArrayList<>();
    private final List<Byte> modes = new ArrayList<>();
    private final List<Long> whenTrue = new ArrayList<>();
    private final List<Long> whenFalse = new ArrayList<>();
    private final List<Long> trueLeaf = new ArrayList<>();
    private final List<Long> falseLeaf = new ArrayList<>();
    private final List<Long> missingTrue = new ArrayList<>();
    private final List<Double> members = new ArrayList<>();
    private final List<Long> leafTargets = new ArrayList<>();
    private final List<Double> leafWeights = new ArrayList<>();

    /** Weight of a leaf. */
    interface Weight {
        double of(int node);
    }

    int leaves() {
        return leafTargets.size();
    }

    int nodes() {
        return features.size();
    }

    /** Adds a tree whose leaves add to one target; {@code columns} maps its features to the input's, or is null. */
    void add(Tree tree, long target, Weight weight, int @Nullable [] columns) {
        int n = tree.nodes();
        long base = features.size();
        roots.add(base);
        if (tree.leaf(0)) {
            // The operator has no tree of a single leaf: a split into two leaves that are alike. (One leaf on both
            // sides
            // is read wrongly by ONNX Runtime 1.29 where other trees follow.)
            node(0, 0, LESS_OR_EQUAL, leaf(target, weight.of(0)), leaf(target, weight.of(0)), true, true, false);
            return;
        }
        long[] place = new long[n];
        long next = base;
        for (int i = 0; i < n; i++) {
            place[i] = tree.leaf(i) ? leaf(target, weight.of(i)) : next++;
        }
        for (int i = 0; i < n; i++) {
            if (!tree.leaf(i)) {
                int left = tree.left[i];
                int right = tree.right[i];
                Set<Integer> codes = tree.members == null ? null : tree.members.get(i);
                boolean missing = tree.missingLeft != null && tree.missingLeft[i];
                if (codes != null) {
                    codes.forEach(code -> members.add((double) code));
                    members.add(Double.NaN);
                }
                node(
                        columns == null ? tree.feature[i] : columns[tree.feature[i]],
                        codes == null ? tree.threshold[i] : 0,
                        codes == null ? LESS_OR_EQUAL : MEMBER,
                        place[left],
                        place[right],
                        tree.leaf(left),
                        tree.leaf(right),
                        missing);
            }
        }
    }

    private long leaf(long target, double weight) {
        leafTargets.add(target);
        leafWeights.add(weight);
        return leafTargets.size() - 1L;
    }

    private void node(
            long feature,
            double split,
            byte mode,
            long yes,
            long no,
            boolean yesLeaf,
            boolean noLeaf,
            boolean missing) {
        features.add(feature);
        splits.add(split);
        modes.add(mode);
        whenTrue.add(yes);
        whenFalse.add(no);
        trueLeaf.add(yesLeaf ? 1L : 0L);
        falseLeaf.add(noLeaf ? 1L : 0L);
        missingTrue.add(missing ? 1L : 0L);
    }

    /** The sum of all leaves' weights, [N, targets], for an input of doubles. */
    String emit(Emitter out, String input, int targets) {
        OnnxNode node = out.node("TreeEnsemble", input)
                .domain("ai.onnx.ml")
                .attribute("n_targets", (long) targets)
                .attribute("aggregate_function", 1L)
                .attribute("post_transform", 0L)
                .attribute("tree_roots", new OnnxAttribute.OfInts(roots))
                .attribute("nodes_featureids", new OnnxAttribute.OfInts(features))
                .attribute("nodes_splits", new OnnxAttribute.OfTensor(doubles(splits)))
                .attribute("nodes_modes", new OnnxAttribute.OfTensor(bytes(modes)))
                .attribute("nodes_truenodeids", new OnnxAttribute.OfInts(whenTrue))
                .attribute("nodes_falsenodeids", new OnnxAttribute.OfInts(whenFalse))
                .attribute("nodes_trueleafs", new OnnxAttribute.OfInts(trueLeaf))
                .attribute("nodes_falseleafs", new OnnxAttribute.OfInts(falseLeaf))
                .attribute("nodes_missing_value_tracks_true", new OnnxAttribute.OfInts(missingTrue))
                .attribute("leaf_targetids", new OnnxAttribute.OfInts(leafTargets))
                .attribute("leaf_weights", new OnnxAttribute.OfTensor(doubles(leafWeights)));
        if (!members.isEmpty()) {
            node.attribute("membership_values", new OnnxAttribute.OfTensor(doubles(members)));
        }
        return node.output(0);
    }

    private static OnnxTensor doubles(List<Double> values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.size(), 8)).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(buffer::putDouble);
        return OnnxTensor.ofRaw(ElementType.DOUBLE, buffer.flip(), values.size());
    }

    private static OnnxTensor bytes(List<Byte> values) {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = values.get(i);
        }
        return OnnxTensor.ofBytes(ElementType.UINT8, bytes, bytes.length);
    }
}
