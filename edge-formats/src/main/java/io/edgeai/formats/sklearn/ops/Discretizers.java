package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Binning of columns into intervals. */
final class Discretizers {
    private Discretizers() {}

    static void register(Map<String, Converter> all) {
        all.put("KBinsDiscretizer", Discretizers::bins);
    }

    private static Fitted bins(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> edges = e.list("bin_edges_");
        LinearModels.requireWidth(e, x, edges.size());
        boolean oneHot = e.text("onehot", "encode").startsWith("onehot");
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        int width = 0;
        for (int f = 0; f < edges.size(); f++) {
            double[] all = e.arrayOf(edges.get(f), "bin_edges_").doubles();
            double[] inner = Arrays.copyOfRange(all, 1, Math.max(1, all.length - 1));
            String column = out.columns(value, f);
            if (!e.since(1, 1)) {
                // numpy's digitize with a tolerance, as before version 1.1
                column = out.add(column, out.plus(out.scale(out.op("Abs", column), 1e-5), 1e-8));
            }
            int bins = inner.length + 1;
            String code = inner.length == 0
                    ? out.scale(column, 0)
                    : out.sum(out.toDouble(out.op("GreaterOrEqual", column, out.row(inner))));
            if (oneHot) {
                double[] codes = new double[bins];
                Arrays.setAll(codes, i -> i);
                parts.add(out.toDouble(out.op("Equal", code, out.row(codes))));
                width += bins;
            } else {
                parts.add(code);
                width++;
            }
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), width));
    }
}
