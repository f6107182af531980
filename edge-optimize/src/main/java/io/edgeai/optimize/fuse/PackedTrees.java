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

    /** A branch whose place is known and whose children's are not. */
    private record Job(LooseTrees.Branch branch, int place) {}

    static PackedTrees of(LooseTrees trees) {
        PackedTrees packed = new PackedTrees();
        trees.roots().forEach(root -> packed.add(trees, trees.rows().get(root)));
        return packed;
    }

    private void add(LooseTrees trees, LooseTrees.Row root) {
        roots.add((long) features.size());
        if (root instanceof LooseTrees.Leaf only) {
            // There is no tree of a single leaf: a split into two that are alike. ONNX Runtime 1.29 misreads one leaf
            // on both sides where other trees follow.
            int place = branch(new LooseTrees.Branch(0, 0, 0, false, 0, 0));
            point(whenTrue, trueLeaf, place, leaf(only), true);
            point(whenFalse, falseLeaf, place, leaf(only), true);
            return;
        }
        Deque<Job> jobs = new ArrayDeque<>();
        if (root instanceof LooseTrees.Branch first) {
            jobs.push(new Job(first, branch(first)));
        }
        while (!jobs.isEmpty()) {
            Job job = jobs.pop();
            follow(trees.rows().get(job.branch().yes()), whenTrue, trueLeaf, job.place(), jobs);
            follow(trees.rows().get(job.branch().no()), whenFalse, falseLeaf, job.place(), jobs);
        }
    }

    private void follow(LooseTrees.Row row, List<Long> children, List<Long> leaves, int place, Deque<Job> jobs) {
        if (row instanceof LooseTrees.Branch branch) {
            int at = branch(branch);
            point(children, leaves, place, at, false);
            jobs.push(new Job(branch, at));
        } else if (row instanceof LooseTrees.Leaf leaf) {
            point(children, leaves, place, leaf(leaf), true);
        }
    }

    private static void point(List<Long> children, List<Long> leaves, int place, int child, boolean leaf) {
        children.set(place, (long) child);
        leaves.set(place, leaf ? 1L : 0L);
    }

    private int branch(LooseTrees.Branch branch) {
        features.add(branch.feature());
        splits.add(branch.value());
        modes.add(branch.mode());
        missingTrue.add(branch.missingTrue() ? 1L : 0L);
        whenTrue.add(0L);
        whenFalse.add(0L);
        trueLeaf.add(0L);
        falseLeaf.add(0L);
        return features.size() - 1;
    }

    private int leaf(LooseTrees.Leaf leaf) {
        leafTargets.add(leaf.target());
        leafWeights.add(leaf.weight());
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
