package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyDict;
import io.edgeai.formats.pickle.PyNone;
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

/** Nearest neighbours by distance to every training row; of equally near rows the earlier is taken. */
final class Neighbors {
    private Neighbors() {}

    static void register(Map<String, Converter> all) {
        all.put("KNeighborsClassifier", Neighbors::classifier);
        all.put("KNeighborsRegressor", Neighbors::regressor);
        all.put("NearestCentroid", Neighbors::centroid);
        all.put("LocalOutlierFactor", Neighbors::outlierFactor);
    }

    /** Indices INT64 [N, k] and distances [N, k] of the nearest rows. */
    record Nearest(String indices, String distances) {}

    static Nearest nearest(Estimator e, Features x, Emitter out, int k) {
        double[][] points = e.matrix("_fit_X");
        if (k < 1 || k > points.length) {
            throw new ModelFormatException(
                    e.what() + " asks for (" + k + ") neighbours of " + points.length + " rows.");
        }
        ToAll all = toAll(e, x, points, out);
        OnnxNode top = out.graph()
                .add(
                        "TopK",
                        out.fresh("nearest"),
                        List.of(all.distances(), out.longs(k)),
                        List.of(out.fresh("distance"), out.fresh("index")))
                .attribute("axis", 1L)
                .attribute("largest", 0L)
                .attribute("sorted", 1L);
        return new Nearest(top.output(1), all.squares() ? out.op("Sqrt", top.output(0)) : top.output(0));
    }

    /** Distances [N, points] or, to keep their order before a root could make two of them equal, their squares. */
    record ToAll(String distances, boolean squares) {}

    static ToAll toAll(Estimator e, Features x, double[][] points, Emitter out) {
        LinearModels.requireWidth(e, x, points[0].length);
        String metric = e.text("minkowski", "effective_metric_", "metric");
        double p = e.realOr(2, "p");
        if (e.get("effective_metric_params_") instanceof PyDict params) {
            if (params.get("w") != null && params.get("w") != PyNone.NONE) {
                throw new UnsupportedOperatorException("a weighted metric");
            }
            p = params.get("p") instanceof Number number ? number.doubleValue() : p;
        }
        boolean euclidean = metric.equals("euclidean") || metric.equals("minkowski") && p == 2;
        return euclidean
                ? new ToAll(Distances.squared(out, x.matrix(out), points), true)
                : new ToAll(Distances.of(out, x.matrix(out), points, metric, p), false);
    }

    /** Weights [N, k]: ones, or one over the distance, where a distance of zero outweighs all others. */
    private static String weights(Estimator e, Nearest nearest, Emitter out) {
        if (!e.has("weights") || "uniform".equals(e.get("weights"))) {
            return out.plus(out.scale(nearest.distances(), 0), 1);
        }
        if (!"distance".equals(e.get("weights"))) {
            throw new UnsupportedOperatorException("weights = " + e.get("weights"));
        }
        String zero = out.op("Equal", nearest.distances(), out.scalar(0));
        String any = out.op("Greater", out.sum(out.toDouble(zero)), out.scalar(0));
        String inverse = out.div(out.scalar(1), out.where(zero, out.scalar(1), nearest.distances()));
        return out.where(any, out.toDouble(zero), inverse);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Nearest nearest = nearest(e, x, out, e.integer("n_neighbors"));
        String weights = out.unsqueeze(weights(e, nearest, out), 2);
        NumpyArray y = e.array("_y");
        int outputs = y.rank() == 1 ? 1 : y.dim(1);
        long[] codes = y.longs();
        Fitted fitted = new Fitted();
        List<String> predictions = new ArrayList<>();
        for (int o = 0; o < outputs; o++) {
            Object classes = e.require("classes_");
            Labels labels = Labels.of(e.arrayOf(
                    outputs == 1 && classes instanceof NumpyArray
                            ? classes
                            : e.list("classes_").get(o),
                    "classes_"));
            double[][] hot = new double[codes.length / outputs][labels.size()];
            for (int i = 0; i < hot.length; i++) {
                hot[i][(int) codes[i * outputs + o]] = 1;
            }
            String votes = out.mul(out.gather(out.matrix(hot), nearest.indices(), 0), weights);
            String proba = Scores.normalize(out, Scores.sumInOrder(out, votes, e.integer("n_neighbors")));
            String index = out.argmax(proba);
            if (outputs == 1) {
                return fitted.proba(proba, labels.size()).classes(out, labels, index);
            }
            predictions.add(out.unsqueeze(labels.gather(out, index), 1));
            fitted.score("predict_proba_" + o, proba, labels.size(), false);
        }
        return fitted.predict(out.concat(1, predictions), outputs, false);
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        int k = e.integer("n_neighbors");
        Nearest nearest = nearest(e, x, out, k);
        String weights = out.unsqueeze(weights(e, nearest, out), 2);
        NumpyArray y = e.array("_y");
        int outputs = y.rank() == 1 ? 1 : y.dim(1);
        String values = out.gather(out.constant(y.doubles(), y.dim(0), outputs), nearest.indices(), 0);
        String sum = Scores.sumInOrder(out, out.mul(values, weights), k);
        String total = Scores.sumInOrder(out, weights, k);
        return new Fitted().predict(out.div(sum, total), outputs, y.rank() == 1);
    }

