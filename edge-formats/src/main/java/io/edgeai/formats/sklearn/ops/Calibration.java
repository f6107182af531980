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

/** Calibrated probabilities (Platt's sigmoid, isotonic steps, temperature), chosen thresholds, isotonic regression. */
final class Calibration {
    private Calibration() {}

    static void register(Map<String, Converter> all) {
        all.put("CalibratedClassifierCV", Calibration::calibrated);
        all.put("IsotonicRegression", Calibration::steps);
        all.put("FixedThresholdClassifier", Calibration::threshold);
        all.put("TunedThresholdClassifierCV", Calibration::threshold);
    }

    private static Fitted steps(Estimator e, Features x, Context c) {
        String value = isotonic(e, x.matrix(c.out()), c.out());
        return new Fitted().predict(value, 1, true).transform(Features.of(value, 1));
    }

    private static Fitted calibrated(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        List<String> probas = new ArrayList<>();
        List<Object> folds = e.list("calibrated_classifiers_");
        for (int i = 0; i < folds.size(); i++) {
            probas.add(fold(e.inner(folds.get(i), "fold " + i), labels, x, c));
        }
        String mean = Members.mean(out, probas);
        return new Fitted().proba(mean, labels.size()).classes(out, labels, out.argmax(mean));
    }

    private static String fold(Estimator e, Labels labels, Features x, Context c) {
        Emitter out = c.out();
        int k = labels.size();
        Object inner = e.require("estimator", "base_estimator");
        Fitted member = c.convert(e.inner(inner, "estimator"), x);
        boolean decision = member.has("decision_function");
        String scores = decision ? member.score("decision_function").value() : member.proba();
        int width = decision
                ? member.score("decision_function").width()
                : member.score("predict_proba").width();
        if (k == 2 && width == 2) {
            scores = out.columns(scores, 1);
            width = 1;
        }
        List<Object> calibrators = e.list("calibrators", "calibrators_");
        if (e.text("sigmoid", "method").equals("temperature")) {
            return temperature(e.inner(calibrators.get(0), "calibrator"), scores, width, decision, out);
        }
        if (c.failed()) {
            return scores;
        }
        String[] columns = new String[k];
        for (int i = 0; i < width; i++) {
            int at = k == 2 ? 1 : labels.indexOf(member.labels().values().get(i));
            String score = width == 1 ? scores : out.columns(scores, i);
            columns[at] = calibrate(e.inner(calibrators.get(i), "calibrator " + i), score, out);
        }
        String proba;
        if (k == 2) {
            proba = out.both(columns[1]);
        } else {
            List<String> parts = new ArrayList<>();
            for (String column : columns) {
                parts.add(column == null ? out.scale(out.columns(scores, 0), 0) : column);
            }
            proba = out.concat(1, parts);
            String sum = out.sum(proba);
            String none = out.op("Equal", sum, out.scalar(0));
            proba = out.where(none, out.scalar(1.0 / k), out.div(proba, out.where(none, out.scalar(1), sum)));
        }
        String above = out.op(
                "And", out.op("Greater", proba, out.scalar(1)), out.op("LessOrEqual", proba, out.scalar(1 + 1e-5)));
        return out.where(above, out.scalar(1), proba);
    }

    private static String temperature(Estimator e, String scores, int width, boolean decision, Emitter out) {
        if (!decision) {
            throw new UnsupportedOperatorException("temperature scaling of probabilities");
        }
        String logits = width == 1 ? out.concat(1, List.of(out.op("Neg", scores), scores)) : scores;
        return out.softmax(out.scale(logits, e.real("beta_")));
    }

    private static String calibrate(Estimator e, String score, Emitter out) {
        if (e.kind().equals("_SigmoidCalibration")) {
            return Scores.sigmoid(out, out.op("Neg", out.plus(out.scale(score, e.real("a_")), e.real("b_"))));
        }
        if (e.kind().equals("IsotonicRegression")) {
            return isotonic(e, score, out);
        }
        throw new UnsupportedOperatorException("calibrator " + e.kind());
    }

    /** Linear interpolation between the fitted steps. */
    private static String isotonic(Estimator e, String value, Emitter out) {
        double[] x = e.doubles("X_thresholds_", "_necessary_X_");
        double[] y = e.doubles("y_thresholds_", "_necessary_y_");
        String outside = e.text("nan", "out_of_bounds");
        String clipped = out.clip(value, x[0], x[x.length - 1]);
        String mapped =
                x.length == 1 ? out.plus(out.scale(clipped, 0), y[0]) : Interpolation.linear(out, clipped, x, y);
        if (outside.equals("clip")) {
            return mapped;
        }
        if (outside.equals("nan")) {
            String inside = out.op("Equal", clipped, value);
            return out.where(inside, mapped, out.scalar(Double.NaN));
        }
        throw new UnsupportedOperatorException("out_of_bounds = " + outside);
    }

    private static Fitted threshold(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Fitted inner = c.convert(e.has("estimator_") ? e.inner("estimator_") : e.inner("estimator"), x);
        Labels labels = inner.labels();
        if (labels.size() != 2 || e.has("pos_label") && labels.indexOf(e.require("pos_label")) != 1) {
            throw new UnsupportedOperatorException("pos_label = " + e.get("pos_label"));
        }
        String method = e.text("auto", "response_method");
        boolean proba = method.equals("predict_proba") || method.equals("auto") && inner.has("predict_proba");
        String score = proba
                ? out.columns(inner.proba(), 1)
                : inner.score("decision_function").value();
        Object given = e.get("best_threshold_", "threshold");
        double threshold = given instanceof Number number ? number.doubleValue() : proba ? 0.5 : 0;
        return inner.classes(out, labels, Scores.flag(out, out.op("GreaterOrEqual", score, out.scalar(threshold))));
    }
}
