package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Histogram gradient boosting: raw doubles against double thresholds, missing values to their trained side, categories
 * by membership; a category that training never saw counts as missing.
 */
final class HistBoosting {
    private HistBoosting() {}

    static void register(Map<String, Converter> all) {
        all.put("HistGradientBoostingClassifier", HistBoosting::classifier);
        all.put("HistGradientBoostingRegressor", HistBoosting::regressor);
    }

    private static String raw(Estimator e, Features x, Context c, int groups) {
        Emitter out = c.out();
        Features features = x;
        if (e.has("_preprocessor")) {
            features = c.convert(e.inner("_preprocessor"), x).transform();
        } else {
            LinearModels.requireWidth(e, x, e.inputWidth(x.width()));
        }
        String input = known(e, features, out);
        double[] base = Matrices.ofLength(e.doubles("_baseline_prediction"), groups);
        TreeBlock block = new TreeBlock();
        for (Object stage : e.list("_predictors")) {
            List<Object> group = e.items(stage, "_predictors");
            for (int k = 0; k < group.size(); k++) {
                add(block, e, group.get(k), k);
            }
        }
        return out.add(block.emit(out, input, groups), out.row(base));
    }

    private static void add(TreeBlock block, Estimator e, Object predictor, int target) {
        if (!(predictor instanceof PyObject object) || !(object.attribute("nodes") instanceof NumpyArray nodes)) {
            throw new ModelFormatException(e.what() + " holds (" + predictor + ") where a tree belongs.");
        }
        boolean[] leaf = Tree.flags(nodes.field("is_leaf"));
        int[] left = Tree.ints(nodes.field("left"));
        for (int i = 0; i < left.length; i++) {
            left[i] = leaf[i] ? -1 : left[i];
        }
        List<@Nullable Set<Integer>> members = new ArrayList<>(java.util.Collections.nCopies(left.length, null));
        boolean any = false;
        if (nodes.type().field("is_categorical") != null) {
            boolean[] categorical = Tree.flags(nodes.field("is_categorical"));
            int[] index = Tree.ints(nodes.field("bitset_idx"));
            for (int i = 0; i < categorical.length; i++) {
                if (categorical[i] && !leaf[i]) {
                    any = true;
                    members.set(i, codes(e, object, index[i]));
                }
            }
        }
        String threshold = nodes.type().field("num_threshold") != null ? "num_threshold" : "threshold";
        Tree tree = new Tree(
                left,
                Tree.ints(nodes.field("right")),
                Tree.ints(nodes.field("feature_idx")),
                nodes.field(threshold).doubles(),
                Tree.flags(nodes.field("missing_go_to_left")),
                any ? members : null);
        double[] values = nodes.field("value").doubles();
        block.add(tree, target, node -> values[node], null);
    }

    /** Codes whose bits are set in a row of eight 32-bit words. */
    private static Set<Integer> codes(Estimator e, PyObject predictor, int row) {
        if (!(predictor.attribute("raw_left_cat_bitsets") instanceof NumpyArray bits)) {
            throw new ModelFormatException(e.what() + " has a category split without its categories.");
        }
        long[] words = bits.longs();
        Set<Integer> codes = new HashSet<>();
        for (int code = 0; code < 256; code++) {
            int word = row * 8 + code / 32;
            if (word < words.length && (words[word] >> code % 32 & 1) != 0) {
                codes.add(code);
            }
        }
        return codes;
    }

    /** The columns, with codes that training did not see made missing. */
    private static String known(Estimator e, Features x, Emitter out) {
        String matrix = x.matrix(out);
        if (!e.has("_bin_mapper")) {
            return matrix;
        }
        Estimator mapper = e.inner("_bin_mapper");
        boolean[] categorical =
                mapper.has("is_categorical_") ? Tree.flags(mapper.array("is_categorical_")) : new boolean[0];
        if (Scalers.chosen(categorical).length == 0) {
            return matrix;
        }
        List<Object> known = mapper.list("bin_thresholds_");
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < categorical.length; i++) {
            String column = out.columns(matrix, i);
            if (categorical[i]) {
                double[] codes = mapper.arrayOf(known.get(i), "bin_thresholds_").doubles();
                // Codes are cut to whole numbers as the cast to an 8-bit code does.
                String whole = out.op("Floor", column);
                String hit = codes.length == 0
                        ? out.op("Less", out.op("Abs", column), out.scalar(0))
                        : out.op(
                                "Greater",
                                out.sum(out.toDouble(out.op("Equal", whole, out.row(codes)))),
                                out.scalar(0));
                column = out.where(hit, whole, out.scalar(Double.NaN));
            }
            columns.add(column);
        }
        return out.concat(1, columns);
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        String raw = raw(e, x, c, 1);
        boolean exponential =
                switch (e.text("squared_error", "loss")) {
                    case "squared_error", "least_squares", "absolute_error", "least_absolute_deviation", "quantile" ->
                        false;
                    case "poisson", "gamma" -> true;
                    default -> throw new UnsupportedOperatorException("loss = " + e.get("loss"));
                };
        return new Fitted().predict(exponential ? c.out().op("Exp", raw) : raw, 1, true);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        @Nullable Object loss = e.get("loss");
        if (!(loss instanceof String)) {
            throw new UnsupportedOperatorException("loss = " + loss);
        }
        Labels labels = e.classes();
        int groups = labels.size() == 2 ? 1 : labels.size();
        String raw = raw(e, x, c, groups);
        Fitted fitted = new Fitted().decision(raw, groups);
        String proba = groups == 1 ? out.both(Scores.sigmoid(out, raw)) : out.softmax(raw);
        String index = Scores.decided(out, raw, groups);
        return fitted.proba(proba, labels.size()).classes(out, labels, index);
    }
}
