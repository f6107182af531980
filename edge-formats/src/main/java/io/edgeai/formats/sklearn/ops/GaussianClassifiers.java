package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Map;

/**
 * Gaussian process classifiers by Laplace's approximation (Rasmussen and Williams 2006, algorithms 3.1 and 3.2). As in
 * scikit-learn, the logistic function under the posterior is integrated as five error functions (Williams and Barber
 * 1998).
 */
final class GaussianClassifiers {
    private static final double[] LAMBDAS = {0.41, 0.4, 0.37, 0.44, 0.39};
    private static final double[] WEIGHTS = {-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654};

    private GaussianClassifiers() {}

    static void register(Map<String, Converter> all) {
        all.put("GaussianProcessClassifier", (e, x, c) -> c.convert(e.inner("base_estimator_"), x));
        all.put("_BinaryGaussianProcessClassifierLaplace", GaussianClassifiers::binary);
    }

    private static Fitted binary(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("X_train_");
        LinearModels.requireWidth(e, x, points[0].length);
        double[] residual = e.doubles("y_train_").clone();
        double[] pi = e.doubles("pi_");
        double[] root = e.doubles("W_sr_");
        double[][] solved = solved(e.matrix("L_"), root);
        if (residual.length != points.length || pi.length != points.length || solved.length != points.length) {
            throw new ModelFormatException(e.what() + " was fitted on (" + points.length + ") rows and has ("
                    + pi.length + ") of their probabilities. Maybe the file is damaged.");
        }
        for (int i = 0; i < pi.length; i++) {
            residual[i] -= pi[i];
        }
        Estimator kernel = e.inner("kernel_");
        String matrix = x.matrix(out);
        String between = Kernels.gaussian(kernel, matrix, points, out);
        String mean = out.matmul(between, out.constant(residual, residual.length, 1));
        String explained = out.sum(out.square(out.matmul(between, out.matrix(solved))));
        String variance = out.sub(own(kernel, matrix, out), explained);
        String proba = out.both(probability(mean, variance, out));
        String index = out.squeeze(out.cast(out.op("Greater", mean, out.scalar(0)), ElementType.INT64), 1);
        return new Fitted().proba(proba, 2).classes(out, e.classes(), index);
    }

    /** The transpose of L^-1 W, for L below the diagonal and W on it, by forward substitution. */
    private static double[][] solved(double[][] lower, double[] diagonal) {
        int n = diagonal.length;
        if (lower.length != n || n == 0 || lower[0].length != n) {
            throw new ModelFormatException("A Cholesky factor of (" + lower.length + ") rows goes with (" + n
                    + ") weights. Maybe the file is damaged.");
        }
        double[][] transposed = new double[n][n];
        for (int column = 0; column < n; column++) {
            double[] solution = transposed[column];
            solution[column] = diagonal[column] / lower[column][column];
            for (int row = column + 1; row < n; row++) {
                double sum = 0;
                for (int k = column; k < row; k++) {
                    sum += lower[row][k] * solution[k];
                }
                solution[row] = -sum / lower[row][row];
            }
        }
        return transposed;
    }

    /** The integral of the logistic function over a normal distribution, [N, 1]. */
    private static String probability(String mean, String variance, Emitter out) {
        String twice = out.scale(variance, 2);
        double[] squares = new double[LAMBDAS.length];
        double half = 0;
        for (int i = 0; i < LAMBDAS.length; i++) {
            squares[i] = LAMBDAS[i] * LAMBDAS[i];
            half += WEIGHTS[i] / 2;
        }
        // erf(l f sqrt(a / (a + l^2))) with a = 1 / 2v, which is erf(l f / sqrt(1 + 2 v l^2))
        String width = out.op("Sqrt", out.plus(out.mul(twice, out.row(squares)), 1));
        String error = ErrorFunction.of(out, out.div(out.mul(mean, out.row(LAMBDAS)), width));
        String sum = out.sum(out.mul(error, out.row(WEIGHTS)));
        return out.plus(out.scale(sum, 0.5), half);
    }

    /** The kernel of each row with itself, [N, 1]. */
    private static String own(Estimator e, String x, Emitter out) {
        return switch (e.kind()) {
            case "Sum" -> out.add(own(e.inner("k1"), x, out), own(e.inner("k2"), x, out));
            case "Product" -> out.mul(own(e.inner("k1"), x, out), own(e.inner("k2"), x, out));
            case "Exponentiation" -> out.op("Pow", own(e.inner("kernel"), x, out), out.scalar(e.real("exponent")));
            case "ConstantKernel" -> out.repeat(x, out.row(e.real("constant_value")));
            case "WhiteKernel" -> out.repeat(x, out.row(e.real("noise_level")));
            case "DotProduct" -> out.plus(out.sum(out.square(x)), Math.pow(e.real("sigma_0"), 2));
            case "RBF", "Matern", "RationalQuadratic", "ExpSineSquared" -> out.repeat(x, out.row(1));
            default -> throw new UnsupportedOperatorException("kernel " + e.kind());
        };
    }
}
