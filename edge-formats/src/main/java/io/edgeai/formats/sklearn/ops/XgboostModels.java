package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import io.edgeai.formats.xgboost.XgboostBooster;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * XGBoost's boosters and their scikit-learn wrappers, from the bytes inside their pickles. Values
 * are compared as floats; sums, which XGBoost keeps in floats, are doubles.
 */
final class XgboostModels {
    private XgboostModels() {}

    static void register(Map<String, Converter> all) {
        all.put("XGBClassifier", XgboostModels::classifier);
        all.put("XGBRFClassifier", XgboostModels::classifier);
        all.put("XGBRegressor", XgboostModels::regressor);
        all.put("XGBRFRegressor", XgboostModels::regressor);
        all.put("XGBRanker", XgboostModels::regressor);
        all.put("Booster", (e, x, c) -> LightGbm.booster(e) ? LightGbm.alone(e, x, c) : regressor(e, x, c));
    }

    /** Whether it is a booster, with a wrapper or without. */
    static boolean covers(Estimator e) {
        return e.object().module().startsWith("xgboost.") && Converters.byName().containsKey(e.kind());
    }

    private static boolean alone(Estimator e) {
        return e.kind().equals("Booster");
    }

    /** Columns the booster was trained on. */
    static int features(Estimator e) {
        return booster(e).features();
    }

    /** The booster with the rounds it predicts with: all, but in a wrapper only those up to the best of early stopping. */
    private static XgboostBooster booster(Estimator e) {
        Estimator pickled = alone(e) ? e : e.inner("_Booster");
        Object bytes = pickled.require("handle");
        if (!(bytes instanceof byte[] serialized)) {
            throw new ModelFormatException(e.what() + " has a booster without bytes. Maybe it was not fitted.");
        }
        XgboostBooster booster = XgboostBooster.of(serialized);
        if (alone(e)) {
            return booster;
        }
        int best = pickled.has("best_iteration")
                ? pickled.integer("best_iteration")
                : booster.bestIteration().orElse(-1);
        return best < 0 ? booster : booster.rounds(best + 1);
    }

    /** [N, groups] before the objective's transform. */
    private static String margin(Estimator e, XgboostBooster booster, Features x, Emitter out) {
        LinearModels.requireWidth(e, x, booster.features());
        String input = out.toDouble(out.cast(x.matrix(out), ElementType.FLOAT));
        double missing = e.realOr(Double.NaN, "missing");
        if (!Double.isNaN(missing)) {
            input = out.where(out.op("Equal", input, out.scalar((float) missing)), out.scalar(Double.NaN), input);
        }
        double[] base = new double[booster.groups()];
        Arrays.setAll(base, booster::baseMargin);
        String sum = booster.linear() ? weighted(booster, input, out) : XgboostTrees.sum(booster, input, out);
        return out.add(sum, out.row(base));
    }

    /** A missing value adds nothing, as in XGBoost's sparse rows; NaN would spoil the whole row. */
    private static String weighted(XgboostBooster booster, String input, Emitter out) {
        double[][] weights = new double[booster.features()][booster.groups()];
        double[] bias = new double[booster.groups()];
        for (int f = 0; f < weights.length; f++) {
            int feature = f;
            Arrays.setAll(weights[f], group -> booster.weight(feature, group));
        }
        Arrays.setAll(bias, group -> booster.weight(weights.length, group));
        String present = out.where(out.op("IsNaN", input), out.scalar(0), input);
        return out.add(out.matmul(present, out.matrix(weights)), out.row(bias));
    }

    private static String prediction(XgboostBooster booster, String margin, Emitter out) {
        int outputs = booster.groups();
        return switch (booster.objective()) {
            case "reg:quantileerror" -> booster.sortsOutputs() ? ascending(margin, outputs, out) : margin;
            case "reg:expectileerror" -> outputs == 1 ? margin : expectiles(margin, outputs, out);
            case "binary:logistic", "reg:logistic" -> Scores.sigmoid(out, margin);
            case "binary:hinge" -> Scalers.above(out, margin, 0);
            case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> out.op("Exp", margin);
            case "multi:softprob" -> out.softmax(margin);
            case "multi:softmax" -> out.unsqueeze(out.toDouble(out.argmax(margin)), 1);
            default -> margin;
        };
    }

    private static String ascending(String values, int columns, Emitter out) {
        return out.graph()
                .add(
                        "TopK",
                        out.fresh("sorted"),
                        List.of(values, out.longs(columns)),
                        List.of(out.fresh("ascending"), out.fresh("order")))
                .attribute("axis", 1)
                .attribute("largest", 0)
                .outputs()
                .get(0);
    }

    /** The first as it is; each further one a positive step behind the one before. */
    private static String expectiles(String margin, int outputs, Emitter out) {
        String further = out.columns(margin, IntStream.range(1, outputs).toArray());
        String small = out.op("Log", out.plus(out.op("Exp", out.op("Neg", out.op("Abs", further))), 1));
        String steps = out.plus(out.add(out.op("Max", further, out.scalar(0)), small), 1e-6f);
        String parts = out.concat(1, List.of(out.columns(margin, 0), steps));
        return out.op("CumSum", parts, out.initializer(OnnxTensor.scalar(1L)));
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        XgboostBooster booster = booster(e);
        String value = prediction(booster, margin(e, booster, x, c.out()), c.out());
        int outputs = booster.objective().equals("multi:softmax") ? 1 : booster.groups();
        return new Fitted().predict(value, outputs, outputs == 1);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        XgboostBooster booster = booster(e);
        String margin = margin(e, booster, x, out);
        int groups = booster.groups();
        int classes = e.has("n_classes_") ? e.integer("n_classes_") : Math.max(2, groups);
        if (booster.objective().equals("multi:softmax")) {
            return new Fitted().classes(out, labels(e, groups), out.argmax(margin));
        }
        String prediction = prediction(booster, margin, out);
        if (groups == 1) {
            String hit = out.squeeze(out.op("Greater", prediction, out.scalar(0.5)), 1);
            return new Fitted()
                    .proba(out.both(prediction), 2)
                    .classes(out, labels(e, 2), out.cast(hit, ElementType.INT64));
        }
        if (classes == groups && booster.objective().startsWith("multi:")) {
            return new Fitted().proba(prediction, groups).classes(out, labels(e, groups), out.argmax(prediction));
        }
        if (classes == 2) {
            String hits = Scalers.above(out, prediction, 0.5);
            return new Fitted().proba(prediction, groups).predict(hits, groups, false);
        }
        throw new UnsupportedOperatorException("(" + classes + ") classes of a booster of (" + groups + ") outputs");
    }

    /** Labels of the encoder that releases before 1.6 had; later ones take and give 0 to n - 1. */
    private static Labels labels(Estimator e, int count) {
        if (!e.has("_le")) {
            return Labels.upTo(count);
        }
        Labels labels = e.inner("_le").classes();
        if (labels.size() != count) {
            throw new ModelFormatException(
                    e.what() + " has (" + labels.size() + ") labels for (" + count + ") classes.");
        }
        return labels;
    }
}
