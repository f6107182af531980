package io.edgeai.core.train.gradient;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Reductions along axes, and the softmax family. */
final class ReductionGradients {
    private ReductionGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put(
                "ReduceSum",
                g -> g.give(0, g.out().op("Expand", spread(g, g.dy()), g.out().shape(g.x()))));
        table.put("ReduceMean", ReductionGradients::mean);
        table.put("ReduceSumSquare", g -> g.give(0, g.out().mul(g.out().mul(g.x(), spread(g, g.dy())), 2)));
        table.put(
                "ReduceL2", g -> g.give(0, g.out().mul(g.x(), spread(g, g.out().div(g.dy(), g.y())))));
        table.put("ReduceLogSumExp", g -> {
            String share = g.out().op("Exp", g.out().sub(g.x(), spread(g, g.y())));
            g.give(0, g.out().mul(share, spread(g, g.dy())));
        });
        table.put("ReduceMax", ReductionGradients::extreme);
        table.put("ReduceMin", ReductionGradients::extreme);
        table.put("Softmax", g -> {
            long axis = g.node().intAttribute("axis", -1);
            String weighted = g.out().mul(g.dy(), g.y());
            String spill = g.out().mul(g.y(), g.out().sum(weighted, true, axis));
            g.give(0, g.out().sub(weighted, spill));
        });
        table.put("LogSoftmax", g -> {
            long axis = g.node().intAttribute("axis", -1);
            String spill = g.out().mul(g.out().op("Exp", g.y()), g.out().sum(g.dy(), true, axis));
            g.give(0, g.out().sub(g.dy(), spill));
        });
    }

    private static void mean(NodeGradient g) {
        GraphEmitter out = g.out();
        long[] dims = g.dims(g.x());
        long[] axes = axes(g, dims.length);
        boolean known = Arrays.stream(axes).allMatch(axis -> dims[(int) axis] >= 0);
        String share;
        if (known) {
            long count = Arrays.stream(axes).map(axis -> dims[(int) axis]).reduce(1, Math::multiplyExact);
            share = out.mul(g.dy(), 1f / count);
        } else {
            String count = axes.length == dims.length ? out.size(g.x()) : out.div(out.size(g.x()), out.size(g.y()));
            share = out.div(g.dy(), count);
        }
        g.give(0, out.op("Expand", spread(g, share), out.shape(g.x())));
    }

    /** Equal extremes share the gradient. */
    private static void extreme(NodeGradient g) {
        GraphEmitter out = g.out();
        String mask = out.mask("Equal", g.x(), spread(g, g.y()));
        String count = out.sum(mask, true, axes(g, g.rank(g.x())));
        g.give(0, out.mul(mask, out.div(spread(g, g.dy()), count)));
    }

    /** A value of the result's shape with the reduced axes put back. */
    private static String spread(NodeGradient g, String value) {
        int rank = g.rank(g.x());
        long[] axes = axes(g, rank);
        return g.node().intAttribute("keepdims", 1) != 0 || axes.length == 0
                ? value
                : g.out().unsqueeze(value, axes);
    }

    private static long[] axes(NodeGradient g, int rank) {
        long[] axes = g.node().intsAttribute("axes");
        if (axes == null && !g.input(1).isEmpty()) {
            axes = g.constant(1);
        }
        if (axes == null || axes.length == 0) {
            boolean none = g.node().intAttribute("noop_with_empty_axes", 0) != 0;
            return none ? new long[0] : LongStream.range(0, rank).toArray();
        }
        return Arrays.stream(axes)
                .map(axis -> axis < 0 ? axis + rank : axis)
                .sorted()
                .toArray();
    }
}
