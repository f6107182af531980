package io.edgeai.optimize.testing;

import com.google.protobuf.ByteString;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random regression trees as a {@code TreeEnsembleRegressor}, and the same trees walked by hand. */
public final class RandomTrees {
    private static final List<String> MODES = List.of("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT");

    private sealed interface Node {}

    private record Leaf(int target, float weight) implements Node {}

    private record Branch(int feature, float split, String mode, boolean missingTrue, Node yes, Node no)
            implements Node {}

    private final Random random;
    private final int features;
    private final int targets;
    private final List<Node> trees = new ArrayList<>();

    public RandomTrees(long seed, int features, int targets) {
        this.random = new Random(seed);
        this.features = features;
        this.targets = targets;
    }

    public RandomTrees grow(int count, int depth) {
        for (int i = 0; i < count; i++) {
            trees.add(node(depth, i % targets));
        }
        return this;
    }

    private Node node(int depth, int target) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return new Leaf(target, (float) random.nextGaussian());
        }
        return new Branch(
                random.nextInt(features),
                random.nextInt(7) - 3,
                MODES.get(random.nextInt(MODES.size())),
                random.nextBoolean(),
                node(depth - 1, target),
                node(depth - 1, target));
    }

    /** What all trees add up to for one row, in single precision and in their order. */
    public float[] walk(float[] row) {
        float[] sums = new float[targets];
        for (Node tree : trees) {
            Node node = tree;
            while (node instanceof Branch branch) {
                float x = row[branch.feature()];
                boolean yes = Float.isNaN(x)
                        ? branch.missingTrue()
                        : switch (branch.mode()) {
                            case "BRANCH_LEQ" -> x <= branch.split();
                            case "BRANCH_LT" -> x < branch.split();
                            case "BRANCH_GTE" -> x >= branch.split();
                            default -> x > branch.split();
                        };
                node = yes ? branch.yes() : branch.no();
            }
            Leaf leaf = (Leaf) node;
            sums[leaf.target()] += leaf.weight();
        }
        return sums;
    }

    /** Rows of whole numbers, which meet the splits exactly, and missing values. */
    public float[] row() {
        float[] row = new float[features];
        for (int i = 0; i < features; i++) {
            row[i] = random.nextInt(5) == 0 ? Float.NaN : random.nextInt(9) - 4;
        }
        return row;
    }

    public OnnxNode regressor(String input, String output) {
        Rows rows = new Rows();
        for (int tree = 0; tree < trees.size(); tree++) {
            rows.tree = tree;
            rows.next = 0;
            rows.add(trees.get(tree));
        }
        return rows.write(new OnnxNode("TreeEnsembleRegressor", "trees", List.of(input), List.of(output))
                .domain("ai.onnx.ml")
                .attribute("n_targets", targets)
                .attribute("aggregate_function", "SUM")
                .attribute("post_transform", "NONE"));
    }

    private static final class Rows {
        private long tree;
        private long next;
        private final List<Long> treeIds = new ArrayList<>();
        private final List<Long> ids = new ArrayList<>();
        private final List<Long> features = new ArrayList<>();
        private final List<Float> values = new ArrayList<>();
        private final List<ByteString> modes = new ArrayList<>();
        private final List<Long> yes = new ArrayList<>();
        private final List<Long> no = new ArrayList<>();
        private final List<Long> missing = new ArrayList<>();
        private final List<Long> leafTrees = new ArrayList<>();
        private final List<Long> leafNodes = new ArrayList<>();
        private final List<Long> leafTargets = new ArrayList<>();
        private final List<Float> leafWeights = new ArrayList<>();

        private long add(Node node) {
            long id = next++;
            int place = ids.size();
            treeIds.add(tree);
            ids.add(id);
            boolean branches = node instanceof Branch;
            features.add(branches ? (long) ((Branch) node).feature() : 0);
            values.add(branches ? ((Branch) node).split() : 0);
            modes.add(ByteString.copyFromUtf8(branches ? ((Branch) node).mode() : "LEAF"));
            missing.add(branches && ((Branch) node).missingTrue() ? 1L : 0L);
            yes.add(0L);
            no.add(0L);
            if (node instanceof Branch branch) {
                yes.set(place, add(branch.yes()));
                no.set(place, add(branch.no()));
            } else if (node instanceof Leaf leaf) {
                leafTrees.add(tree);
                leafNodes.add(id);
                leafTargets.add((long) leaf.target());
                leafWeights.add(leaf.weight());
            }
            return id;
        }

        private OnnxNode write(OnnxNode node) {
            return node.attribute("nodes_treeids", new OnnxAttribute.OfInts(treeIds))
                    .attribute("nodes_nodeids", new OnnxAttribute.OfInts(ids))
                    .attribute("nodes_featureids", new OnnxAttribute.OfInts(features))
                    .attribute("nodes_values", new OnnxAttribute.OfFloats(values))
                    .attribute("nodes_modes", new OnnxAttribute.OfStrings(modes))
                    .attribute("nodes_truenodeids", new OnnxAttribute.OfInts(yes))
                    .attribute("nodes_falsenodeids", new OnnxAttribute.OfInts(no))
                    .attribute("nodes_missing_value_tracks_true", new OnnxAttribute.OfInts(missing))
                    .attribute("target_treeids", new OnnxAttribute.OfInts(leafTrees))
                    .attribute("target_nodeids", new OnnxAttribute.OfInts(leafNodes))
                    .attribute("target_ids", new OnnxAttribute.OfInts(leafTargets))
                    .attribute("target_weights", new OnnxAttribute.OfFloats(leafWeights));
        }
    }
}
