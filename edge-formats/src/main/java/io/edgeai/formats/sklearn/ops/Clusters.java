package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.Map;

/** Clusterings that assign new rows: by the nearest centre, or by a mixture's likelihood; and Mahalanobis outliers. */
final class Clusters {
    private Clusters() {}

    static void register(Map<String, Converter> all) {
        all.put("KMeans", Clusters::centers);
        all.put("MiniBatchKMeans", Clusters::centers);
        all.put("MeanShift", (e, x, c) -> nearest(e, x, c, e.matrix("cluster_centers_")));
        all.put("AffinityPropagation", (e, x, c) -> nearest(e, x, c, e.matrix("cluster_centers_")));
        all.put("Birch", Clusters::birch);
        all.put("GaussianMixture", Clusters::mixture);
        all.put("BayesianGaussianMixture", Clusters::mixture);
        all.put("EllipticEnvelope", Clusters::envelope);
    }

    private static Fitted nearest(Estimator e, Features x, Context c, double[][] centers) {
        Emitter out = c.out();
        LinearModels.requireWidth(e, x, centers[0].length);
        String squares = Distances.squared(out, x.matrix(out), centers);
        return new Fitted().classes(out, Labels.upTo(centers.length), out.argmax(out.op("Neg", squares)));
    }

    private static Fitted centers(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] centers = e.matrix("cluster_centers_");
        LinearModels.requireWidth(e, x, centers[0].length);
        String squares = Distances.squared(out, x.matrix(out), centers);
        return new Fitted()
                .classes(out, Labels.upTo(centers.length), out.argmax(out.op("Neg", squares)))
                .transform(Features.of(out.op("Sqrt", squares), centers.length));
    }

    private static Fitted birch(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] centers = e.matrix("subcluster_centers_");
        long[] labels = e.longs("subcluster_labels_");
        LinearModels.requireWidth(e, x, centers[0].length);
        String squares = Distances.squared(out, x.matrix(out), centers);
        String index = out.argmax(out.op("Neg", squares));
        return new Fitted()
                .predict(out.unsqueeze(out.gather(out.longs(labels), index, 0), 1), 1, true)
                .transform(Features.of(out.op("Sqrt", squares), centers.length));
    }

    private static Fitted mixture(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[] constants = Mixtures.constants(e);
        String joint = out.add(out.scale(Mixtures.distances(e, x, out), -0.5), out.row(constants));
        String total = out.logSumExp(joint);
        return new Fitted()
                .classes(out, Labels.upTo(constants.length), out.argmax(joint))
                .proba(out.op("Exp", out.sub(joint, total)), constants.length)
                .scoreSamples(total);
    }

    private static Fitted envelope(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[] location = e.doubles("location_");
        LinearModels.requireWidth(e, x, location.length);
        String centered = out.sub(x.matrix(out), out.row(location));
        double[][] precision = e.matrix("precision_");
        String samples = out.op("Neg", out.sum(out.mul(centered, out.matmul(centered, out.matrix(precision)))));
        return LinearModels.outlier(out, samples, out.plus(samples, -e.real("offset_")));
    }
}
