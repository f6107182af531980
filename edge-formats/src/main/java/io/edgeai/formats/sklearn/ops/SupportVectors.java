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
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.Map;

/** Kernel support vector machines as libsvm evaluates them: kernel values times dual coefficients, votes over pairs. */
final class SupportVectors {
    private SupportVectors() {}

    static void register(Map<String, Converter> all) {
        all.put("SVC", SupportVectors::classifier);
        all.put("NuSVC", SupportVectors::classifier);
        all.put("SVR", SupportVectors::regressor);
        all.put("NuSVR", SupportVectors::regressor);
        all.put("OneClassSVM", SupportVectors::oneClass);
    }

    private static String kernel(Estimator e, Features x, Emitter out) {
        double[][] vectors = e.matrix("support_vectors_");
        if (vectors.length == 0 || vectors[0].length == 0) {
            throw new ModelFormatException(e.what() + " has no support vectors.");
        }
        LinearModels.requireWidth(e, x, vectors[0].length);
        double gamma = e.realOr(0, "_gamma");
        return Kernels.named(
                out,
                x.matrix(out),
                vectors,
                e.text("rbf", "kernel"),
                gamma,
                e.realOr(3, "degree"),
                e.realOr(0, "coef0"));
    }

    private static Fitted regressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String sum =
                out.matmul(kernel(e, x, out), out.matrix(Matrices.transpose(e.matrix("_dual_coef_", "dual_coef_"))));
        return new Fitted().predict(out.add(sum, out.row(e.doubles("_intercept_", "intercept_"))), 1, true);
    }

    private static Fitted oneClass(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        String sum =
                out.matmul(kernel(e, x, out), out.matrix(Matrices.transpose(e.matrix("_dual_coef_", "dual_coef_"))));
        double intercept = e.doubles("_intercept_", "intercept_")[0];
        String decision = out.plus(sum, intercept);
        String inside = out.op("Greater", decision, out.scalar(0));
        return new Fitted()
                .decision(decision, 1)
                .scoreSamples(out.plus(decision, e.has("offset_") ? e.doubles("offset_")[0] : -intercept))
                .predict(out.where(inside, out.longs(1L), out.longs(-1L)), 1, true);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int k = labels.size();
        double[][] dual = e.matrix("_dual_coef_", "dual_coef_");
        double[] intercept = e.doubles("_intercept_", "intercept_");
        int[] counts = Tree.ints(e.array("_n_support", "n_support_"));
        String kernel = kernel(e, x, out);
        // libsvm's value of each pair (first, second): above 0 means the first.
        String pairs = out.add(out.matmul(kernel, out.matrix(pairWeights(dual, counts, k))), out.row(intercept));
        Fitted fitted = new Fitted();
        String second = out.toDouble(out.op("LessOrEqual", pairs, out.scalar(0)));
        if (k == 2) {
            fitted.decision(out.op("Neg", pairs), 1)
                    .classes(out, labels, out.squeeze(out.cast(second, ElementType.INT64), 1));
        } else {
            String strict = out.toDouble(out.op("Less", pairs, out.scalar(0)));
            String ovr = Multiples.votes(out, strict, out.op("Neg", pairs), k);
            boolean one = e.text("ovr", "decision_function_shape").equals("ovr");
            fitted.decision(one ? ovr : pairs, one ? k : counts(k));
            boolean ties = one && e.flag(false, "break_ties");
            fitted.classes(out, labels, out.argmax(ties ? ovr : plainVotes(out, second, k)));
        }
        double[] a = e.has("_probA", "probA_") ? e.doubles("_probA", "probA_") : new double[0];
        if (a.length > 0 && !Boolean.FALSE.equals(e.get("probability"))) {
            fitted.proba(PairwiseCoupling.emit(out, pairs, a, e.doubles("_probB", "probB_"), k), k);
        }
        return fitted;
    }

    static int counts(int classes) {
        return classes * (classes - 1) / 2;
    }

    private static String plainVotes(Emitter out, String second, int k) {
        double[][] forSecond = new double[counts(k)][k];
        double[] first = new double[k];
        int p = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                forSecond[p][j] = 1;
                forSecond[p++][i] = -1;
                first[i]++;
            }
        }
        return out.add(out.matmul(second, out.matrix(forSecond)), out.row(first));
    }

    /** Weight of each support vector in each pair's value, [vectors, pairs]. */
    private static double[][] pairWeights(double[][] dual, int[] counts, int k) {
        int total = 0;
        int[] starts = new int[k];
        for (int i = 0; i < k; i++) {
            starts[i] = total;
            total += counts[i];
        }
        if (dual.length != k - 1 || dual[0].length != total) {
            throw new UnsupportedOperatorException(
                    "(" + dual.length + ") rows of dual coefficients for " + k + " classes");
        }
        double[][] weights = new double[total][counts(k)];
        int p = 0;
        for (int i = 0; i < k; i++) {
            for (int j = i + 1; j < k; j++) {
                for (int v = starts[i]; v < starts[i] + counts[i]; v++) {
                    weights[v][p] = dual[j - 1][v];
                }
                for (int v = starts[j]; v < starts[j] + counts[j]; v++) {
                    weights[v][p] = dual[i][v];
                }
                p++;
            }
        }
        return weights;
    }
}
