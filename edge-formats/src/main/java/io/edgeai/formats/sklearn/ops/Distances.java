package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.Arrays;

/** Distances from each row to each of a fixed set of points, [N, points]. Stateless. */
final class Distances {
    /** Up to this many columns, differences are taken column by column, which rounds exactly as scikit-learn's trees do. */
    private static final int EXACT_COLUMNS = 64;

    private Distances() {}

    /** Squared Euclidean distances. */
    static String squared(Emitter out, String x, double[][] points) {
        return points[0].length <= EXACT_COLUMNS
                ? accumulate(out, x, points, "square", 2, null)
                : expanded(out, x, points);
    }

    /** |x|^2 - 2 x.y + |y|^2 about the points' mean, which keeps the terms that cancel small; never below 0. */
    private static String expanded(Emitter out, String x, double[][] points) {
        double[] mean = new double[points[0].length];
        for (double[] point : points) {
            for (int f = 0; f < mean.length; f++) {
                mean[f] += point[f] / points.length;
            }
        }
        double[][] centered = new double[points.length][mean.length];
        double[] norms = new double[points.length];
        for (int i = 0; i < points.length; i++) {
            for (int f = 0; f < mean.length; f++) {
                centered[i][f] = points[i][f] - mean[f];
                norms[i] += centered[i][f] * centered[i][f];
            }
        }
        String shifted = out.sub(x, out.row(mean));
        String cross = out.matmul(shifted, out.matrix(Matrices.transpose(centered)));
        String sum = out.sub(out.add(out.sum(out.square(shifted)), out.row(norms)), out.scale(cross, 2));
        return out.op("Max", sum, out.scalar(0));
    }

    private static String accumulate(
            Emitter out,
            String x,
            double[][] points,
            String kind,
            double power,
            double @org.jspecify.annotations.Nullable [] weights) {
        String total = "";
        double[][] columns = Matrices.transpose(points);
        for (int f = 0; f < columns.length; f++) {
            String difference = out.sub(out.columns(x, f), out.row(columns[f]));
            String part =
                    switch (kind) {
                        case "square" -> out.square(difference);
                        case "abs", "max" -> out.op("Abs", difference);
                        default -> out.op("Pow", out.op("Abs", difference), out.scalar(power));
                    };
            part = weights == null ? part : out.scale(part, weights[f]);
            total = total.isEmpty() ? part : kind.equals("max") ? out.op("Max", total, part) : out.add(total, part);
        }
        return total;
    }

    /** Distances by scikit-learn's names of metrics. */
    static String of(Emitter out, String x, double[][] points, String metric, double p) {
        return switch (metric) {
            case "euclidean", "l2" -> out.op("Sqrt", squared(out, x, points));
            case "sqeuclidean" -> squared(out, x, points);
            case "manhattan", "l1", "cityblock", "p" -> accumulate(out, x, points, "abs", 1, null);
            case "chebyshev", "infinity" -> accumulate(out, x, points, "max", 1, null);
            case "minkowski" ->
                p == 2
                        ? out.op("Sqrt", squared(out, x, points))
                        : p == 1
                                ? accumulate(out, x, points, "abs", 1, null)
                                : Double.isInfinite(p)
                                        ? accumulate(out, x, points, "max", 1, null)
                                        : out.op("Pow", accumulate(out, x, points, "pow", p, null), out.scalar(1 / p));
            case "cosine" -> cosine(out, x, points);
            default -> throw new UnsupportedOperatorException("metric = " + metric);
        };
    }

    private static String cosine(Emitter out, String x, double[][] points) {
        double[][] unit = Arrays.stream(points).map(Distances::unit).toArray(double[][]::new);
        String similarity =
                out.matmul(Scalers.normalized(out, x, "l2", Scalers.SMALLEST), out.matrix(Matrices.transpose(unit)));
        return out.clip(out.sub(out.scalar(1), similarity), 0, 2);
    }

    static double[] unit(double[] v) {
        double norm = Math.sqrt(Arrays.stream(v).map(a -> a * a).sum());
        return norm < Scalers.SMALLEST ? v : Arrays.stream(v).map(a -> a / norm).toArray();
    }
}
