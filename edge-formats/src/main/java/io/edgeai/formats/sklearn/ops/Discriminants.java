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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Linear and quadratic discriminant analysis. */
final class Discriminants {
    private Discriminants() {}

    static void register(Map<String, Converter> all) {
        all.put("LinearDiscriminantAnalysis", Discriminants::linear);
        all.put("QuadraticDiscriminantAnalysis", Discriminants::quadratic);
    }

    private static Fitted linear(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int width = e.matrix("coef_").length;
        String decision = LinearModels.product(e, x, out);
        Fitted fitted = Scores.linear(out, decision, width, labels);
        fitted.proba(width == 1 ? out.both(Scores.sigmoid(out, decision)) : out.softmax(decision), labels.size());
        if (!e.text("svd", "solver").equals("lsqr")) {
            double[][] scalings = e.matrix("scalings_");
            int components = Math.min(
                    e.has("_max_components") ? e.integer("_max_components") : scalings[0].length, scalings[0].length);
            double[][] kept = Arrays.stream(scalings)
                    .map(row -> Arrays.copyOf(row, components))
                    .toArray(double[][]::new);
            String centered = e.has("xbar_") ? out.sub(x.matrix(out), out.row(e.doubles("xbar_"))) : x.matrix(out);
            fitted.transform(Features.of(out.matmul(centered, out.matrix(kept)), components));
        }
        return fitted;
    }

    private static Fitted quadratic(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        double[][] means = e.matrix("means_");
        double[] priors = e.doubles("priors_");
        List<Object> rotations = e.list("rotations_");
        List<Object> scalings = e.list("scalings_");
        LinearModels.requireWidth(e, x, means[0].length);
        if (scalings.size() != labels.size()) {
            throw new UnsupportedOperatorException(
                    "(" + scalings.size() + ") scalings for " + labels.size() + " classes");
        }
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        for (int k = 0; k < labels.size(); k++) {
            double[][] rotation = e.matrixOf(rotations.get(k), "rotations_");
            double[] scaling = e.arrayOf(scalings.get(k), "scalings_").doubles();
            double logs = 0;
            double[][] whitened = new double[rotation.length][scaling.length];
            for (int j = 0; j < scaling.length; j++) {
                logs += Math.log(scaling[j]);
                for (int f = 0; f < rotation.length; f++) {
                    whitened[f][j] = rotation[f][j] * Math.pow(scaling[j], -0.5);
                }
            }
            String norm = out.sum(out.square(out.matmul(out.sub(value, out.row(means[k])), out.matrix(whitened))));
            parts.add(out.plus(out.scale(out.plus(norm, logs), -0.5), Math.log(priors[k])));
        }
        String joint = out.concat(1, parts);
        String likelihood = out.op("Exp", out.sub(joint, out.max(joint)));
        String proba = out.div(likelihood, out.sum(likelihood));
        boolean binary = labels.size() == 2;
        String decision = binary ? out.sub(parts.get(1), parts.get(0)) : joint;
        return new Fitted()
                .decision(decision, binary ? 1 : labels.size())
                .proba(proba, labels.size())
                .classes(out, labels, out.argmax(joint));
    }
}
