package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.pickle.PyTuple;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Kernel density estimates: the logarithm of the sum of a kernel at every training point. */
final class Densities {
    private static final int WEIGHTS = 12;

    private Densities() {}

    static void register(Map<String, Converter> all) {
        all.put("KernelDensity", Densities::estimate);
    }

    private static Fitted estimate(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> tree = tree(e);
        double[][] points = e.matrixOf(tree.get(0), "tree_");
        int n = points[0].length;
        LinearModels.requireWidth(e, x, n);
        double[] weights = tree.size() > WEIGHTS && tree.get(WEIGHTS) instanceof NumpyArray array
                ? array.doubles()
                : Scalers.filled(points.length, 1);
        double h = e.has("bandwidth_") ? e.real("bandwidth_") : e.real("bandwidth");
        String kernel = e.text("gaussian", "kernel");
        double constant = norm(kernel, n, h) - Math.log(Arrays.stream(weights).sum());
        String distance = Distances.of(out, x.matrix(out), points, e.text("euclidean", "metric"), power(e));
        String ratio = out.scale(distance, 1 / h);
        String sum =
                switch (kernel) {
                    case "gaussian" -> logSum(out, out.scale(out.square(ratio), -0.5), weights);
                    case "exponential" -> logSum(out, out.op("Neg", ratio), weights);
                    default -> {
                        String value =
                                switch (kernel) {
                                    case "tophat" -> out.plus(out.scale(ratio, 0), 1);
                                    case "epanechnikov" -> out.sub(out.scalar(1), out.square(ratio));
                                    case "linear" -> out.sub(out.scalar(1), ratio);
                                    case "cosine" -> out.op("Cos", out.scale(ratio, Math.PI / 2));
                                    default -> throw new UnsupportedOperatorException("kernel = " + kernel);
                                };
                        String within = out.op("Less", distance, out.scalar(h));
                        String counted = out.where(within, value, out.scalar(0));
                        yield out.op("Log", out.sum(out.mul(counted, out.row(weights))));
                    }
                };
        return new Fitted().scoreSamples(out.plus(sum, constant));
    }

    private static String logSum(Emitter out, String exponents, double[] weights) {
        double[] logs = Arrays.stream(weights).map(Math::log).toArray();
        return out.logSumExp(out.add(exponents, out.row(logs)));
    }

    private static double power(Estimator e) {
        if (!e.has("metric_params")) {
            return 2;
        }
        if (e.get("metric_params") instanceof io.edgeai.formats.pickle.PyDict dict
                && dict.size() == 1
                && dict.get("p") instanceof Number p) {
            return p.doubleValue();
        }
        throw new UnsupportedOperatorException("metric_params = " + e.get("metric_params"));
    }

    /** What the tree's __getstate__ gave: the points first, and since 0.20 their weights as the thirteenth. */
    private static List<Object> tree(Estimator e) {
        if (e.require("tree_") instanceof PyObject tree
                && tree.state() instanceof PyTuple state
                && state.size() > 0
                && state.items().get(0) instanceof NumpyArray) {
            return state.items();
        }
        throw new ModelFormatException(e.what() + " has a tree without points. Maybe the file is damaged.");
    }

    /** The logarithm of the factor with which a kernel of width h in n dimensions has a volume of 1. */
    static double norm(String kernel, int n, double h) {
        double shape =
                switch (kernel) {
                    case "gaussian" -> 0.5 * n * Math.log(2 * Math.PI);
                    case "tophat" -> ball(n);
                    case "epanechnikov" -> ball(n) + Math.log(2.0 / (n + 2));
                    case "exponential" -> sphere(n - 1) + logGamma(n);
                    case "linear" -> ball(n) - Math.log(n + 1.0);
                    case "cosine" -> {
                        double factor = 0;
                        double term = 2 / Math.PI;
                        for (int k = 1; k <= n; k += 2) {
                            factor += term;
                            term *= -(n - k) * (n - k - 1.0) * (2 / Math.PI) * (2 / Math.PI);
                        }
                        yield Math.log(factor) + sphere(n - 1);
                    }
                    default -> throw new UnsupportedOperatorException("kernel = " + kernel);
                };
        return -shape - n * Math.log(h);
    }

    /** The logarithm of the volume of the unit ball of n dimensions. */
    private static double ball(int n) {
        return 0.5 * n * Math.log(Math.PI) - logGamma(0.5 * n + 1);
    }

    /** The logarithm of the surface of the unit ball of n + 1 dimensions. */
    private static double sphere(int n) {
        return Math.log(2 * Math.PI) + ball(n - 1);
    }

    /** Of whole and half numbers above 0, by recurrence. */
    private static double logGamma(double x) {
        double value = x == Math.rint(x) ? 0 : 0.5 * Math.log(Math.PI);
        for (double at = x == Math.rint(x) ? 1 : 0.5; at < x; at++) {
            value += Math.log(at);
        }
        return value;
    }
}
