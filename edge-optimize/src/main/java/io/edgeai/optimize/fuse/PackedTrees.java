package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Branches and leaves apart, as {@code TreeEnsemble} of ai.onnx.ml 5 wants them. Not thread-safe. */
final class PackedTrees {
    private final List<Long> roots = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<Float> splits = new ArrayList<>();
    private final List<Integer> modes = new ArrayList<>();
    private final List<Long> whenTrue = new ArrayList<>();
    private final List<Long> whenFalse = new ArrayList<>();
    private final List<Long> trueLeaf = new ArrayList<>();
    private final List<Long> falseLeaf = new ArrayList<>();
    private final List<Long> missingTrue = new ArrayList<>();
    private final List<Long> leafTargets = new ArrayList<>();
    private final List<Float> leafWeights = new ArrayList<>();

    private PackedTrees() {}

    /** A branch whose place is known, or a leaf. */
    private record Job(int row, int place) {}

    static PackedTrees of(LooseTrees trees) {
        PackedTrees packed = new PackedTrees();
        for (int root : trees.roots()) {
            packed.add(trees, root);
        }
        return packed;
    }

    private void add(LooseTrees trees, int root) {
        roots.add((long) features.size());
        if (trees.leaf(root)) {
            // There is no tree of a single leaf: a split into two that are alike. ONNX Runtime 1.29 misreads one leaf
            // on both sides where other trees follow.
            point(branch(0, 0, 0, false), leaf(trees, root), true, leaf(trees, root), true);
            return;
        }
        Deque<Job> jobs = new ArrayDeque<>();
        jobs.push(new Job(root, branch(trees, root)));
        while (!jobs.isEmpty()) {
            Job job = jobs.pop();
            int yes = trees.whenTrue()[job.row()];
            int no = trees.whenFalse()[job.row()];
            boolean yesLeaf = trees.leaf(yes);
            boolean noLeaf = trees.leaf(no);
            int yesPlace = yesLeaf ? leaf(trees, yes) : branch(trees, yes);
            int noPlace = noLeaf ? leaf(trees, no) : branch(trees, no);
            point(job.place(), yesPlace, yesLeaf, noPlace, noLeaf);
            if (!noLeaf) {
                jobs.push(new Job(no, noPlace));
            }
            if (!yesLeaf) {
                jobs.push(new Job(yes, yesPlace));
            }
        }
    }

    private void point(int place, int yes, boolean yesLeaf, int no, boolean noLeaf) {
        whenTrue.set(place, (long) yes);
        whenFalse.set(place, (long) no);
        trueLeaf.set(place, yesLeaf ? 1L : 0L);
        falseLeaf.set(place, noLeaf ? 1L : 0L);
    }

    private int branch(LooseTrees trees, int row) {
        return branch(trees.features()[row], trees.values()[row], trees.modes()[row], trees.missingTrue()[row]);
    }

    private int branch(long feature, float split, int mode, boolean missing) {
        features.add(feature);
        splits.add(split);
        modes.add(mode);
        missingTrue.add(missing ? 1L : 0L);
        whenTrue.add(0L);
        whenFalse.add(0L);
        trueLeaf.add(0L);
        falseLeaf.add(0L);
        return features.size() - 1;
    }

    private int leaf(LooseTrees trees, int row) {
        leafTargets.add(trees.targets()[row]);
        leafWeights.add(trees.weights()[row]);
        return leafTargets.size() - 1;
    }

    void writeTo(OnnxNode node) {
        node.attribute("aggregate_function", 1L)
                .attribute("post_transform", 0L)
                .attribute("tree_roots", new OnnxAttribute.OfInts(roots))
                .attribute("nodes_featureids", new OnnxAttribute.OfInts(features))
                .attribute("nodes_splits", new OnnxAttribute.OfTensor(floats(splits)))
                .attribute("nodes_modes", new OnnxAttribute.OfTensor(modes()))
                .attribute("nodes_truenodeids", new OnnxAttribute.OfInts(whenTrue))
                .attribute("nodes_falsenodeids", new OnnxAttribute.OfInts(whenFalse))
                .attribute("nodes_trueleafs", new OnnxAttribute.OfInts(trueLeaf))
                .attribute("nodes_falseleafs", new OnnxAttribute.OfInts(falseLeaf))
                .attribute("leaf_targetids", new OnnxAttribute.OfInts(leafTargets))
                .attribute("leaf_weights", new OnnxAttribute.OfTensor(floats(leafWeights)));
        if (missingTrue.contains(1L)) {
            node.attribute("nodes_missing_value_tracks_true", new OnnxAttribute.OfInts(missingTrue));
        }
    }

    private static OnnxTensor floats(List<Float> values) {
        float[] all = new float[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i);
        }
        return OnnxTensor.ofFloats(all, all.length);
    }

    private OnnxTensor modes() {
        byte[] all = new byte[modes.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = modes.get(i).byteValue();
        }
        return OnnxTensor.ofBytes(ElementType.UINT8, all, all.length);
    }
}
