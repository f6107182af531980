package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.PyGlobal;
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

/** Clusterings made by cutting in two, and columns merged by clusters of them. */
final class Hierarchies {
    private static final int DEEPEST = 200;

    private Hierarchies() {}

    static void register(Map<String, Converter> all) {
        all.put("BisectingKMeans", Hierarchies::bisections);
        all.put("FeatureAgglomeration", Hierarchies::agglomeration);
    }

    private static Fitted bisections(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] centers = e.matrix("cluster_centers_");
        LinearModels.requireWidth(e, x, centers[0].length);
        double[] shift = e.has("_X_mean") ? e.doubles("_X_mean") : new double[centers[0].length];
        String matrix = x.matrix(out);
        String label = label(e.inner("_bisecting_tree"), matrix, shift, out, 0);
        String index = out.squeeze(out.cast(label, ElementType.INT64), 1);
        return new Fitted()
                .classes(out, Labels.upTo(centers.length), index)
                .transform(Features.of(out.op("Sqrt", Distances.squared(out, matrix, centers)), centers.length));
    }

    /** [N, 1]: the label of the leaf that each row falls to, at each cut to the nearer centre. */
    private static String label(Estimator node, String x, double[] shift, Emitter out, int depth) {
        if (depth > DEEPEST) {
            throw new UnsupportedOperatorException("cuts deeper than " + DEEPEST);
        }
        if (!node.has("left")) {
            return out.repeat(x, out.row(node.real("label")));
        }
        Estimator left = node.inner("left");
        Estimator right = node.inner("right");
        double[][] two = {center(left, shift), center(right, shift)};
        String second = out.op("Equal", out.argmax(out.op("Neg", Distances.squared(out, x, two))), out.longs(1));
        return out.where(
                out.unsqueeze(second, 1),
                label(right, x, shift, out, depth + 1),
                label(left, x, shift, out, depth + 1));
    }

    private static double[] center(Estimator node, double[] shift) {
        double[] center = node.doubles("center").clone();
        for (int f = 0; f < center.length; f++) {
            center[f] += shift[f];
        }
        return center;
    }

    private static Fitted agglomeration(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        long[] labels = e.longs("labels_");
        LinearModels.requireWidth(e, x, labels.length);
        int clusters = (int) Arrays.stream(labels).max().orElse(0) + 1;
        String matrix = x.matrix(out);
        List<String> merged = new ArrayList<>();
        for (int k = 0; k < clusters; k++) {
            int cluster = k;
            int[] members = java.util.stream.IntStream.range(0, labels.length)
                    .filter(f -> labels[f] == cluster)
                    .toArray();
            merged.add(out.reduce(pooling(e), out.columns(matrix, members), true, 1));
        }
        return Fitted.transformer(Features.of(out.concat(1, merged), clusters));
    }

    private static String pooling(Estimator e) {
        String name = e.get("pooling_func") instanceof PyGlobal global ? global.qualified() : "";
        return switch (name.replace("numpy.core.", "numpy.").replace("fromnumeric.", "")) {
            case "", "numpy.mean" -> "ReduceMean";
            case "numpy.max", "numpy.amax" -> "ReduceMax";
            case "numpy.min", "numpy.amin" -> "ReduceMin";
            case "numpy.sum" -> "ReduceSum";
            default -> throw new UnsupportedOperatorException("pooling_func = " + name);
        };
    }
}
