package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operators that only move elements. */
final class LayoutGradients {
    private LayoutGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Identity", g -> g.give(0, g.dy()));
        table.put("Reshape", g -> g.give(0, g.like(g.dy(), g.x())));
        table.put("Flatten", g -> g.give(0, g.like(g.dy(), g.x())));
        table.put("Squeeze", g -> g.give(0, g.like(g.dy(), g.x())));
        table.put("Unsqueeze", g -> g.give(0, g.like(g.dy(), g.x())));
        table.put("Cast", LayoutGradients::cast);
        table.put("Transpose", LayoutGradients::transpose);
        table.put("Expand", g -> g.give(0, g.unbroadcast(g.dy(), g.x())));
        table.put("Tile", LayoutGradients::tile);
        table.put("Trilu", LayoutGradients::trilu);
        table.put("Concat", LayoutGradients::concat);
        table.put("Split", LayoutGradients::split);
        table.put("Slice", LayoutGradients::slice);
        table.put("Pad", LayoutGradients::pad);
        table.put("Resize", LayoutGradients::resize);
        table.put("DepthToSpace", LayoutGradients::depthToSpace);
        table.put("SpaceToDepth", LayoutGradients::spaceToDepth);
    }

    private static void cast(NodeGradient g) {
        ElementType from = g.shapes().element(g.x()).orElse(ElementType.FLOAT);
        ElementType to = ElementType.ofOnnx((int) g.node().intAttribute("to", 1));
        if (from != ElementType.FLOAT || to != ElementType.FLOAT) {
            throw g.refuse("it casts from " + from + " to " + to + "; only FLOAT is trained");
        }
        g.give(0, g.dy());
    }

    private static void transpose(NodeGradient g) {
        int rank = g.rank(g.x());
        long[] forward =
                g.ints("perm", LongStream.range(0, rank).map(i -> rank - 1 - i).toArray());
        long[] back = new long[rank];
        for (int i = 0; i < rank; i++) {
            back[(int) forward[i]] = i;
        }
        g.give(0, g.out().transpose(g.dy(), back));
    }

    /** Each axis is split into repetitions and elements, and the repetitions are summed. */
    private static void tile(NodeGradient g) {
        long[] repeats = g.constant(1);
        if (repeats == null) {
            throw g.refuse("it has no repeats");
        }
        long[] dims = g.dims(g.x());
        long[] split = new long[2 * dims.length];
        long[] axes = new long[dims.length];
        for (int i = 0; i < dims.length; i++) {
            split[2 * i] = repeats[i];
            split[2 * i + 1] = dims[i];
            axes[i] = 2L * i;
        }
        if (Arrays.stream(dims).filter(dim -> dim < 0).count() > 1) {
            throw g.refuse("more than one dimension of value (" + g.x() + ") is not fixed");
        }
        g.give(0, g.out().sum(g.out().reshape(g.dy(), split), false, axes));
    }

    private static void trilu(NodeGradient g) {
        String[] inputs = g.node().inputs().toArray(String[]::new);
        inputs[0] = g.dy();
        g.give(
                0,
                g.out()
                        .node("Trilu", inputs)
                        .attribute("upper", g.node().intAttribute("upper", 1))
                        .output(0));
    }

    private static void concat(NodeGradient g) {
        GraphEmitter out = g.out();
        int axis = g.axis(g.node().intAttribute("axis", 0), g.y());
        int count = g.node().inputs().size();
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) {
            sizes[i] = g.dims(g.input(i))[axis];
        }
        if (count == 1) {
            g.give(0, g.dy());
            return;
        }
        if (Arrays.stream(sizes).allMatch(size -> size >= 0)) {
            long start = 0;
            for (int i = 0; i < count; i++) {
                if (g.wants(i)) {
                    g.give(i, part(out, g.dy(), axis, start, start + sizes[i]));
                }
                start += sizes[i];
            }
            return;
        }
        List<String> lengths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lengths.add(out.op("Gather", out.shape(g.input(i)), out.longs(axis)));
        }
        List<String> parts = out.node("Split", count, g.dy(), out.concat(0, lengths))
                .attribute("axis", axis)
                .outputs();
        for (int i = 0; i < count; i++) {
            if (g.wants(i)) {
                g.give(i, parts.get(i));
            }
        }
    }

    private static String part(GraphEmitter out, String value, long axis, long start, long end) {
        return out.op("Slice", value, out.longs(start), out.longs(end), out.longs(axis));
    }

    private static void split(NodeGradient g) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < g.node().outputs().size(); i++) {
            parts.add(g.dyOrZeros(i));
        }
        g.give(0, g.out().concat(g.node().intAttribute("axis", 0), parts));
    }

    /** Zeros around where steps are 1; else each element of the input picks its place or a zero. */
    private static void slice(NodeGradient g) {
        int rank = g.rank(g.x());
        long[] starts = g.constant(1);
        if (starts != null && g.shapes().constant(g.input(2)).isEmpty()) {
            sliceToComputedEnd(g, starts);
            return;
        }
        long[] ends = g.constant(2);
        if (starts == null || ends == null) {
            throw g.refuse("it has no starts or ends");
        }
        long[] axes = g.constant(3);
        long[] steps = g.constant(4);
        axes = axes == null ? LongStream.range(0, starts.length).toArray() : axes;
        steps = steps == null ? Window.filled(starts.length, 1) : steps;
        long[] pads = new long[2 * rank];
        String dx = g.dy();
        for (int i = 0; i < axes.length; i++) {
            int axis = g.axis(axes[i], g.x());
            if (steps[i] == 1 && starts[i] == 0 && ends[i] >= Integer.MAX_VALUE) {
                continue;
            }
            long size = g.fixed(g.x(), axis);
            long count = g.fixed(g.y(), axis);
            long start = starts[i] < 0 ? starts[i] + size : starts[i];
            start = Math.max(0, Math.min(steps[i] < 0 ? size - 1 : size, start));
            if (steps[i] == 1) {
                pads[axis] = start;
                pads[rank + axis] = size - count - start;
            } else {
                long[] from = Window.filled((int) size, count);
                for (int k = 0; k < count; k++) {
                    from[(int) (start + k * steps[i])] = k;
                }
                dx = picked(g.out(), dx, axis, rank, from);
            }
        }
        g.give(0, g.out().pad(dx, pads));
    }

    /** As many zeros behind as the result is shorter: the end may follow from the data, such as a text's length. */
    private static void sliceToComputedEnd(NodeGradient g, long[] starts) {
        GraphEmitter out = g.out();
        int rank = g.rank(g.x());
        long[] axes = g.constant(3);
        long[] steps = g.constant(4);
        axes = axes == null ? LongStream.range(0, starts.length).toArray() : axes;
        long[] before = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            if (starts[i] < 0 || (steps != null && steps[i] != 1)) {
                throw g.refuse("its ends are computed from the data, and its starts and steps are not plain");
            }
            before[g.axis(axes[i], g.x())] = starts[i];
        }
        String begin = out.longs(before);
        String missing = out.sub(out.shape(g.x()), out.shape(g.dy()));
        g.give(0, out.op("Pad", g.dy(), out.concat(0, List.of(begin, out.sub(missing, begin)))));
    }

    /** Each element of the result is that of the value at a place along an axis; the place after the last is zero. */
    static String picked(GraphEmitter out, String value, int axis, int rank, long[] places) {
        long[] pads = new long[2 * rank];
        pads[rank + axis] = 1;
        return out.node("Gather", out.pad(value, pads), out.longs(places))
                .attribute("axis", axis)
                .output(0);
    }

    private static void pad(NodeGradient g) {
        if (!g.node().stringAttribute("mode", "constant").equals("constant")) {
            throw g.refuse("only constant padding is supported");
        }
        int rank = g.rank(g.x());
        long[] given = g.constant(1);
        if (given == null) {
            throw g.refuse("it has no pads");
        }
        long[] axes = g.constant(3);
        axes = axes == null ? LongStream.range(0, rank).toArray() : axes;
        long[] pads = new long[2 * rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = g.axis(axes[i], g.x());
            pads[axis] = -given[i];
            pads[rank + axis] = -given[axes.length + i];
        }
        g.give(0, g.out().pad(g.dy(), pads));
    }

    /** Repetition of elements by whole factors: sums of blocks. */
    private static void resize(NodeGradient g) {
        long[] in = g.fixed(g.x());
        long[] to = g.fixed(g.y());
        String places = g.node().stringAttribute("coordinate_transformation_mode", "half_pixel");
        String nearest = g.node().stringAttribute("nearest_mode", "round_prefer_floor");
        boolean repeats = (places.endsWith("half_pixel") && nearest.startsWith("round"))
                || (places.equals("asymmetric") && nearest.equals("floor"));
        if (!g.node().stringAttribute("mode", "nearest").equals("nearest") || !repeats || in.length < 3) {
            throw g.refuse("only nearest enlargement by whole factors is supported");
        }
        long[] factors = new long[in.length - 2];
        for (int i = 1; i < in.length; i++) {
            if (to[i] % in[i] != 0 || (i == 1 && to[1] != in[1])) {
                throw g.refuse("it enlarges axis " + i + " from " + in[i] + " to " + to[i]);
            }
            if (i > 1) {
                factors[i - 2] = to[i] / in[i];
            }
        }
        String mean = g.out()
                .node("AveragePool", g.dy())
                .attribute("kernel_shape", factors)
                .attribute("strides", factors)
                .output(0);
        g.give(0, g.out().mul(mean, (float) Window.product(factors)));
    }

    private static void depthToSpace(NodeGradient g) {
        if (!g.node().stringAttribute("mode", "DCR").equals("DCR")) {
            throw g.refuse("only mode DCR is supported");
        }
        g.give(
                0,
                g.out()
                        .node("SpaceToDepth", g.dy())
                        .attribute("blocksize", g.node().intAttribute("blocksize", 1))
                        .output(0));
    }

    private static void spaceToDepth(NodeGradient g) {
        g.give(
                0,
                g.out()
                        .node("DepthToSpace", g.dy())
                        .attribute("blocksize", g.node().intAttribute("blocksize", 1))
                        .output(0));
    }
}
