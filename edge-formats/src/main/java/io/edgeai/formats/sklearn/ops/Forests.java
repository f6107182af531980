package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Decision trees and forests. Rows are compared as floats with the trees' double thresholds, as scikit-learn does.
 * Classifiers look up each tree's leaf and add the leaves' probabilities tree by tree, so that ties fall as they do there.
 */
final class Forests {
    private Forests() {}

    static void register(Map<String, Converter> all) {
        for (String name : new String[] {
            "DecisionTreeClassifier", "ExtraTreeClassifier", "RandomForestClassifier", "ExtraTreesClassifier"
        }) {
            all.put(name, Forests::classifier);
        }
        for (String name : new String[] {
            "DecisionTreeRegressor", "ExtraTreeRegressor", "RandomForestRegressor", "ExtraTreesRegressor"
        }) {
            all.put(name, Forests::regressor);
        }
        all.put("IsolationForest", Forests::isolation);
        all.put("RandomTreesEmbedding", Forests::embedding);
    }

    /** The trees of a forest, or the one of a tree. */
    static List<Estimator> members(Estimator e) {
        if (e.has("tree_")) {
            return List.of(e);
        }
        List<Object> inner = e.list("estimators_");
        List<Estimator> members = new ArrayList<>();
        for (int i = 0; i < inner.size(); i++) {
            members.add(e.inner(inner.get(i), "tree " + i));
        }
        if (members.isEmpty()) {
            throw new ModelFormatException(e.what() + " has no trees.");
        }
        return members;
    }

    /** Doubles that hold floats: what trees compare. */
    static String floats(Emitter out, String matrix) {
        return out.toDouble(out.cast(matrix, ElementType.FLOAT));
    }

    /** Values of every tree's leaf, [N, trees, width]. */
    static String leafValues(Emitter out, String input, List<Tree.Valued> trees, List<double[][]> values) {
        TreeBlock block = new TreeBlock();
        List<double[]> table = new ArrayList<>();
        for (int t = 0; t < trees.size(); t++) {
            Tree tree = trees.get(t).tree();
            double[][] own = values.get(t);
            block.add(
                    tree,
                    t,
                    node -> {
                        table.add(own[node]);
                        return table.size() - 1;
                    },
                    null);
        }
        String index = out.cast(block.emit(out, input, trees.size()), ElementType.INT64);
        return out.gather(out.matrix(table.toArray(double[][]::new)), index, 0);
    }

    private static String input(Estimator e, Features x, Emitter out) {
        Estimator first = members(e).get(0);
        LinearModels.requireWidth(e, x, Tree.features(first));
        return floats(out, x.matrix(out));
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Estimator> members = members(e);
        List<Tree.Valued> trees = members.stream().map(Tree::of).toList();
        int[] counts = Tree.classCounts(members.get(0));
        String input = input(e, x, out);
        Fitted fitted = new Fitted();
        List<String> predictions = new ArrayList<>();
        for (int o = 0; o < counts.length; o++) {
            List<double[][]> values = new ArrayList<>();
            for (Tree.Valued tree : trees) {
                values.add(probabilities(tree, o, counts[o]));
            }
            String sum = Scores.sumInOrder(out, leafValues(out, input, trees, values), trees.size());
            String proba = trees.size() == 1 ? sum : out.div(sum, out.scalar(trees.size()));
            String index = out.argmax(proba);
            if (counts.length == 1) {
                return fitted.proba(proba, counts[0]).classes(out, e.classes(), index);
            }
            Labels labels = Labels.of(e.arrayOf(e.list("classes_").get(o), "classes_"));
            predictions.add(out.unsqueeze(labels.gather(out, index), 1));
            fitted.score("predict_proba_" + o, proba, counts[o], false);
        }
        return fitted.predict(out.concat(1, predictions), counts.length, false);
    }

