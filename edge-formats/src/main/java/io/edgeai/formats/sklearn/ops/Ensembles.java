package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.PyTuple;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Bagging, voting and stacking of any estimators. */
final class Ensembles {
    private Ensembles() {}

    static void register(Map<String, Converter> all) {
        all.put("BaggingClassifier", Ensembles::bagging);
        all.put("BaggingRegressor", Ensembles::baggingRegressor);
        all.put("VotingClassifier", Ensembles::voting);
        all.put("VotingRegressor", Ensembles::votingRegressor);
        all.put("StackingClassifier", Ensembles::stacking);
        all.put("StackingRegressor", Ensembles::stackingRegressor);
    }

    private static List<Fitted> bagged(Estimator e, Features x, Context c) {
        List<Fitted> members = new ArrayList<>();
        List<Object> inner = e.list("estimators_");
        List<Object> columns = e.list("estimators_features_");
        for (int i = 0; i < inner.size(); i++) {
            Features own = x.select(c.out(), Tree.ints(e.arrayOf(columns.get(i), "estimators_features_")));
            members.add(c.convert(e.inner(inner.get(i), "estimator " + i), own));
        }
        return members;
    }

    private static Fitted bagging(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        Labels codes = Labels.upTo(labels.size());
        List<String> parts = new ArrayList<>();
        List<String> decisions = new ArrayList<>();
        List<Fitted> members = bagged(e, x, c);
        for (Fitted member : members) {
            parts.add(
                    member.has("predict_proba")
                            ? Members.proba(out, member, codes)
                            : Members.votes(out, member, codes, 1, 0));
            if (member.has("decision_function")) {
                decisions.add(member.score("decision_function").value());
            }
        }
        String proba = Members.mean(out, parts);
        Fitted fitted = new Fitted().proba(proba, labels.size()).classes(out, labels, out.argmax(proba));
        if (decisions.size() == members.size()) {
            fitted.decision(Members.mean(out, decisions), labels.size() == 2 ? 1 : labels.size());
        }
        return fitted;
    }

    private static Fitted baggingRegressor(Estimator e, Features x, Context c) {
        List<Fitted> members = bagged(e, x, c);
        String mean =
                Members.mean(c.out(), members.stream().map(Fitted::predict).toList());
        return new Fitted()
                .predict(mean, members.get(0).outputs(), members.get(0).flat());
    }

    /** Weights of the members that were not dropped; all 1 where there are none. */
    private static double[] weights(Estimator e, int members) {
        if (!e.has("weights")) {
            return Scalers.filled(members, 1);
        }
        double[] all = e.doubles("weights");
        List<Object> named = e.list("estimators");
        List<Double> kept = new ArrayList<>();
        for (int i = 0; i < all.length; i++) {
            boolean dropped = named.get(i) instanceof PyTuple pair && "drop".equals(pair.get(1));
            if (!dropped) {
                kept.add(all[i]);
            }
        }
        if (kept.size() != members) {
            throw new UnsupportedOperatorException("(" + kept.size() + ") weights for " + members + " estimators");
        }
        return kept.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Fitted voting(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int k = labels.size();
        Labels codes = Labels.upTo(k);
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        double[] weights = weights(e, members.size());
        if (e.text("hard", "voting").equals("soft")) {
            List<String> probas = members.stream()
                    .map(member -> Members.proba(out, member, codes))
                    .toList();
            String proba = Members.average(out, probas, weights);
            Fitted fitted = new Fitted().proba(proba, k).classes(out, labels, out.argmax(proba));
            if (e.flag(true, "flatten_transform")) {
                fitted.transform(Features.of(out.concat(1, probas), k * members.size()));
            }
            return fitted;
        }
        List<String> votes = new ArrayList<>();
        List<String> predictions = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            votes.add(Members.votes(out, members.get(i), codes, weights[i], 0));
            predictions.add(out.toDouble(out.unsqueeze(members.get(i).predict(), 1)));
        }
        return new Fitted()
                .classes(out, labels, out.argmax(Members.sum(out, votes)))
                .transform(Features.of(out.concat(1, predictions), predictions.size()));
    }

    private static Fitted votingRegressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<String> predictions =
                Members.of(e, "estimators_", x, c).stream().map(Fitted::predict).toList();
        return new Fitted()
                .predict(Members.average(out, predictions, weights(e, predictions.size())), 1, true)
                .transform(Features.of(out.concat(1, predictions), predictions.size()));
    }

    /** The members' answers side by side: what the final estimator sees. */
    private static Features stacked(Estimator e, Features x, Context c, boolean binary) {
        Emitter out = c.out();
        List<Features> parts = new ArrayList<>();
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        List<Object> methods = e.list("stack_method_");
        for (int i = 0; i < members.size(); i++) {
            Fitted member = members.get(i);
            String method = String.valueOf(methods.get(i));
            if (method.equals("predict")) {
                String value = member.classifier() ? out.unsqueeze(member.predict(), 1) : member.predict();
                parts.add(Features.of(out.toDouble(value), member.outputs()));
            } else {
                Fitted.Score score = member.score(method);
                boolean second = method.equals("predict_proba") && binary;
                parts.add(Features.of(
                        second ? out.columns(score.value(), 1) : score.value(), second ? 1 : score.width()));
            }
        }
        if (e.flag(false, "passthrough")) {
            parts.add(x);
        }
        return Features.join(parts);
    }

    private static Fitted stacking(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        Features features = stacked(e, x, c, labels.size() == 2);
        Fitted last = c.convert(e.inner("final_estimator_"), features);
        Fitted fitted = new Fitted().transform(features);
        fitted.scores().putAll(last.scores());
        if (last.labels().size() == labels.size()) {
            return fitted.classes(out, labels, last.indices());
        }
        double[] index = last.labels().values().stream()
                .mapToDouble(value -> ((Number) value).doubleValue())
                .toArray();
        long[] codes = Arrays.stream(index).mapToLong(value -> (long) value).toArray();
        return fitted.classes(out, labels, out.gather(out.longs(codes), last.indices(), 0));
    }

    private static Fitted stackingRegressor(Estimator e, Features x, Context c) {
        Features features = stacked(e, x, c, false);
        Fitted last = c.convert(e.inner("final_estimator_"), features);
        return new Fitted().predict(last.predict(), last.outputs(), last.flat()).transform(features);
    }
}
