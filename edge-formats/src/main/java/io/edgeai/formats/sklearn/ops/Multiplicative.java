package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import java.util.Arrays;
import java.util.List;

/**
 * Multiplicative updates of the weights of a non-negative factorization under a beta divergence.
 *
 * @param components [k, columns]
 * @param beta 2 for squared errors, 1 for Kullback-Leibler, 0 for Itakura-Saito
 * @param absolute penalty on the weights
 * @param square penalty on their squares
 */
record Multiplicative(List<double[]> components, double beta, double absolute, double square) {
    /** The smallest divisor: the distance of 1 to the next float, as in scikit-learn. */
    private static final double LEAST = Math.ulp(1f);

    static Multiplicative of(Estimator e, double[][] components, double beta) {
        double share = components[0].length * e.realOr(0, "alpha_W");
        double ratio = e.realOr(0, "l1_ratio");
        return new Multiplicative(Arrays.asList(components), beta, share * ratio, share * (1 - ratio));
    }

    private double[][] matrix() {
        return components.toArray(double[][]::new);
    }

    private String start(Emitter out, String rows) {
        double[] ones = Scalers.filled(components.size(), 1);
        String mean = out.op("Sqrt", out.scale(out.reduce("ReduceMean", rows, true, 0, 1), 1.0 / components.size()));
        return out.mul(out.repeat(rows, out.row(ones)), mean);
    }

    /** Until the error falls by less than a share of the first one in ten rounds. */
    String untilErrorStays(Emitter out, String rows, int most, double tolerance) {
        String start = start(out, rows);
        String error = error(out, rows, start);
        Iteration.Round round = (inner, number, before) -> {
            // For Kullback-Leibler, scikit-learn (seen in 1.9.1) adds the penalty once more in each round.
            String rounds = beta == 1 ? inner.plus(inner.toDouble(number), 1) : inner.scalar(1);
            String weights = updated(inner, rows, before.get(0), rounds);
            if (beta < 1) {
                String tiny = inner.op("Less", weights, inner.scalar(Math.ulp(1.0)));
                weights = inner.where(tiny, inner.scalar(0), weights);
            }
            if (tolerance <= 0) {
                return new Iteration.Next(
                        inner.booleans(new boolean[] {true}, 1), List.of(weights, inner.op("Identity", before.get(1))));
            }
            String ten = inner.initializer(OnnxTensor.scalar(10L));
            String nine = inner.initializer(OnnxTensor.scalar(9L));
            String tenth = inner.op("Equal", inner.op("Mod", number, ten), nine);
            String now = error(inner, rows, weights);
            String fall = inner.div(inner.sub(before.get(1), now), error);
            String stays = inner.op("And", tenth, inner.op("Less", fall, inner.scalar(tolerance)));
            return new Iteration.Next(inner.op("Not", stays), List.of(weights, inner.where(tenth, now, before.get(1))));
        };
        return Iteration.run(
                        out,
                        "updates",
                        most,
                        List.of(Iteration.doubles(start, components.size()), Iteration.doubles(error, 1)),
                        round)
                .get(0);
    }

    /** Until a round moves the weights by no more than a share of their length. */
    String untilWeightsStay(Emitter out, String rows, int most, double tolerance) {
        Iteration.Round round = (inner, number, before) -> {
            String weights = updated(inner, rows, before.get(0), inner.scalar(1));
            String moved = inner.div(length(inner, inner.sub(weights, before.get(0))), length(inner, weights));
            String going = tolerance > 0
                    ? inner.op("Not", inner.op("LessOrEqual", moved, inner.scalar(tolerance)))
                    : inner.booleans(new boolean[] {true}, 1);
            return new Iteration.Next(going, List.of(weights));
        };
        return Iteration.run(
                        out, "updates", most, List.of(Iteration.doubles(start(out, rows), components.size())), round)
                .get(0);
    }

    private static String length(Emitter out, String values) {
        return out.op("Sqrt", out.reduce("ReduceSum", out.square(values), true, 0, 1));
    }

    private String updated(Emitter out, String rows, String weights, String penalties) {
        double[][] h = matrix();
        String up;
        String down;
        if (beta == 2) {
            up = Kernels.dot(out, rows, h);
            down = out.matmul(weights, out.matrix(Matrices.multiply(h, Matrices.transpose(h))));
        } else {
            String product = out.matmul(weights, out.matrix(h));
            String safe = beta < 2 ? atLeast(out, product) : product;
            up = Kernels.dot(out, out.mul(power(out, safe, beta - 2), rows), h);
            if (beta == 1) {
                down = out.repeat(
                        rows,
                        out.row(Arrays.stream(h)
                                .mapToDouble(Multiplicative::sum)
                                .toArray()));
            } else {
                down = Kernels.dot(out, power(out, beta < 1 ? safe : product, beta - 1), h);
            }
        }
        down = absolute > 0 ? out.add(down, out.scale(penalties, absolute)) : down;
        down = square > 0 ? out.add(down, out.scale(weights, square)) : down;
        String nothing = out.op("Equal", down, out.scalar(0));
        String factor = out.div(up, out.where(nothing, out.scalar(LEAST), down));
        double gamma = beta < 1 ? 1 / (2 - beta) : beta > 2 ? 1 / (beta - 1) : 1;
        return out.mul(weights, power(out, factor, gamma));
    }

    private static String power(Emitter out, String value, double exponent) {
        return exponent == 1 ? value : out.op("Pow", value, out.scalar(exponent));
    }

    private static String atLeast(Emitter out, String value) {
        return out.op("Max", value, out.scalar(LEAST));
    }

    private static double sum(double[] row) {
        return Arrays.stream(row).sum();
    }

    /** The root of twice the divergence, [1, 1]. */
    private String error(Emitter out, String rows, String weights) {
        String product = out.matmul(weights, out.matrix(matrix()));
        if (beta == 2) {
            return length(out, out.sub(rows, product));
        }
        String some = out.op("Greater", rows, out.scalar(LEAST));
        String safe = atLeast(out, product);
        String share = out.div(rows, safe);
        String parts;
        if (beta == 1) {
            String logs = out.op("Log", out.where(some, share, out.scalar(1)));
            String own = out.sub(out.mul(rows, logs), rows);
            parts = out.add(out.where(some, own, out.scalar(0)), product);
        } else if (beta == 0) {
            String own = out.sub(share, out.op("Log", out.where(some, share, out.scalar(1))));
            parts = out.plus(out.where(some, own, out.scalar(0)), -1);
        } else {
            String cross = out.scale(out.mul(rows, power(out, safe, beta - 1)), -beta);
            String own = out.where(some, out.add(power(out, rows, beta), cross), out.scalar(0));
            parts = out.scale(out.add(own, out.scale(power(out, product, beta), beta - 1)), 1 / (beta * (beta - 1)));
        }
        String sum = out.reduce("ReduceSum", parts, true, 0, 1);
        return out.op("Sqrt", out.scale(out.op("Max", sum, out.scalar(0)), 2));
    }
}
