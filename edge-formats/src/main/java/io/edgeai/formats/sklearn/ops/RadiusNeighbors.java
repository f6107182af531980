package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Map;

/** All training rows within a radius; where there are none, numbers and probabilities are NaN. */
final class RadiusNeighbors {
    private RadiusNeighbors() {}

    static void register(Map<String, Converter> all) {
        all.put("RadiusNeighborsClassifier", RadiusNeighbors::classifier);
        all.put("RadiusNeighborsRegressor", RadiusNeighbors::regressor);
    }

    /** Weights [N, points] of all training rows, 0 beyond the radius. */
    private static String weights(Estimator e, Features x, Emitter out) {
        Neighbors.ToAll all = Neighbors.toAll(e, x, e.matrix("_fit_X"), out);
        double radius = e.real("radius");
        String within = out.op("LessOrEqual", all.distances(), out.scalar(all.squares() ? radius * radius : radius));
        if (!e.has("weights") || "uniform".equals(e.get("weights"))) {
            return out.toDouble(within);
        }
        if (!"distance".equals(e.get("weights"))) {
            throw new UnsupportedOperatorException("weights = " + e.get("weights"));
        }
        String distances = all.squares() ? out.op("Sqrt", all.distances()) : all.distances();
        String zero = out.op("Equal", distances, out.scalar(0));
        String any = out.op("Greater", out.sum(out.toDouble(zero)), out.scalar(0));
        String inverse = out.div(out.scalar(1), out.where(zero, out.scalar(1), distances));
        return out.where(any, out.toDouble(zero), out.where(within, inverse, out.scalar(0)));
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String weights = weights(e, x, out);
        NumpyArray y = e.array("_y");
        int outputs = y.rank() == 1 ? 1 : y.dim(1);
        String sum = out.matmul(weights, out.constant(y.doubles(), y.dim(0), outputs));
        return new Fitted().predict(out.div(sum, out.sum(weights)), outputs, y.rank() == 1);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        if (e.has("outlier_label")) {
            throw new UnsupportedOperatorException("outlier_label = " + e.get("outlier_label"));
        }
        NumpyArray y = e.array("_y");
        if (y.rank() != 1) {
            throw new UnsupportedOperatorException("several outputs");
        }
        Emitter out = c.out();
        long[] codes = y.longs();
        double[][] hot = new double[codes.length][e.classes().size()];
        for (int i = 0; i < hot.length; i++) {
            hot[i][(int) codes[i]] = 1;
        }
        String votes = out.matmul(weights(e, x, out), out.matrix(hot));
        String proba = out.div(votes, out.sum(votes));
        return new Fitted().proba(proba, hot[0].length).classes(out, e.classes(), out.argmax(votes));
    }
}
