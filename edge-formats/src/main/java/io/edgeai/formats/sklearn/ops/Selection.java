package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Feature selection: which columns stay is decided from the fitted scores while importing. */
final class Selection {
    private Selection() {}

    static void register(Map<String, Converter> all) {
        all.put("VarianceThreshold", Selection::variance);
        all.put("SelectKBest", (e, x, c) -> keep(x, c, best(e)));
        all.put("SelectPercentile", (e, x, c) -> keep(x, c, percentile(e.doubles("scores_"), e.real("percentile"))));
        all.put("SelectFpr", (e, x, c) -> keep(x, c, below(e.doubles("pvalues_"), e.real("alpha"))));
        all.put(
                "SelectFwe",
                (e, x, c) -> keep(x, c, below(e.doubles("pvalues_"), e.real("alpha") / e.doubles("pvalues_").length)));
        all.put("SelectFdr", (e, x, c) -> keep(x, c, falseDiscovery(e.doubles("pvalues_"), e.real("alpha"))));
        all.put("GenericUnivariateSelect", Selection::generic);
        all.put("SelectFromModel", Selection::fromModel);
        all.put("SequentialFeatureSelector", (e, x, c) -> keep(x, c, Tree.flags(e.array("support_"))));
        all.put("RFE", Selection::recursive);
        all.put("RFECV", Selection::recursive);
    }

    private static Fitted keep(Features x, Context c, boolean[] mask) {
        if (mask.length != x.width()) {
            throw new ModelFormatException("A selection of (" + mask.length + ") columns is given " + x.width() + ".");
        }
        return Fitted.transformer(x.select(c.out(), Scalers.chosen(mask)));
    }

    private static Fitted variance(Estimator e, Features x, Context c) {
        double[] variances = e.doubles("variances_");
        double threshold = e.realOr(0, "threshold");
        boolean[] mask = new boolean[variances.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = variances[i] > threshold;
        }
        return keep(x, c, mask);
    }

    private static boolean[] best(Estimator e) {
        double[] scores = e.doubles("scores_");
        if ("all".equals(e.get("k"))) {
            boolean[] every = new boolean[scores.length];
            Arrays.fill(every, true);
            return every;
        }
        return largest(scores, e.integer("k"));
    }

