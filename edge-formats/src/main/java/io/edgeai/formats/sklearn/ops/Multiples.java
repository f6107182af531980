package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Wrappers that make many classes or outputs of estimators that know two or one. */
final class Multiples {
    private Multiples() {}

    static void register(Map<String, Converter> all) {
        all.put("OneVsRestClassifier", Multiples::oneVersusRest);
        all.put("OneVsOneClassifier", Multiples::oneVersusOne);
        all.put("OutputCodeClassifier", Multiples::outputCode);
        all.put("_ConstantPredictor", Multiples::constant);
        all.put("MultiOutputRegressor", Multiples::outputs);
        all.put("MultiOutputClassifier", Multiples::outputs);
        all.put("RegressorChain", Multiples::chain);
        all.put("ClassifierChain", Multiples::chain);
    }

    private static Fitted constant(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double y = e.doubles("y_")[0];
        String d = out.repeat(x.matrix(out), out.row(y));
        return new Fitted()
                .decision(d, 1)
                .proba(out.both(d), 2)
                .classes(out, Labels.upTo(2), Scores.decided(out, d, 1));
    }

    private static Fitted oneVersusRest(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Estimator binarizer = e.inner("label_binarizer_");
        Labels labels = binarizer.classes();
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        boolean multilabel = binarizer.text("multiclass", "y_type_").startsWith("multilabel");
        String scores = out.concat(
                1, members.stream().map(member -> Members.positive(out, member)).toList());
        boolean decisions = members.stream().allMatch(member -> member.has("decision_function"));
        double threshold = members.get(0).has("decision_function") ? 0 : 0.5;
        Fitted fitted = new Fitted();
        if (decisions) {
            fitted.score("decision_function", scores, members.size(), true);
        }
        if (members.stream().allMatch(member -> member.has("predict_proba"))) {
            String proba = out.concat(
                    1,
                    members.stream()
                            .map(member -> out.columns(member.proba(), 1))
                            .toList());
            proba = members.size() == 1 ? out.both(proba) : proba;
            if (!multilabel) {
                String sum = out.sum(proba);
                proba = out.div(proba, out.where(out.op("Equal", sum, out.scalar(0)), out.scalar(1), sum));
            }
            fitted.proba(proba, Math.max(2, members.size()));
        }
        if (multilabel) {
            String hits =
                    out.cast(out.op("Greater", scores, out.scalar(threshold)), io.edgeai.core.model.ElementType.INT64);
            return fitted.predict(hits, members.size(), false);
        }
        String index = members.size() == 1
                ? Scores.flag(out, out.op("Greater", scores, out.scalar(threshold)))
                : e.since(1, 8) ? out.argmax(scores) : out.lastArgmax(scores);
        return fitted.classes(out, labels, index);
    }

    private static Fitted oneVersusOne(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        List<Fitted> members = new ArrayList<>();
        List<Object> inner = e.list("estimators_");
        for (int i = 0; i < inner.size(); i++) {
            members.add(c.convert(e.inner(inner.get(i), "estimator " + i), x));
        }
        if (e.has("pairwise_indices_")) {
            throw new UnsupportedOperatorException("pairwise kernels");
        }
        List<String> predictions = new ArrayList<>();
        List<String> confidences = new ArrayList<>();
        for (Fitted member : members) {
            predictions.add(member.classifier() ? out.toDouble(out.unsqueeze(member.predict(), 1)) : member.predict());
            confidences.add(Members.positive(out, member));
        }
        String scores = votes(out, out.concat(1, predictions), out.concat(1, confidences), labels.size());
        if (labels.size() == 2) {
            String d = out.columns(scores, 1);
            double threshold = members.get(0).has("decision_function") ? 0 : 0.5;
            return new Fitted()
                    .decision(d, 1)
                    .classes(out, labels, Scores.flag(out, out.op("Greater", d, out.scalar(threshold))));
        }
        return new Fitted().decision(scores, labels.size()).classes(out, labels, out.argmax(scores));
    }

    /** Votes of all pairs of classes with their confidences as tie-breakers, [N, classes]. */
    static String votes(Emitter out, String second, String confidences, int classes) {
        int pairs = classes * (classes - 1) / 2;
        double[][] forSecond = new double[pairs][classes];
        double[][] forFirst = new double[pairs][classes];
        double[][] signs = new double[pairs][classes];
        int p = 0;
        for (int i = 0; i < classes; i++) {
            for (int j = i + 1; j < classes; j++) {
                forSecond[p][j] = 1;
                forFirst[p][i] = 1;
                signs[p][i] = -1;
                signs[p++][j] = 1;
            }
        }
        String first = out.toDouble(out.op("Equal", second, out.scalar(0)));
        String counts = out.add(out.matmul(second, out.matrix(forSecond)), out.matmul(first, out.matrix(forFirst)));
        String sums = out.matmul(confidences, out.matrix(signs));
        return out.add(counts, out.div(sums, out.scale(out.plus(out.op("Abs", sums), 1), 3)));
    }

    private static Fitted outputCode(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        String scores = out.concat(
                1, members.stream().map(member -> Members.positive(out, member)).toList());
        String distances = Distances.squared(out, scores, e.matrix("code_book_"));
        return new Fitted().classes(out, e.classes(), out.argmax(out.op("Neg", distances)));
    }

    private static Fitted outputs(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        Fitted fitted = new Fitted();
        List<String> predictions = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Fitted member = members.get(i);
            predictions.add(member.classifier() ? out.unsqueeze(member.predict(), 1) : member.predict());
            if (member.has("predict_proba")) {
                Fitted.Score score = member.score("predict_proba");
                fitted.score("predict_proba_" + i, score.value(), score.width(), false);
            }
        }
        return fitted.predict(out.concat(1, predictions), members.size(), false);
    }

    private static Fitted chain(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        if (e.text("predict", "chain_method_", "chain_method").equals("predict")) {
            int[] order = Tree.ints(io.edgeai.formats.pickle.NumpyArray.ofObjects(e.list("order_")));
            List<Object> inner = e.list("estimators_");
            String[] byOutput = new String[inner.size()];
            String[] probas = new String[inner.size()];
            String[] decisions = new String[inner.size()];
            Features features = x;
            for (int i = 0; i < inner.size(); i++) {
                Fitted member = c.convert(e.inner(inner.get(i), "estimator " + i), features);
                String value = member.classifier() ? out.unsqueeze(member.predict(), 1) : member.predict();
                String number = out.toDouble(value);
                features = Features.join(List.of(features, Features.of(number, 1)));
                byOutput[order[i]] = number;
                decisions[order[i]] = member.has("decision_function")
                        ? member.score("decision_function").value()
                        : "";
                probas[order[i]] = member.has("predict_proba") ? out.columns(member.proba(), 1) : "";
            }
            Fitted fitted = new Fitted().predict(out.concat(1, List.of(byOutput)), byOutput.length, false);
            if (List.of(probas).stream().noneMatch(String::isEmpty)) {
                fitted.proba(out.concat(1, List.of(probas)), probas.length);
            }
            if (List.of(decisions).stream().noneMatch(String::isEmpty)) {
                fitted.score("decision_function", out.concat(1, List.of(decisions)), decisions.length, false);
            }
            return fitted;
        }
        throw new UnsupportedOperatorException("chain_method = " + e.get("chain_method_", "chain_method"));
    }
}
