package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.List;
import java.util.Map;

/**
 * Non-negative matrix factorization: the weights of given rows with the components fixed, by coordinate descent (Cichocki
 * and Phan, 2009) or multiplicative updates (Fevotte and Idier, 2011), in scikit-learn's order of steps. As there, all
 * rows of a call stop together, so that a row's weights depend a little on the rows beside it.
 */
final class Factorizations {
    private Factorizations() {}

    static void register(Map<String, Converter> all) {
        all.put("NMF", Factorizations::nmf);
        all.put("MiniBatchNMF", Factorizations::batches);
    }

    private static Fitted nmf(Estimator e, Features x, Context c) {
        requireNewPenalty(e);
        double[][] components = e.matrix("components_");
        LinearModels.requireWidth(e, x, components[0].length);
        String solver = e.text("cd", "solver");
        String weights =
                switch (solver) {
                    case "cd" -> descent(e, x, components, c.out());
                    case "mu" -> {
                        Multiplicative updates = Multiplicative.of(e, components, beta(e.get("beta_loss")));
                        yield updates.untilErrorStays(c.out(), x.matrix(c.out()), most(e), tolerance(e));
                    }
                    default -> throw new UnsupportedOperatorException("solver = " + solver);
                };
        return Fitted.transformer(Features.of(weights, components.length));
    }

    private static Fitted batches(Estimator e, Features x, Context c) {
        double[][] components = e.matrix("components_");
        LinearModels.requireWidth(e, x, components[0].length);
        Multiplicative updates = Multiplicative.of(e, components, beta(e.get("beta_loss")));
        int most = e.has("transform_max_iter") ? e.integer("transform_max_iter") : most(e);
        String weights = updates.untilWeightsStay(c.out(), x.matrix(c.out()), most, tolerance(e));
        return Fitted.transformer(Features.of(weights, components.length));
    }

    /** Versions before 1.0 penalized by {@code alpha}, not scaled by the number of columns. */
    private static void requireNewPenalty(Estimator e) {
        if (!e.has("alpha_W") && e.realOr(0, "alpha") != 0) {
            throw new UnsupportedOperatorException("alpha = " + e.get("alpha") + " of a version before 1.0");
        }
    }

    private static int most(Estimator e) {
        return e.has("max_iter") ? e.integer("max_iter") : 200;
    }

    private static double tolerance(Estimator e) {
        return e.realOr(1e-4, "tol");
    }

    private static double beta(@org.jspecify.annotations.Nullable Object loss) {
        if (loss instanceof Number number) {
            return number.doubleValue();
        }
        return switch (String.valueOf(loss)) {
            case "null", "frobenius" -> 2;
            case "kullback-leibler" -> 1;
            case "itakura-saito" -> 0;
            default -> throw new UnsupportedOperatorException("beta_loss = " + loss);
        };
    }

    private static String descent(Estimator e, Features x, double[][] components, Emitter out) {
        if (e.flag(false, "shuffle")) {
            throw new UnsupportedOperatorException("shuffle = True, an order drawn at random");
        }
        int k = components.length;
        double[][] gram = Matrices.multiply(components, Matrices.transpose(components));
        double share = components[0].length * e.realOr(0, "alpha_W");
        double ratio = e.realOr(0, "l1_ratio");
        for (int i = 0; i < k; i++) {
            gram[i][i] += share * (1 - ratio);
        }
        String products = out.plus(Kernels.dot(out, x.matrix(out), components), -share * ratio);
        String start = out.repeat(products, out.row(new double[k]));
        double tolerance = tolerance(e);
        Iteration.Round round = (inner, number, before) -> {
            String[] columns = new String[k];
            for (int t = 0; t < k; t++) {
                columns[t] = inner.columns(before.get(0), t);
            }
            String violation = "";
            for (int t = 0; t < k; t++) {
                double[][] own = new double[k][1];
                for (int r = 0; r < k; r++) {
                    own[r][0] = gram[t][r];
                }
                String all = inner.concat(1, List.of(columns));
                String slope = inner.sub(inner.matmul(all, inner.matrix(own)), inner.columns(products, t));
                String atZero = inner.op("Equal", columns[t], inner.scalar(0));
                String projected = inner.where(atZero, inner.op("Min", slope, inner.scalar(0)), slope);
                String off = inner.reduce("ReduceSum", inner.op("Abs", projected), true, 0, 1);
                violation = violation.isEmpty() ? off : inner.add(violation, off);
                if (gram[t][t] != 0) {
                    String moved = inner.sub(columns[t], inner.div(slope, inner.scalar(gram[t][t])));
                    columns[t] = inner.op("Max", moved, inner.scalar(0));
                }
            }
            String unset = inner.op("Less", before.get(1), inner.scalar(0));
            String first = inner.where(unset, violation, before.get(1));
            String going = inner.op("Greater", inner.div(violation, first), inner.scalar(tolerance));
            return new Iteration.Next(going, List.of(inner.concat(1, List.of(columns)), first));
        };
        String none = out.constant(new double[] {-1}, 1, 1);
        return Iteration.run(
                        out,
                        "descent",
                        most(e),
                        List.of(Iteration.doubles(start, k), Iteration.doubles(none, 1)),
                        round)
                .get(0);
    }
}