    /** Class probabilities at each node: counts before scikit-learn 1.3, fractions since. */
    private static double[][] probabilities(Tree.Valued tree, int output, int classes) {
        double[][] all = new double[tree.tree().nodes()][];
        for (int i = 0; i < all.length; i++) {
            double[] node = tree.at(i);
            int from = output * tree.classes();
            if (classes < 1 || from + (long) classes > node.length) {
                throw new ModelFormatException("A tree states (" + classes + ") classes but its nodes have "
                        + node.length + " values. Maybe the file is damaged.");
            }
            double[] own = Arrays.copyOfRange(node, from, from + classes);
            double sum = Arrays.stream(own).sum();
            if (sum != 0 && Math.abs(sum - 1) > 1e-9) {
                for (int k = 0; k < own.length; k++) {
                    own[k] /= sum;
                }
            }
            all[i] = own;
        }
        return all;
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Tree.Valued> trees = members(e).stream().map(Tree::of).toList();
        int outputs = trees.get(0).outputs();
        String sum;
        if (outputs == 1) {
            TreeBlock block = new TreeBlock();
            trees.forEach(tree -> block.add(tree.tree(), 0, node -> tree.at(node)[0], null));
            sum = block.emit(out, input(e, x, out), 1);
        } else {
            List<double[][]> values = new ArrayList<>();
            for (Tree.Valued tree : trees) {
                double[][] own = new double[tree.tree().nodes()][];
                Arrays.setAll(own, tree::at);
                values.add(own);
            }
            sum = Scores.sumInOrder(out, leafValues(out, input(e, x, out), trees, values), trees.size());
        }
        return new Fitted()
                .predict(trees.size() == 1 ? sum : out.div(sum, out.scalar(trees.size())), outputs, outputs == 1);
    }

    /** Mean path length of an unsuccessful search among n samples (Liu, Ting and Zhou 2008, equation 1). */
    static double averagePath(double samples) {
        if (samples <= 1) {
            return 0;
        }
        if (samples == 2) {
            return 1;
        }
        return 2 * (Math.log(samples - 1) + 0.5772156649015329) - 2 * (samples - 1) / samples;
    }

    private static Fitted isolation(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Estimator> members = members(e);
        List<Object> columns = e.has("estimators_features_") ? e.list("estimators_features_") : List.of();
        TreeBlock block = new TreeBlock();
        for (int t = 0; t < members.size(); t++) {
            Tree.Valued valued = Tree.of(members.get(t));
            Tree tree = valued.tree();
            double[] samples = samples(members.get(t));
            int[] depth = new int[tree.nodes()];
            for (int i = 0; i < depth.length; i++) {
                if (!tree.leaf(i)) {
                    depth[tree.left[i]] = depth[i] + 1;
                    depth[tree.right[i]] = depth[i] + 1;
                }
            }
            int[] own = columns.isEmpty() ? null : Tree.ints(e.arrayOf(columns.get(t), "estimators_features_"));
            block.add(tree, 0, node -> depth[node] + averagePath(samples[node]), own);
        }
        LinearModels.requireWidth(e, x, e.inputWidth(x.width()));
        String depths = block.emit(out, floats(out, x.matrix(out)), 1);
        double scale = members.size() * averagePath(e.integer("max_samples_", "_max_samples"));
        String exponent = scale == 0 ? out.scale(depths, 0) : out.op("Neg", out.div(depths, out.scalar(scale)));
        String samples = out.op("Neg", out.op("Pow", out.scalar(2), exponent));
        String decision = out.plus(samples, -e.real("offset_"));
        String outside = out.op("Less", decision, out.scalar(0));
        return new Fitted()
                .scoreSamples(samples)
                .decision(decision, 1)
                .predict(out.where(outside, out.longs(-1L), out.longs(1L)), 1, true);
    }

    private static double[] samples(Estimator member) {
        if (member.get("tree_") instanceof io.edgeai.formats.pickle.PyObject tree
                && tree.attribute("nodes") instanceof io.edgeai.formats.pickle.NumpyArray nodes) {
            return nodes.field("n_node_samples").doubles();
        }
        throw new ModelFormatException(member.what() + " has no tree.");
    }

    private static Fitted embedding(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Estimator> members = members(e);
        List<Object> categories = e.inner("one_hot_encoder_").list("categories_");
        List<String> parts = new ArrayList<>();
        String input = input(e, x, out);
        int width = 0;
        for (int t = 0; t < members.size(); t++) {
            Tree tree = Tree.of(members.get(t)).tree();
            TreeBlock block = new TreeBlock();
            block.add(tree, 0, node -> node, null);
            double[] leaves = e.arrayOf(categories.get(t), "categories_").doubles();
            String hit = out.op("Equal", block.emit(out, input, 1), out.row(leaves));
            parts.add(out.toDouble(hit));
            width += leaves.length;
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), width));
    }
}
