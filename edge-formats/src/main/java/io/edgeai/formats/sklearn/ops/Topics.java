package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.List;
import java.util.Map;

/**
 * Topics of texts by latent Dirichlet allocation: the variational step of Hoffman, Blei and Bach (2010) for each row until
 * its own topics stay, with scikit-learn's digamma (Bernardo, 1976).
 */
final class Topics {
    private static final double EULER = 0.5772156649015329;
    private static final int STEPS = 6;

    private Topics() {}

    static void register(Map<String, Converter> all) {
        all.put("LatentDirichletAllocation", Topics::allocation);
    }

    private static Fitted allocation(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] words = e.matrix("exp_dirichlet_component_");
        LinearModels.requireWidth(e, x, words[0].length);
        int topics = words.length;
        double prior = e.has("doc_topic_prior_") ? e.real("doc_topic_prior_") : 1.0 / topics;
        double tolerance = e.realOr(1e-3, "mean_change_tol");
        int most = e.has("max_doc_update_iter") ? e.integer("max_doc_update_iter") : 100;
        String rows = x.matrix(out);
        String ones = out.repeat(rows, out.row(Scalers.filled(topics, 1)));
        String first = expectation(out, ones);
        String all = out.repeat(rows, out.booleans(new boolean[] {true}, 1, 1));
        Iteration.Round round = (inner, number, before) -> {
            String last = before.get(0);
            String expected = before.get(1);
            String active = before.get(2);
            String norm = inner.plus(inner.matmul(expected, inner.matrix(words)), Math.ulp(1.0));
            String shares = Kernels.dot(inner, inner.div(rows, norm), words);
            String next = inner.plus(inner.mul(expected, shares), prior);
            String change = inner.scale(inner.sum(inner.op("Abs", inner.sub(next, last))), 1.0 / topics);
            String going = inner.op("And", active, inner.op("Not", inner.op("Less", change, inner.scalar(tolerance))));
            String any =
                    inner.op("Greater", inner.reduce("ReduceMax", inner.toDouble(going), true, 0, 1), inner.scalar(0));
            return new Iteration.Next(
                    any,
                    List.of(
                            inner.where(active, next, last),
                            inner.where(active, expectation(inner, next), expected),
                            going));
        };
        String topicsOfRows = Iteration.run(
                        out,
                        "topics",
                        most,
                        List.of(
                                Iteration.doubles(ones, topics),
                                Iteration.doubles(first, topics),
                                Iteration.flags(all, 1)),
                        round)
                .get(0);
        return Fitted.transformer(Features.of(out.div(topicsOfRows, out.sum(topicsOfRows)), topics));
    }

    /** exp of the expected logarithm of each share of a Dirichlet distribution. */
    private static String expectation(Emitter out, String weights) {
        return out.op("Exp", out.sub(digamma(out, weights), digamma(out, out.sum(weights))));
    }

    private static String digamma(Emitter out, String x) {
        String at = x;
        String below = "";
        for (int i = 0; i < STEPS; i++) {
            String small = out.op("Less", at, out.scalar(STEPS));
            String part = out.where(small, out.div(out.scalar(1), at), out.scalar(0));
            below = below.isEmpty() ? part : out.add(below, part);
            at = out.where(small, out.plus(at, 1), at);
        }
        String r = out.div(out.scalar(1), at);
        String square = out.square(r);
        String inner = out.sub(out.scalar(1 / 120.0), out.scale(square, 1 / 252.0));
        String tail = out.mul(square, out.sub(out.scalar(1 / 12.0), out.mul(square, inner)));
        String value = out.sub(out.sub(out.op("Log", at), out.scale(r, 0.5)), out.add(below, tail));
        String tiny = out.op("LessOrEqual", x, out.scalar(1e-6));
        return out.where(tiny, out.sub(out.scalar(-EULER), out.div(out.scalar(1), x)), value);
    }
}
