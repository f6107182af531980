package io.edgeai.core.train.gradient;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Operators that pick elements by index: gradients of elements picked more than once are summed. */
final class IndexGradients {
    private IndexGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Gather", IndexGradients::gather);
        table.put("GatherElements", g -> {
            OnnxNode scatter = g.out().node("ScatterElements", g.out().zerosLike(g.x()), g.input(1), g.dy());
            g.give(0, added(scatter.attribute("axis", g.node().intAttribute("axis", 0))));
        });
        table.put("GatherND", g -> {
            if (g.node().intAttribute("batch_dims", 0) != 0) {
                throw g.refuse("batch_dims is not 0");
            }
            g.give(0, added(g.out().node("ScatterND", g.out().zerosLike(g.x()), g.input(1), g.dy())));
        });
    }

    private static String added(OnnxNode scatter) {
        return scatter.attribute("reduction", "add").output(0);
    }

    private static void gather(NodeGradient g) {
        GraphEmitter out = g.out();
        int rank = g.rank(g.x());
        int picks = g.rank(g.input(1));
        int axis = g.axis(g.node().intAttribute("axis", 0), g.x());
        long[] places = places(g, axis);
        if (places != null) {
            String dy = picks == 0 ? out.unsqueeze(g.dy(), axis) : g.dy();
            if (picks <= 1) {
                g.give(0, LayoutGradients.picked(out, dy, axis, rank, places));
                return;
            }
        }
        String indices = out.unsqueeze(g.input(1), -1);
        if (axis == 0) {
            g.give(0, added(out.node("ScatterND", out.zerosLike(g.x()), indices, g.dy())));
            return;
        }
        long[] front = LongStream.concat(
                        LongStream.of(axis), LongStream.range(0, rank).filter(i -> i != axis))
                .toArray();
        long[] back = new long[rank];
        for (int i = 0; i < rank; i++) {
            back[(int) front[i]] = i;
        }
        String table = out.zerosLike(out.transpose(g.x(), front));
        long[] turned = LongStream.concat(
                        LongStream.range(axis, axis + picks),
                        LongStream.range(0, rank - 1 + picks).filter(i -> i < axis || i >= axis + picks))
                .toArray();
        String scattered = added(out.node("ScatterND", table, indices, out.transpose(g.dy(), turned)));
        g.give(0, out.transpose(scattered, back));
    }

    /**
     * For each element along the axis, which pick it is, or the number of picks where it is none; null unless the
     * indices are constant, all different and few.
     */
    private static long @Nullable [] places(NodeGradient g, int axis) {
        long size = g.dims(g.x())[axis];
        long[] picks = g.shapes().constant(g.input(1)).orElse(null);
        if (picks == null || size < 0 || size > 1 << 16) {
            return null;
        }
        long[] places = Window.filled((int) size, picks.length);
        for (int i = 0; i < picks.length; i++) {
            int at = (int) (picks[i] < 0 ? picks[i] + size : picks[i]);
            if (places[at] != picks.length) {
                return null;
            }
            places[at] = i;
        }
        return places;
    }
}
