package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.Arrays;

/** Kernel values between each row and fixed points, [N, points]: the pairwise kernels and those of Gaussian processes. */
final class Kernels {
    private Kernels() {}

    /** scikit-learn's and libsvm's kernels by name. */
    static String named(
            Emitter out, String x, double[][] points, String kernel, double gamma, double degree, double coef0) {
        return switch (kernel) {
            case "linear" -> dot(out, x, points);
            case "poly", "polynomial" -> power(out, out.plus(out.scale(dot(out, x, points), gamma), coef0), degree);
            case "rbf" -> out.op("Exp", out.scale(Distances.squared(out, x, points), -gamma));
            case "sigmoid" -> out.op("Tanh", out.plus(out.scale(dot(out, x, points), gamma), coef0));
            case "laplacian" -> out.op("Exp", out.scale(Distances.of(out, x, points, "manhattan", 1), -gamma));
            case "cosine" -> {
                double[][] unit = Arrays.stream(points).map(Distances::unit).toArray(double[][]::new);
                yield dot(out, Scalers.normalized(out, x, "l2", Scalers.SMALLEST), unit);
            }
            default -> throw new UnsupportedOperatorException("kernel = " + kernel);
        };
    }

    static String dot(Emitter out, String x, double[][] points) {
        return out.matmul(x, out.matrix(Matrices.transpose(points)));
    }

    private static String power(Emitter out, String value, double degree) {
        if (degree != Math.rint(degree) || degree < 0 || degree > 16) {
            return out.op("Pow", value, out.scalar(degree));
        }
        if (degree == 0) {
            return out.plus(out.scale(value, 0), 1);
        }
        String result = value;
        for (int i = 1; i < degree; i++) {
            result = out.mul(result, value);
        }
        return result;
    }

    /** A kernel of {@code sklearn.gaussian_process.kernels} between rows and training points. */
    static String gaussian(Estimator e, String x, double[][] points, Emitter out) {
        switch (e.kind()) {
            case "Sum" -> {
                return out.add(gaussian(e.inner("k1"), x, points, out), gaussian(e.inner("k2"), x, points, out));
            }
            case "Product" -> {
                return out.mul(gaussian(e.inner("k1"), x, points, out), gaussian(e.inner("k2"), x, points, out));
            }
            case "Exponentiation" -> {
                return power(out, gaussian(e.inner("kernel"), x, points, out), e.real("exponent"));
            }
            case "ConstantKernel" -> {
                return out.repeat(x, out.row(Scalers.filled(points.length, e.real("constant_value"))));
            }
            case "WhiteKernel" -> {
                return out.repeat(x, out.row(Scalers.filled(points.length, 0)));
            }
            case "DotProduct" -> {
                return out.plus(dot(out, x, points), Math.pow(e.real("sigma_0"), 2));
            }
            case "RBF" -> {
                return out.op("Exp", out.scale(scaledSquares(e, x, points, out), -0.5));
            }
            case "Matern" -> {
                return matern(e, x, points, out);
            }
            case "RationalQuadratic" -> {
                double alpha = e.real("alpha");
                String squares = Distances.squared(out, x, points);
                double scale = 2 * alpha * Math.pow(e.real("length_scale"), 2);
                return out.op("Pow", out.plus(out.scale(squares, 1 / scale), 1), out.scalar(-alpha));
            }
            case "ExpSineSquared" -> {
                String distance = Distances.of(out, x, points, "euclidean", 2);
                String sine = out.op("Sin", out.scale(distance, Math.PI / e.real("periodicity")));
                return out.op("Exp", out.scale(out.square(out.scale(sine, 1 / e.real("length_scale"))), -2));
            }
            default -> throw new UnsupportedOperatorException("kernel " + e.kind());
        }
    }

    private static String scaledSquares(Estimator e, String x, double[][] points, Emitter out) {
        double[] scale = Matrices.ofLength(e.doubles("length_scale"), points[0].length);
        if (scale.length != points[0].length) {
            throw new ModelFormatException(
                    e.what() + " has (" + scale.length + ") length scales for " + points[0].length + " columns.");
        }
        double[][] scaled = new double[points.length][scale.length];
        for (int i = 0; i < points.length; i++) {
            for (int f = 0; f < scale.length; f++) {
                scaled[i][f] = points[i][f] / scale[f];
            }
        }
        return Distances.squared(out, out.div(x, out.row(scale)), scaled);
    }

    private static String matern(Estimator e, String x, double[][] points, Emitter out) {
        double nu = e.real("nu");
        String squares = scaledSquares(e, x, points, out);
        if (Double.isInfinite(nu)) {
            return out.op("Exp", out.scale(squares, -0.5));
        }
        String distance = out.op("Sqrt", squares);
        if (nu == 0.5) {
            return out.op("Exp", out.op("Neg", distance));
        }
        if (nu == 1.5) {
            String k = out.scale(distance, Math.sqrt(3));
            return out.mul(out.plus(k, 1), out.op("Exp", out.op("Neg", k)));
        }
        if (nu == 2.5) {
            String k = out.scale(distance, Math.sqrt(5));
            String polynomial = out.add(out.plus(k, 1), out.scale(out.square(k), 1 / 3.0));
            return out.mul(polynomial, out.op("Exp", out.op("Neg", k)));
        }
        throw new UnsupportedOperatorException("Matern nu = " + nu);
    }
}
