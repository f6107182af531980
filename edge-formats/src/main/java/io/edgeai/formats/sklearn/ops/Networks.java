package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.List;
import java.util.Map;

/** Multi-layer perceptrons, and the Bernoulli machine as a transformer. */
final class Networks {
    private Networks() {}

    static void register(Map<String, Converter> all) {
        all.put("MLPClassifier", Networks::classifier);
        all.put("MLPRegressor", Networks::regressor);
        all.put("BernoulliRBM", Networks::machine);
    }

    private static String activate(Emitter out, String value, String name) {
        return switch (name) {
            case "identity" -> value;
            case "relu" -> out.op("Relu", value);
            case "tanh" -> out.op("Tanh", value);
            case "logistic" -> Scores.sigmoid(out, value);
            case "softmax" -> out.softmax(value);
            case "exp" -> out.op("Exp", value);
            default -> throw new UnsupportedOperatorException("activation = " + name);
        };
    }

    private static String forward(Estimator e, Features x, Emitter out, List<Object> weights) {
        List<Object> biases = e.list("intercepts_");
        String value = x.matrix(out);
        for (int layer = 0; layer < weights.size(); layer++) {
            double[][] matrix = e.matrixOf(weights.get(layer), "coefs_");
            if (layer == 0) {
                LinearModels.requireWidth(e, x, matrix.length);
            }
            value = out.add(
                    out.matmul(value, out.matrix(matrix)),
                    out.row(e.arrayOf(biases.get(layer), "intercepts_").doubles()));
            boolean last = layer == weights.size() - 1;
            value = activate(out, value, last ? e.text("identity", "out_activation_") : e.text("relu", "activation"));
        }
        return value;
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        List<Object> weights = e.list("coefs_");
        int outputs = e.matrixOf(weights.get(weights.size() - 1), "coefs_")[0].length;
        return new Fitted().predict(forward(e, x, c.out(), weights), outputs, outputs == 1);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> weights = e.list("coefs_");
        String value = forward(e, x, out, weights);
        int width = e.matrixOf(weights.get(weights.size() - 1), "coefs_")[0].length;
        Estimator binarizer = e.inner("_label_binarizer");
        Labels labels = Labels.of(
                e.arrayOf(e.has("classes_") ? e.require("classes_") : binarizer.require("classes_"), "classes_"));
        if (binarizer.text("multiclass", "y_type_").startsWith("multilabel")) {
            String hits = out.cast(out.op("Greater", value, out.scalar(0.5)), ElementType.INT64);
            return new Fitted().proba(value, width).predict(hits, width, false);
        }
        Fitted fitted = new Fitted();
        if (width == 1) {
            String index = Scores.flag(out, out.op("Greater", value, out.scalar(0.5)));
            return fitted.proba(out.both(value), 2).classes(out, labels, index);
        }
        return fitted.proba(value, width).classes(out, labels, out.argmax(value));
    }

    private static Fitted machine(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] weights = e.matrix("components_");
        LinearModels.requireWidth(e, x, weights[0].length);
        String value = out.add(Kernels.dot(out, x.matrix(out), weights), out.row(e.doubles("intercept_hidden_")));
        return Fitted.transformer(Features.of(Scores.sigmoid(out, value), weights.length));
    }
}
