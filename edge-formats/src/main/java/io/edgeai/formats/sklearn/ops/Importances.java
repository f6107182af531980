package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.Arrays;
import java.util.List;

/** Feature importances of trees and forests: how much impurity each feature's splits remove, weighted by samples. */
final class Importances {
    private static final int LANES = 8;
    private static final int BLOCK = 128;

    private Importances() {}

    static double[] of(Estimator e) {
        boolean single = e.has("tree_");
        if (!single && !e.has("estimators_")) {
            throw new UnsupportedOperatorException("selection by importances of " + e.kind());
        }
        boolean boosted = e.kind().startsWith("GradientBoosting");
        List<Estimator> trees = Forests.members(e);
        double[] total = new double[Tree.features(trees.get(0))];
        int counted = 0;
        for (Estimator tree : trees) {
            if (tree.has("tree_") && (single || !Tree.of(tree).tree().leaf(0))) {
                double[] own = ofTree(tree, !boosted);
                for (int f = 0; f < own.length; f++) {
                    total[f] += own[f];
                }
                counted++;
            }
        }
        if (single) {
            return total;
        }
        double sum = Arrays.stream(total).sum();
        int all = counted;
        return sum == 0
                ? total
                : Arrays.stream(total).map(v -> v / all / (sum / all)).toArray();
    }

    /** The mean to the last bit as numpy computes it: short rows one after the other, longer ones in eight lanes. */
    static double mean(double[] values) {
        return sum(values, 0, values.length) / values.length;
    }

    private static double sum(double[] values, int from, int count) {
        if (count > BLOCK) {
            int half = count / 2 - count / 2 % LANES;
            return sum(values, from, half) + sum(values, from + half, count - half);
        }
        int whole = count < LANES ? 0 : count - count % LANES;
        double[] lane = new double[LANES];
        for (int i = 0; i < whole; i++) {
            lane[i % LANES] += values[from + i];
        }
        double sum = lane[0] + lane[1] + (lane[2] + lane[3]) + (lane[4] + lane[5] + (lane[6] + lane[7]));
        for (int i = whole; i < count; i++) {
            sum += values[from + i];
        }
        return sum;
    }

    private static double[] ofTree(Estimator e, boolean normalized) {
        Tree tree = Tree.of(e).tree();
        if (!(e.get("tree_") instanceof PyObject object) || !(object.attribute("nodes") instanceof NumpyArray nodes)) {
            throw new UnsupportedOperatorException("a tree without nodes");
        }
        double[] impurity = nodes.field("impurity").doubles();
        double[] weight = nodes.field("weighted_n_node_samples").doubles();
        double[] importance = new double[Tree.features(e)];
        for (int i = 0; i < tree.nodes(); i++) {
            if (!tree.leaf(i)) {
                importance[tree.feature[i]] += weight[i] * impurity[i]
                        - weight[tree.left[i]] * impurity[tree.left[i]]
                        - weight[tree.right[i]] * impurity[tree.right[i]];
            }
        }
        for (int f = 0; f < importance.length; f++) {
            importance[f] /= weight[0];
        }
        double sum = Arrays.stream(importance).sum();
        return sum > 0 && normalized
                ? Arrays.stream(importance).map(v -> v / sum).toArray()
                : importance;
    }
}
