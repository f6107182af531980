package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.NumpyArray;
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

/** Gradient boosting of trees and AdaBoost. */
final class Boosting {
    private Boosting() {}

    static void register(Map<String, Converter> all) {
        all.put("GradientBoostingClassifier", Boosting::classifier);
        all.put("GradientBoostingRegressor", (e, x, c) -> new Fitted().predict(raw(e, x, c, 1, false, 0.0), 1, true));
        all.put("AdaBoostClassifier", Boosting::adaptive);
        all.put("AdaBoostRegressor", Boosting::adaptiveRegressor);
    }

    /** Initial scores plus the learning rate times the sum of trees, [N, groups]. */
    private static String raw(Estimator e, Features x, Context c, int groups, boolean proba, double link) {
        Emitter out = c.out();
        NumpyArray grid = e.array("estimators_");
        List<Object> trees = grid.values();
        double rate = e.realOr(0.1, "learning_rate");
        TreeBlock block = new TreeBlock();
        for (int t = 0; t < trees.size(); t++) {
            Tree.Valued tree = Tree.of(e.inner(trees.get(t), "tree " + t));
            block.add(tree.tree(), t % groups, node -> rate * tree.at(node)[0], null);
        }
        LinearModels.requireWidth(e, x, Tree.features(e.inner(trees.get(0), "tree 0")));
        String input = Forests.floats(out, x.matrix(out));
        String sum = block.emit(out, input, groups);
        if ("zero".equals(e.get("init_"))) {
            return sum;
        }
        Fitted init = c.convert(e.inner("init_"), Features.of(input, x.width()));
        if (!proba) {
            return out.add(init.predict(), sum);
        }
        double eps = e.since(1, 8) ? Math.ulp(1.0) : Math.ulp(1f);
        String p = out.clip(groups == 1 ? out.columns(init.proba(), 1) : init.proba(), eps, 1 - eps);
        String start;
        if (groups == 1) {
            start = out.scale(out.op("Log", out.div(p, out.sub(out.scalar(1), p))), link);
        } else {
            start = out.op("Log", p);
            if (e.since(1, 4)) {
                start = out.sub(start, out.scale(out.sum(start), 1.0 / groups));
            }
        }
        return out.add(start, sum);
    }

    private static Fitted classifier(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        boolean exponential = e.text("log_loss", "loss").equals("exponential");
        int groups = labels.size() == 2 ? 1 : labels.size();
        String raw = raw(e, x, c, groups, true, exponential ? 0.5 : 1);
        Fitted fitted = new Fitted().decision(raw, groups);
        if (groups > 1) {
            return fitted.proba(out.softmax(raw), groups).classes(out, labels, out.argmax(raw));
        }
        String proba = out.both(Scores.sigmoid(out, out.scale(raw, exponential ? 2 : 1)));
        String index =
                e.since(1, 4) ? Scores.flag(out, out.op("GreaterOrEqual", raw, out.scalar(0))) : out.argmax(proba);
        return fitted.proba(proba, 2).classes(out, labels, index);
    }

    private static Fitted adaptive(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        Labels labels = e.classes();
        int k = labels.size();
        List<Fitted> members = Members.of(e, "estimators_", x, c);
        double[] weights = e.doubles("estimator_weights_");
        boolean real = !e.since(1, 6) && e.text("SAMME.R", "algorithm").equals("SAMME.R");
        List<String> votes = new ArrayList<>();
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        for (int i = 0; i < members.size(); i++) {
            if (real) {
                String log = out.op("Log", out.op("Max", members.get(i).proba(), out.scalar(Math.ulp(1.0))));
                votes.add(out.scale(out.sub(log, out.scale(out.sum(log), 1.0 / k)), k - 1));
            } else {
                double miss = e.since(1, 4) ? -1.0 / (k - 1) * weights[i] : 0;
                votes.add(Members.votes(out, members.get(i), labels, weights[i], miss));
            }
        }
        String scores = out.div(Members.sum(out, votes), out.scalar(total));
        if (k == 2) {
            String d = out.sub(out.columns(scores, 1), out.columns(scores, 0));
            String half = out.scale(d, 0.5);
            return Scores.linear(out, d, 1, labels)
                    .proba(out.softmax(out.concat(1, List.of(out.op("Neg", half), half))), 2);
        }
        return Scores.linear(out, scores, k, labels).proba(out.softmax(out.div(scores, out.scalar(k - 1))), k);
    }

    /** The weighted median of the members' predictions. */
    private static Fitted adaptiveRegressor(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<String> predictions = new ArrayList<>();
        for (Fitted member : Members.of(e, "estimators_", x, c)) {
            predictions.add(member.predict());
        }
        int n = predictions.size();
        double[] weights = java.util.Arrays.copyOf(e.doubles("estimator_weights_"), n);
        String all = out.concat(1, predictions);
        var sort = out.graph()
                .add(
                        "TopK",
                        out.fresh("topk"),
                        List.of(all, out.longs(n)),
                        List.of(out.fresh("sorted"), out.fresh("order")));
        sort.attribute("axis", 1L).attribute("largest", 0L).attribute("sorted", 1L);
        String sums = out.op(
                "CumSum",
                out.gather(out.constant(weights, n), sort.output(1), 0),
                out.initializer(io.edgeai.core.onnx.OnnxTensor.scalar(1L)));
        String half = out.scale(out.columns(sums, n - 1), 0.5);
        String reached = out.cast(out.op("GreaterOrEqual", sums, half), ElementType.INT32);
        String at = out.unsqueeze(out.argmax(reached), 1);
        String median = out.node("GatherElements", sort.output(0), at)
                .attribute("axis", 1L)
                .output(0);
        return new Fitted().predict(median, 1, true);
    }
}
