package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Map;

/** Projections with a closed form: PCA and its relatives, ICA, factor analysis, partial least squares, random ones. */
final class Decompositions {
    private Decompositions() {}

    static void register(Map<String, Converter> all) {
        all.put("PCA", Decompositions::pca);
        all.put("IncrementalPCA", Decompositions::pca);
        all.put("TruncatedSVD", (e, x, c) -> project(e, x.matrix(c.out()), x, e.matrix("components_"), c));
        all.put("GaussianRandomProjection", (e, x, c) -> project(e, x.matrix(c.out()), x, e.matrix("components_"), c));
        all.put("SparseRandomProjection", (e, x, c) -> project(e, x.matrix(c.out()), x, e.matrix("components_"), c));
        all.put(
                "NeighborhoodComponentsAnalysis",
                (e, x, c) -> project(e, x.matrix(c.out()), x, e.matrix("components_"), c));
        all.put("FastICA", Decompositions::ica);
        all.put("FactorAnalysis", Decompositions::factors);
        all.put("SparsePCA", Decompositions::sparse);
        all.put("MiniBatchSparsePCA", Decompositions::sparse);
        for (String name : new String[] {"PLSRegression", "PLSCanonical", "CCA"}) {
            all.put(name, Decompositions::leastSquares);
        }
        all.put(
                "PLSSVD",
                (e, x, c) -> project(e, normalized(e, x, c), x, Matrices.transpose(e.matrix("x_weights_")), c));
    }

    private static Fitted project(Estimator e, String value, Features x, double[][] components, Context c) {
        LinearModels.requireWidth(e, x, components[0].length);
        return Fitted.transformer(Features.of(Kernels.dot(c.out(), value, components), components.length));
    }

    private static String centered(Estimator e, Features x, Emitter out) {
        return e.has("mean_") ? out.sub(x.matrix(out), out.row(e.doubles("mean_"))) : x.matrix(out);
    }

    private static Fitted pca(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] components = e.matrix("components_");
        LinearModels.requireWidth(e, x, components[0].length);
        double[] variance = e.doubles("explained_variance_");
        String value = centered(e, x, out);
        String projected = Kernels.dot(out, value, components);
        boolean whiten = e.flag(false, "whiten");
        if (whiten) {
            double[] scale = new double[variance.length];
            for (int k = 0; k < scale.length; k++) {
                scale[k] = Math.max(Math.sqrt(variance[k]), e.since(1, 4) ? Math.ulp(1.0) : 0);
            }
            projected = out.div(projected, out.row(scale));
        }
        Fitted fitted = Fitted.transformer(Features.of(projected, components.length));
        if (e.kind().equals("PCA") && components[0].length <= 1024) {
            // Covariance of Tipping and Bishop's probabilistic model, as get_covariance builds it.
            double noise = e.realOr(0, "noise_variance_");
            int n = components[0].length;
            double[][] covariance = new double[n][n];
            for (int k = 0; k < components.length; k++) {
                // scikit-learn scales the components of a whitening model here, though it keeps them of unit length.
                double extra = Math.max(variance[k] - noise, 0) * (whiten ? variance[k] : 1);
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        covariance[i][j] += components[k][i] * components[k][j] * extra;
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                covariance[i][i] += noise;
            }
            logLikelihood(fitted, value, covariance, out);
        }
        return fitted;
    }

    /** Adds Gaussian log likelihood of centered rows, unless the covariance is singular. */
    private static void logLikelihood(Fitted fitted, String centered, double[][] covariance, Emitter out) {
        double[] logDeterminant = new double[1];
        double[][] precision;
        try {
            precision = Matrices.inverse(covariance, logDeterminant);
        } catch (io.edgeai.core.error.ModelFormatException e) {
            return; // score_samples fails in scikit-learn too
        }
        String distance = out.sum(out.mul(centered, out.matmul(centered, out.matrix(precision))));
        double constant = covariance.length * Math.log(2 * Math.PI) + logDeterminant[0];
        fitted.scoreSamples(out.scale(out.plus(distance, constant), -0.5));
    }

    private static Fitted ica(Estimator e, Features x, Context c) {
        boolean whiten = !Boolean.FALSE.equals(e.get("whiten"));
        String value = whiten ? centered(e, x, c.out()) : x.matrix(c.out());
        return project(e, value, x, e.matrix("components_"), c);
    }

    private static Fitted factors(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] w = e.matrix("components_");
        double[] noise = e.doubles("noise_variance_");
        LinearModels.requireWidth(e, x, noise.length);
        double[][] scaled = new double[w.length][noise.length];
        for (int k = 0; k < w.length; k++) {
            for (int f = 0; f < noise.length; f++) {
                scaled[k][f] = w[k][f] / noise[f];
            }
        }
        double[][] posterior = Matrices.multiply(scaled, Matrices.transpose(w));
        for (int k = 0; k < w.length; k++) {
            posterior[k][k] += 1;
        }
        double[][] map = Matrices.multiply(Matrices.inverse(posterior, new double[1]), scaled);
        String value = centered(e, x, out);
        Fitted fitted = Fitted.transformer(Features.of(Kernels.dot(out, value, map), w.length));
        double[][] covariance = Matrices.multiply(Matrices.transpose(w), w);
        for (int f = 0; f < noise.length; f++) {
            covariance[f][f] += noise[f];
        }
        if (noise.length <= 1024) {
            logLikelihood(fitted, value, covariance, out);
        }
        return fitted;
    }

    /** Ridge regression of centered rows on the components. */
    private static Fitted sparse(Estimator e, Features x, Context c) {
        double[][] components = e.matrix("components_");
        double[][] gram = Matrices.multiply(components, Matrices.transpose(components));
        for (int k = 0; k < gram.length; k++) {
            gram[k][k] += e.realOr(0.01, "ridge_alpha");
        }
        double[][] map = Matrices.multiply(Matrices.inverse(gram, new double[1]), components);
        return project(e, centered(e, x, c.out()), x, map, c);
    }

    private static String normalized(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[] mean = e.doubles("_x_mean", "x_mean_");
        LinearModels.requireWidth(e, x, mean.length);
        return out.div(out.sub(x.matrix(out), out.row(mean)), out.row(e.doubles("_x_std", "x_std_")));
    }

    /** Rotations and loadings rather than coef_, whose layout and scaling changed three times. */
    private static Fitted leastSquares(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String value = normalized(e, x, c);
        double[][] rotations = e.matrix("x_rotations_");
        double[][] coef = Matrices.multiply(rotations, Matrices.transpose(e.matrix("y_loadings_")));
        double[] deviation = Matrices.ofLength(e.doubles("_y_std", "y_std_"), coef[0].length);
        for (double[] row : coef) {
            for (int t = 0; t < row.length; t++) {
                row[t] *= deviation[t];
            }
        }
        double[] mean = Matrices.ofLength(e.doubles("_y_mean", "y_mean_"), coef[0].length);
        if (mean.length != coef[0].length) {
            throw new UnsupportedOperatorException(
                    "(" + mean.length + ") target means for " + coef[0].length + " targets");
        }
        String predicted = out.add(out.matmul(value, out.matrix(coef)), out.row(mean));
        return new Fitted()
                .predict(predicted, mean.length, e.since(1, 3) && e.flag(false, "_predict_1d"))
                .transform(Features.of(out.matmul(value, out.matrix(rotations)), rotations[0].length));
    }
}
