package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.List;

/** The members of an ensemble and their answers in terms of the ensemble's classes. Stateless. */
final class Members {
    private Members() {}

    /** Converts all members of a list attribute on the same features. */
    static List<Fitted> of(Estimator e, String attribute, Features x, Context c) {
        List<Fitted> members = new ArrayList<>();
        List<Object> inner = e.list(attribute);
        for (int i = 0; i < inner.size(); i++) {
            members.add(c.convert(e.inner(inner.get(i), attribute + " " + i), x));
        }
        return members;
    }

    /** A row for each of the member's classes with {@code hit} at the ensemble's same class and {@code miss} elsewhere. */
    private static double[][] placement(Labels own, Labels all, double hit, double miss) {
        double[][] rows = new double[own.size()][all.size()];
        for (int i = 0; i < rows.length; i++) {
            int at = all.indexOf(own.values().get(i));
            for (int k = 0; k < rows[i].length; k++) {
                rows[i][k] = k == at ? hit : miss;
            }
        }
        return rows;
    }

    /** For each row {@code hit} in the predicted class's column and {@code miss} in the others, [N, classes]. */
    static String votes(Emitter out, Fitted member, Labels all, double hit, double miss) {
        return out.gather(out.matrix(placement(member.labels(), all, hit, miss)), member.indices(), 0);
    }

    /** A member's probabilities in the ensemble's order of classes, [N, classes]. */
    static String proba(Emitter out, Fitted member, Labels all) {
        Labels own = member.labels();
        boolean same = own.size() == all.size();
        for (int i = 0; same && i < own.size(); i++) {
            same = all.indexOf(own.values().get(i)) == i;
        }
        return same ? member.proba() : out.matmul(member.proba(), out.matrix(placement(own, all, 1, 0)));
    }

    /** Sum of values one after the other. */
    static String sum(Emitter out, List<String> values) {
        return values.size() == 1 ? values.get(0) : out.op("Sum", values.toArray(String[]::new));
    }

    /** Mean of values, added one after the other and divided once. */
    static String mean(Emitter out, List<String> values) {
        return values.size() == 1 ? values.get(0) : out.div(sum(out, values), out.scalar(values.size()));
    }

    /** Weighted mean as numpy's average computes it: the sum of products over the sum of weights. */
    static String average(Emitter out, List<String> values, double[] weights) {
        List<String> products = new ArrayList<>();
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            products.add(out.scale(values.get(i), weights[i]));
            total += weights[i];
        }
        return out.div(sum(out, products), out.scalar(total));
    }

    /** The score of the positive class as one-versus-rest reads it: decision [N, 1], else its probability. */
    static String positive(Emitter out, Fitted member) {
        if (!member.classifier() && !member.has("decision_function")) {
            return member.predict();
        }
        return member.has("decision_function")
                ? member.score("decision_function").value()
                : out.columns(member.proba(), 1);
    }
}
