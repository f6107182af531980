package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** LightGBM's boosters and their scikit-learn wrappers, from the model text inside their pickles. */
final class LightGbm {
    private LightGbm() {}

    static void register(Map<String, Converter> all) {
        all.put("LGBMClassifier", LightGbm::classifier);
        all.put("LGBMRegressor", LightGbm::regressor);
        all.put("LGBMRanker", LightGbm::regressor);
    }

    /** Whether it is a booster without a wrapper. */
    static boolean booster(Estimator e) {
        return e.kind().equals("Booster") && e.object().module().startsWith("lightgbm.");
    }

    /** Columns a booster was trained on. */
    static int features(Estimator booster) {
        return LightGbmText.parse(booster.text("", "_handle", "handle")).features();
    }

    private static Estimator boosterOf(Estimator e) {
        return booster(e) ? e : e.inner("_Booster");
    }

    private static LightGbmText model(Estimator e) {
        Estimator booster = boosterOf(e);
        if (booster.has("pandas_categorical")
                && !booster.list("pandas_categorical").isEmpty()) {
            throw new UnsupportedOperatorException("categories of pandas");
        }
        return LightGbmText.parse(booster.text("", "_handle", "handle"));
    }

    private static String raw(Estimator e, LightGbmText model, Features x, Emitter out) {
        LinearModels.requireWidth(e, x, model.features());
        int groups = model.perIteration();
        int count = used(model, e);
        TreeBlock block = new TreeBlock();
        Set<Integer> categorical = new TreeSet<>();
        for (int t = 0; t < count; t++) {
            Tree tree = model.tree(t);
            double[] leaves = model.leaves(t);
            int inner = tree.nodes() - leaves.length;
            block.add(tree, t % groups, node -> leaves[node - inner], null);
            for (int i = 0; tree.members != null && i < inner; i++) {
                if (tree.members.get(i) != null) {
                    categorical.add(tree.feature[i]);
                }
            }
        }
        String sum = block.emit(out, whole(x.matrix(out), x.width(), categorical, out), groups);
        return model.averaged() ? out.div(sum, out.scalar((double) count / groups)) : sum;
    }

    /** Categorical columns cut to whole numbers, as LightGBM reads them. */
    private static String whole(String matrix, int width, Set<Integer> categorical, Emitter out) {
        if (categorical.isEmpty()) {
            return matrix;
        }
        List<String> columns = new ArrayList<>();
        for (int f = 0; f < width; f++) {
            String column = out.columns(matrix, f);
            columns.add(
                    categorical.contains(f)
                            ? out.where(
                                    out.op("Less", column, out.scalar(0)),
                                    out.op("Ceil", column),
                                    out.op("Floor", column))
                            : column);
        }
        return out.concat(1, columns);
    }

    /** Raw scores, which LightGBM sums even where it averages predictions. */
    private static String unaveraged(LightGbmText model, String raw, Estimator e, Emitter out) {
        return model.averaged() ? out.scale(raw, (double) used(model, e) / model.perIteration()) : raw;
    }

    /** Trees up to the best iteration, all where there is none. */
    private static int used(LightGbmText model, Estimator e) {
        int best = (int) boosterOf(e).realOr(0, "best_iteration");
        return best > 0 ? Math.min(best * model.perIteration(), model.trees()) : model.trees();
    }

    private static double parameter(String objective, String name, double otherwise) {
        for (String part : objective.split(" ")) {
            if (part.startsWith(name + ":")) {
                return Double.parseDouble(part.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    /** What {@code Booster.predict} gives: values of a regression, or the probabilities of classes. */
    static Fitted alone(Estimator e, Features x, Context c) {
        String objective = model(e).objective();
        if (!objective.startsWith("binary") && !objective.startsWith("multiclass")) {
            return regressor(e, x, c);
        }
        Emitter out = c.out();
        LightGbmText model = model(e);
        int outputs = model.perIteration();
        return new Fitted().predict(probabilities(objective, raw(e, model, x, out), out), outputs, outputs == 1);
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        LightGbmText model = model(e);
        String raw = raw(e, model, x, out);
        String objective = model.objective();
        String value =
                switch (objective.split(" ")[0]) {
                    case "poisson", "gamma", "tweedie" -> out.op("Exp", raw);
                    case "cross_entropy" -> Scores.sigmoid(out, raw);
                    case "regression",
                            "regression_l1",
                            "huber",
                            "fair",
                            "quantile",
                            "mape",
                            "lambdarank",
                            "rank_xendcg" ->
                        objective.contains("sqrt") ? out.mul(out.op("Sign", raw), out.square(raw)) : raw;
                    default -> throw new UnsupportedOperatorException("objective = " + objective);
                };
        return new Fitted().predict(value, 1, true);
    }

    /** [N, 1] of the second of two classes, or of each of several. */
    private static String probabilities(String objective, String raw, Emitter out) {
        double slope = parameter(objective, "sigmoid", 1);
        return switch (objective.split(" ")[0]) {
            case "binary", "multiclassova" -> Scores.sigmoid(out, out.scale(raw, slope));
            case "multiclass" -> out.softmax(raw);
            default -> throw new UnsupportedOperatorException("objective = " + objective);
        };
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        LightGbmText model = model(e);
        String raw = raw(e, model, x, out);
        String objective = model.objective();
        String each = probabilities(objective, raw, out);
        String proba = objective.startsWith("binary") ? out.both(each) : each;
        Labels labels = Labels.of(
                e.arrayOf(e.has("_le") ? e.inner("_le").require("classes_") : e.require("_classes"), "_classes"));
        return new Fitted()
                .decision(unaveraged(model, raw, e, out), model.perIteration())
                .proba(proba, labels.size())
                .classes(out, labels, out.argmax(proba));
    }
}