    /** The k largest; of equal ones the later, as a stable ascending sort leaves them. NaN is smallest. */
    static boolean[] largest(double[] scores, int k) {
        boolean[] mask = new boolean[scores.length];
        Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> clean(scores[i])));
        for (int i = Math.max(0, order.length - k); i < order.length; i++) {
            mask[order[i]] = true;
        }
        return mask;
    }

    private static double clean(double score) {
        return Double.isNaN(score) ? -Double.MAX_VALUE : score;
    }

    private static boolean[] percentile(double[] raw, double percent) {
        double[] scores = Arrays.stream(raw).map(Selection::clean).toArray();
        boolean[] mask = new boolean[scores.length];
        if (percent == 100) {
            Arrays.fill(mask, true);
            return mask;
        }
        if (percent == 0) {
            return mask;
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double threshold = quantile(sorted, (100 - percent) / 100);
        int kept = 0;
        for (int i = 0; i < mask.length; i++) {
            mask[i] = scores[i] > threshold;
            kept += mask[i] ? 1 : 0;
        }
        int most = (int) (scores.length * percent / 100);
        for (int i = 0; i < mask.length && kept < most; i++) {
            if (scores[i] == threshold) {
                mask[i] = true;
                kept++;
            }
        }
        return mask;
    }

    /** numpy's linear quantile of sorted values. */
    static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int low = (int) Math.floor(at);
        int high = Math.min(low + 1, sorted.length - 1);
        double t = at - low;
        double gap = sorted[high] - sorted[low];
        return t >= 0.5 ? sorted[high] - gap * (1 - t) : sorted[low] + gap * t;
    }

    private static boolean[] below(double[] values, double limit) {
        boolean[] mask = new boolean[values.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = values[i] < limit;
        }
        return mask;
    }

    private static boolean[] falseDiscovery(double[] values, double alpha) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double limit = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] <= alpha / sorted.length * (i + 1)) {
                limit = sorted[i];
            }
        }
        boolean[] mask = new boolean[values.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = values[i] <= limit;
        }
        return mask;
    }

    private static Fitted generic(Estimator e, Features x, Context c) {
        double param = "all".equals(e.get("param")) ? Double.POSITIVE_INFINITY : e.real("param");
        double[] scores = e.doubles("scores_");
        boolean[] mask =
                switch (e.text("percentile", "mode")) {
                    case "percentile" -> percentile(scores, param);
                    case "k_best" -> largest(scores, (int) Math.min(param, scores.length));
                    case "fpr" -> below(e.doubles("pvalues_"), param);
                    case "fdr" -> falseDiscovery(e.doubles("pvalues_"), param);
                    case "fwe" -> below(e.doubles("pvalues_"), param / scores.length);
                    default -> throw new UnsupportedOperatorException("mode = " + e.get("mode"));
                };
        return keep(x, c, mask);
    }

    private static Fitted recursive(Estimator e, Features x, Context c) {
        Fitted kept = keep(x, c, Tree.flags(e.array("support_")));
        Fitted inner = c.convert(e.inner("estimator_"), kept.transform());
        return inner.transform(kept.transform());
    }

    private static Fitted fromModel(Estimator e, Features x, Context c) {
        Estimator inner = e.has("estimator_") ? e.inner("estimator_") : e.inner("estimator");
        if (e.has("importance_getter") && !"auto".equals(e.get("importance_getter"))) {
            throw new UnsupportedOperatorException("importance_getter = " + e.get("importance_getter"));
        }
        double[] importance = importance(inner, e.realOr(1, "norm_order"));
        double threshold = threshold(e, inner, importance);
        boolean[] mask = new boolean[importance.length];
        boolean[] most = largestFirst(
                importance,
                e.has("max_features_", "max_features")
                        ? e.integer("max_features_", "max_features")
                        : importance.length);
        for (int i = 0; i < mask.length; i++) {
            mask[i] = most[i] && importance[i] >= threshold;
        }
        return keep(x, c, mask);
    }

    private static boolean[] largestFirst(double[] values, int k) {
        boolean[] mask = new boolean[values.length];
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> -values[i]));
        for (int i = 0; i < Math.min(k, order.length); i++) {
            mask[order[i]] = true;
        }
        return mask;
    }

    private static double threshold(Estimator e, Estimator inner, double[] importance) {
        Object given = e.get("threshold");
        if (given instanceof Number number) {
            return number.doubleValue();
        }
        if (given == null) {
            return sparse(inner) ? 1e-5 : Importances.mean(importance);
        }
        String text = String.valueOf(given).replace(" ", "");
        int star = text.indexOf('*');
        double factor = star < 0 ? 1 : Double.parseDouble(text.substring(0, star));
        double[] sorted = importance.clone();
        Arrays.sort(sorted);
        return switch (star < 0 ? text : text.substring(star + 1)) {
            case "mean" -> factor * Importances.mean(importance);
            case "median" -> factor * (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
            default -> throw new UnsupportedOperatorException("threshold = " + text);
        };
    }

    /** Whether it was fitted with a penalty on absolute values, which makes coefficients zero. */
    private static boolean sparse(Estimator inner) {
        boolean mixed = inner.since(1, 8)
                ? inner.kind().startsWith("ElasticNet") || inner.kind().startsWith("LogisticRegression")
                : inner.kind().contains("ElasticNet");
        return "l1".equals(inner.get("penalty"))
                || inner.kind().contains("Lasso")
                || mixed && (one(inner.get("l1_ratio_")) || one(inner.get("l1_ratio")));
    }

    private static boolean one(@Nullable Object ratio) {
        if (ratio instanceof NumpyArray array) {
            return Arrays.stream(array.doubles()).allMatch(value -> Math.abs(value - 1) <= 1e-5);
        }
        return ratio instanceof Number number && Math.abs(number.doubleValue() - 1) <= 1e-5;
    }

    private static double[] importance(Estimator inner, double order) {
        if (inner.has("coef_")) {
            double[][] coef = inner.matrix("coef_");
            double[] sizes = new double[coef[0].length];
            for (int f = 0; f < sizes.length; f++) {
                for (double[] row : coef) {
                    sizes[f] = Double.isInfinite(order)
                            ? Math.max(sizes[f], Math.abs(row[f]))
                            : sizes[f] + Math.pow(Math.abs(row[f]), order);
                }
                sizes[f] = Double.isInfinite(order) || order == 1 ? sizes[f] : Math.pow(sizes[f], 1 / order);
            }
            return sizes;
        }
        return Importances.of(inner);
    }
}
