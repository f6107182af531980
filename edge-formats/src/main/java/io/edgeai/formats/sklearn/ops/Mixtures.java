package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import java.util.ArrayList;
import java.util.List;

/** The Gaussians of a mixture: Mahalanobis distances through the Cholesky factors of their precisions. Stateless. */
final class Mixtures {
    private Mixtures() {}

    /** Squared Mahalanobis distance to each component, [N, components]. */
    static String distances(Estimator e, Features x, Emitter out) {
        double[][] means = e.matrix("means_");
        LinearModels.requireWidth(e, x, means[0].length);
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        for (int k = 0; k < means.length; k++) {
            String centered = out.sub(value, out.row(means[k]));
            double[][] factor = factor(e, k);
            String white = factor.length == 1 && means[0].length > 1 || diagonal(e)
                    ? out.mul(centered, out.row(factor[0]))
                    : out.matmul(centered, out.matrix(factor));
            parts.add(out.sum(out.square(white)));
        }
        return out.concat(1, parts);
    }

    private static boolean diagonal(Estimator e) {
        String type = e.text("full", "covariance_type");
        return type.equals("diag") || type.equals("spherical");
    }

    /** The factor of a component: a matrix, or one row for a diagonal. */
    private static double[][] factor(Estimator e, int component) {
        NumpyArray all = e.array("precisions_cholesky_");
        double[] flat = all.doubles();
        int n = e.matrix("means_")[0].length;
        return switch (e.text("full", "covariance_type")) {
            case "full" -> square(flat, component * n * n, n);
            case "tied" -> square(flat, 0, n);
            case "diag" -> new double[][] {java.util.Arrays.copyOfRange(flat, component * n, (component + 1) * n)};
            case "spherical" -> new double[][] {Scalers.filled(n, flat[component])};
            default -> throw new UnsupportedOperatorException("covariance_type = " + e.get("covariance_type"));
        };
    }

    private static double[][] square(double[] flat, int from, int n) {
        double[][] rows = new double[n][n];
        for (int r = 0; r < n; r++) {
            System.arraycopy(flat, from + r * n, rows[r], 0, n);
        }
        return rows;
    }

    /** What is added to -1/2 of the distance to give a component's weighted log density. */
    static double[] constants(Estimator e) {
        double[][] means = e.matrix("means_");
        int n = means[0].length;
        boolean bayesian = e.kind().startsWith("Bayesian");
        double[] weights = bayesian ? bayesianLogWeights(e, means.length) : logs(e.doubles("weights_"));
        double[] constants = new double[means.length];
        for (int k = 0; k < constants.length; k++) {
            double[][] factor = factor(e, k);
            double logDeterminant = 0;
            for (int i = 0; i < n; i++) {
                logDeterminant += Math.log(diagonal(e) ? factor[0][i] : factor[i][i]);
            }
            constants[k] = weights[k] + logDeterminant - 0.5 * n * Math.log(2 * Math.PI);
            if (bayesian) {
                double freedom =
                        e.doubles("degrees_of_freedom_")[Math.min(k, e.doubles("degrees_of_freedom_").length - 1)];
                double lambda = n * Math.log(2);
                for (int i = 0; i < n; i++) {
                    lambda += digamma(0.5 * (freedom - i));
                }
                constants[k] += -0.5 * n * Math.log(freedom) + 0.5 * (lambda - n / e.doubles("mean_precision_")[k]);
            }
        }
        return constants;
    }

    private static double[] logs(double[] values) {
        return java.util.Arrays.stream(values).map(Math::log).toArray();
    }

    private static double[] bayesianLogWeights(Estimator e, int components) {
        double[] logs = new double[components];
        if (e.text("dirichlet_process", "weight_concentration_prior_type").equals("dirichlet_process")) {
            List<Object> pair = e.list("weight_concentration_");
            double[] a = e.arrayOf(pair.get(0), "weight_concentration_").doubles();
            double[] b = e.arrayOf(pair.get(1), "weight_concentration_").doubles();
            double before = 0;
            for (int k = 0; k < components; k++) {
                double sum = digamma(a[k] + b[k]);
                logs[k] = digamma(a[k]) - sum + before;
                before += digamma(b[k]) - sum;
            }
            return logs;
        }
        double[] a = e.doubles("weight_concentration_");
        double total = digamma(java.util.Arrays.stream(a).sum());
        for (int k = 0; k < components; k++) {
            logs[k] = digamma(a[k]) - total;
        }
        return logs;
    }

    /** The logarithmic derivative of the gamma function for x above 0 (recurrence, then Abramowitz and Stegun 6.3.18). */
    static double digamma(double x) {
        double value = 0;
        double at = x;
        while (at < 20) {
            value -= 1 / at;
            at += 1;
        }
        double inverse = 1 / (at * at);
        double tail = inverse
                * (1.0 / 12 - inverse * (1.0 / 120 - inverse * (1.0 / 252 - inverse * (1.0 / 240 - inverse / 132))));
        return value + Math.log(at) - 0.5 / at - tail;
    }
}
