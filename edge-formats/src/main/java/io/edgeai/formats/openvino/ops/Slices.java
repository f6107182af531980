package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations that cut. */
final class Slices {
    private Slices() {}

    static void register(Map<String, Mapping> all) {
        all.put("Split", Slices::split);
        all.put("VariadicSplit", Slices::variadicSplit);
        all.put("StridedSlice", Slices::stridedSlice);
        all.put("Slice", Slices::slice);
    }

    private static void split(Layer op) {
        int count = (int) op.number("num_splits", op.outputs());
        long axis = op.fixedLongs(1, "axis")[0];
        if (count < 1 || count > 100_000 || count < op.outputs()) {
            throw new Unmapped("splits into " + count + " parts");
        }
        OnnxNode node =
                op.emit.add("Split", count, op.in(0)).attribute("axis", axis).attribute("num_outputs", count);
        for (int i = 0; i < op.outputs(); i++) {
            op.out(i, node.output(i));
        }
    }

    private static void variadicSplit(Layer op) {
        long axis = op.fixedLongs(1, "axis")[0];
        long[] lengths = op.longs(2);
        String sizes;
        if (lengths == null) {
            sizes = op.vector(2);
        } else {
            if (Arrays.stream(lengths).anyMatch(l -> l < 0)) {
                long size = op.dims(0)[op.axis(axis, op.rank(0))];
                long rest = size - Arrays.stream(lengths).filter(l -> l > 0).sum();
                if (size < 0 || rest < 0) {
                    throw new Unmapped("leaves a part's size to a dimension that is unknown");
                }
                lengths = Arrays.stream(lengths).map(l -> l < 0 ? rest : l).toArray();
            }
            sizes = op.emit.longs(lengths);
        }
        OnnxNode node = op.emit.add("Split", op.outputs(), op.in(0), sizes).attribute("axis", axis);
        for (int i = 0; i < op.outputs(); i++) {
            op.out(i, node.output(i));
        }
    }

    private static boolean mask(long[] mask, int spec) {
        return spec < mask.length && mask[spec] != 0;
    }

    /** A begin or end is ignored where its mask is 1, as in TensorFlow. */
    private static void stridedSlice(Layer op) {
        long[] beginMask = op.list("begin_mask");
        long[] endMask = op.list("end_mask");
        long[] newAxis = op.list("new_axis_mask");
        long[] shrink = op.list("shrink_axis_mask");
        long[] ellipsis = op.list("ellipsis_mask");
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        long[] strides = op.has(3) ? op.longs(3) : null;
        if (op.has(3) && strides == null) {
            throw new Unmapped("computes its strides");
        }
        int specs = begin != null ? begin.length : end != null ? end.length : (int) Math.max(0, op.dims(1)[0]);
        int rank = op.rank(0);
        int added = 0;
        for (int i = 0; i < specs; i++) {
            added += mask(newAxis, i) ? 1 : 0;
        }
        List<Long> axes = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        List<Long> dropped = new ArrayList<>();
        List<Long> fresh = new ArrayList<>();
        int axis = 0;
        int out = 0;
        for (int i = 0; i < specs; i++) {
            if (mask(ellipsis, i)) {
                int skipped = rank - (specs - added - 1);
                axis += skipped;
                out += skipped;
            } else if (mask(newAxis, i)) {
                fresh.add((long) out++);
            } else {
                if (axis >= rank) {
                    throw new Unmapped("slices " + specs + " dimensions of a value of rank " + rank);
                }
                boolean drop = mask(shrink, i);
                long step = strides == null || drop ? 1 : strides[i];
                boolean open = mask(beginMask, i) && !drop;
                boolean openEnd = mask(endMask, i);
                axes.add((long) axis);
                steps.add(step);
                from.add(open ? op.emit.longs(step > 0 ? 0 : Long.MAX_VALUE) : pick(op, 1, begin, i));
                if (drop) {
                    dropped.add((long) axis);
                    to.add(after(op, begin, i));
                } else {
                    to.add(
                            openEnd
                                    ? op.emit.longs(step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE + 1)
                                    : pick(op, 2, end, i));
                    out++;
                }
                axis++;
            }
        }
        String x = op.in(0);
        if (!axes.isEmpty()) {
            x = op.emit.op(
                    "Slice",
                    x,
                    joined(op, from),
                    joined(op, to),
                    op.emit.longs(Layer.longs(axes)),
                    op.emit.longs(Layer.longs(steps)));
        }
        x = dropped.isEmpty() ? x : op.emit.op("Squeeze", x, op.emit.longs(Layer.longs(dropped)));
        x = fresh.isEmpty() ? x : op.emit.op("Unsqueeze", x, op.emit.longs(Layer.longs(fresh)));
        op.out(x);
    }

    private static String pick(Layer op, int input, long @org.jspecify.annotations.Nullable [] known, int spec) {
        return known != null ? op.emit.longs(known[spec]) : op.emit.op("Gather", op.vector(input), op.emit.longs(spec));
    }

    private static String after(Layer op, long @org.jspecify.annotations.Nullable [] begin, int spec) {
        if (begin != null) {
            return op.emit.longs(begin[spec] == -1 ? Long.MAX_VALUE : begin[spec] + 1);
        }
        String from = op.emit.op("Gather", op.vector(1), op.emit.longs(spec));
        return op.emit.op(
                "Where",
                op.emit.op("Equal", from, op.emit.longs(-1)),
                op.emit.longs(Integer.MAX_VALUE),
                op.emit.op("Add", from, op.emit.longs(1)));
    }

    private static String joined(Layer op, List<String> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : op.emit
                        .add("Concat", parts.toArray(String[]::new))
                        .attribute("axis", 0)
                        .output(0);
    }

    private static void slice(Layer op) {
        String steps = op.vector(3);
        op.out(
                op.has(4)
                        ? op.emit.op("Slice", op.in(0), op.vector(1), op.vector(2), op.vector(4), steps)
                        : op.emit.op(
                                "Slice",
                                op.in(0),
                                op.vector(1),
                                op.vector(2),
                                op.emit.longs(LongStream.range(0, known(op, 1)).toArray()),
                                steps));
    }

    private static long known(Layer op, int input) {
        long size = op.dims(input).length == 0 ? 1 : op.dims(input)[0];
        if (size < 0) {
            throw new Unmapped("slices an unknown number of axes");
        }
        return size;
    }
}
