package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Map;

/** Labels spread from training rows to those like them, through a kernel or the nearest rows. */
final class Propagation {
    private Propagation() {}

    static void register(Map<String, Converter> all) {
        all.put("LabelPropagation", Propagation::spread);
        all.put("LabelSpreading", Propagation::spread);
    }

    private static Fitted spread(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("X_");
        LinearModels.requireWidth(e, x, points[0].length);
        double[][] labels = e.matrix("label_distributions_");
        String shares;
        if ("knn".equals(e.get("kernel"))) {
            Estimator neighbors = e.inner("nn_fit");
            String nearest = Neighbors.nearest(neighbors, x, out, neighbors.integer("n_neighbors"))
                    .indices();
            shares = out.reduce("ReduceSum", out.gather(out.matrix(labels), nearest, 0), false, 1);
        } else {
            String kernel =
                    Kernels.named(out, x.matrix(out), points, e.text("rbf", "kernel"), e.realOr(20, "gamma"), 0, 0);
            shares = out.matmul(kernel, out.matrix(labels));
        }
        String proba = out.div(shares, out.sum(shares));
        return new Fitted().proba(proba, labels[0].length).classes(out, e.classes(), out.argmax(proba));
    }
}