    private static Fitted centroid(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String metric = e.text("euclidean", "metric");
        double[][] centroids = e.matrix("centroids_");
        Labels labels = e.classes();
        LinearModels.requireWidth(e, x, centroids[0].length);
        String value = x.matrix(out);
        String nearest = out.argmax(out.op("Neg", Distances.of(out, value, centroids, metric, 2)));
        if (!e.since(1, 6) || !e.has("within_class_std_dev_")) {
            return new Fitted().classes(out, labels, nearest);
        }
        double[] priors = e.doubles("class_prior_");
        double[] spread = e.doubles("within_class_std_dev_").clone();
        double[] logs = new double[priors.length];
        boolean even = true;
        for (int k = 0; k < priors.length; k++) {
            logs[k] = 2 * Math.log(priors[k]);
            even &= Math.abs(priors[k] - 1.0 / priors.length) <= 1e-8 + 1e-5 / priors.length;
        }
        for (int f = 0; f < spread.length; f++) {
            spread[f] = spread[f] == 0 ? 1 : spread[f];
            for (double[] centroid : centroids) {
                centroid[f] /= spread[f];
            }
        }
        String distances = Distances.of(out, out.div(value, out.row(spread)), centroids, metric, 2);
        String scores = out.add(out.op("Neg", out.square(distances)), out.row(logs));
        Fitted fitted = new Fitted().classes(out, labels, even ? nearest : out.argmax(scores));
        if (metric.equals("euclidean")) {
            boolean binary = labels.size() == 2;
            String decision = binary ? out.sub(out.columns(scores, 1), out.columns(scores, 0)) : scores;
            fitted.decision(decision, binary ? 1 : labels.size()).proba(out.softmax(scores), labels.size());
        }
        return fitted;
    }

    private static Fitted outlierFactor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        if (!e.flag(false, "novelty")) {
            throw new UnsupportedOperatorException("novelty = False, which has no answers for new rows");
        }
        int k = e.integer("n_neighbors_", "n_neighbors");
        Nearest nearest = nearest(e, x, out, k);
        double[][] fitted = e.matrix("_distances_fit_X_");
        double[] reach = new double[fitted.length];
        for (int i = 0; i < reach.length; i++) {
            reach[i] = fitted[i][k - 1];
        }
        String reachable =
                out.op("Max", nearest.distances(), out.gather(out.constant(reach, reach.length), nearest.indices(), 0));
        String mean = out.reduce("ReduceMean", reachable, true, 1);
        String density = out.div(out.scalar(1), out.plus(mean, 1e-10));
        double[] densities = e.doubles("_lrd");
        String ratio = out.div(out.gather(out.constant(densities, densities.length), nearest.indices(), 0), density);
        String samples = out.op("Neg", out.reduce("ReduceMean", ratio, true, 1));
        String decision = out.plus(samples, -e.real("offset_"));
        String outside = out.op("Less", decision, out.scalar(0));
        return new Fitted()
                .scoreSamples(samples)
                .decision(decision, 1)
                .predict(out.where(outside, out.longs(-1L), out.longs(1L)), 1, true);
    }
}
