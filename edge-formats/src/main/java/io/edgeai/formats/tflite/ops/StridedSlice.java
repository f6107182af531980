package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * STRIDED_SLICE: Python's slices with bit masks for an open begin, an open end, an ellipsis, a new axis, and an index
 * that drops its axis. Begins and ends may be computed; strides may not.
 */
final class StridedSlice {
    /** One entry that keeps or drops a dimension. */
    private record Part(int spec, int axis, boolean drop) {}

    /** A number the file states, or the name of a computed one. */
    private record Bound(long stated, @Nullable String computed) {}

    private final Op op;
    private final long[] strides;
    private final long @Nullable [] begin;
    private final long @Nullable [] end;
    private final boolean offset;
    private final int rank;
    private final List<Part> parts = new ArrayList<>();
    private final List<Long> fresh = new ArrayList<>();
    private final List<Bound> begins = new ArrayList<>();
    private final List<Bound> ends = new ArrayList<>();

    private StridedSlice(Op op) {
        this.op = op;
        this.strides = op.fixedLongs(3, "strides");
        this.begin = op.longs(1);
        this.end = op.longs(2);
        this.offset = op.node.flag(5, false);
        this.rank = op.rank(0);
    }

    static void write(Op op) {
        new StridedSlice(op).run();
    }

    private boolean mask(int field, int spec) {
        return (op.node.option(field, 0) >> spec & 1) != 0;
    }

    private void run() {
        layOut();
        Movable move = Movable.any(op, 0);
        String x = move.in(0);
        if (!parts.isEmpty()) {
            for (Part part : parts) {
                bound(part);
            }
            long[] axes = parts.stream().mapToLong(Part::axis).toArray();
            long[] steps = parts.stream().mapToLong(this::step).toArray();
            x = op.emit.op("Slice", x, joined(begins), joined(ends), op.emit.longs(axes), op.emit.longs(steps));
        }
        long[] dropped = parts.stream().filter(Part::drop).mapToLong(Part::axis).toArray();
        if (dropped.length > 0) {
            x = op.emit.op("Squeeze", x, op.emit.longs(dropped));
        }
        if (!fresh.isEmpty()) {
            x = op.emit.op(
                    "Unsqueeze",
                    x,
                    op.emit.longs(fresh.stream().mapToLong(Long::longValue).toArray()));
        }
        if (parts.isEmpty() && fresh.isEmpty()) {
            x = op.emit.op("Identity", x);
        }
        move.out(0, x);
    }

    private void layOut() {
        int added = 0;
        int ellipses = 0;
        for (int i = 0; i < strides.length; i++) {
            if (mask(2, i)) {
                ellipses++;
            } else if (mask(3, i)) {
                added++;
            } else if (strides[i] == 0) {
                throw new Unmapped("has a stride of (0)");
            }
        }
        if (ellipses > 1) {
            throw new Unmapped("has " + ellipses + " ellipses");
        }
        int axis = 0;
        int out = 0;
        for (int i = 0; i < strides.length; i++) {
            if (mask(2, i)) {
                int skipped = rank - (strides.length - added - 1);
                axis += skipped;
                out += skipped;
            } else if (mask(3, i)) {
                fresh.add((long) out++);
            } else {
                if (axis >= rank) {
                    throw new Unmapped("slices " + strides.length + " dimensions of a value of rank " + rank);
                }
                boolean drop = mask(4, i);
                parts.add(new Part(i, axis++, drop));
                out += drop ? 0 : 1;
            }
        }
    }

    private long step(Part part) {
        return part.drop ? 1 : strides[part.spec];
    }

    private void bound(Part part) {
        long size = op.dim(0, part.axis);
        if (size >= 0 && begin != null && (end != null || part.drop)) {
            exact(part, size, begin[part.spec], end == null ? 0 : end[part.spec]);
        } else {
            begins.add(openBegin(part));
            ends.add(openEnd(part));
        }
    }

    /** What the kernel computes (strided_slice_logic.h), where ONNX counts from the end or clamps otherwise. */
    private void exact(Part part, long size, long from, long to) {
        long step = step(part);
        long first = step > 0 ? 0 : -1;
        long start = Math.max(first, Math.min(first + size, from < 0 ? from + size : from));
        if (mask(0, part.spec)) {
            start = step > 0 ? 0 : size - 1;
        }
        long stop = offset ? to + start : to;
        stop = Math.max(first, Math.min(first + size, stop < 0 ? stop + size : stop));
        if (mask(1, part.spec)) {
            stop = step > 0 ? size : -1;
        }
        if (part.drop) {
            if (start >= size) {
                throw new Unmapped("picks element (" + from + ") of a dimension of (" + size + ")");
            }
            stop = start + 1;
        }
        boolean empty = step > 0 ? start >= stop : start <= stop;
        begins.add(stated(empty ? 0 : start));
        ends.add(stated(empty ? 0 : stop < 0 ? Long.MIN_VALUE + 1 : stop));
    }

    private static Bound stated(long value) {
        return new Bound(value, null);
    }

    private Bound entry(int input, long @Nullable [] known, Part part) {
        return known != null
                ? stated(known[part.spec])
                : new Bound(0, op.emit.op("Gather", op.shape(input), op.emit.longs(part.spec)));
    }

    private Bound openBegin(Part part) {
        return mask(0, part.spec) ? stated(step(part) > 0 ? 0 : Long.MAX_VALUE) : entry(1, begin, part);
    }

    private Bound openEnd(Part part) {
        if (part.drop) {
            return past(openBegin(part), stated(1));
        }
        if (mask(1, part.spec)) {
            return stated(strides[part.spec] > 0 ? Long.MAX_VALUE : Long.MIN_VALUE + 1);
        }
        Bound stop = entry(2, end, part);
        if (offset && strides[part.spec] < 0) {
            throw new Unmapped("steps back from an end that is counted from a begin");
        }
        return offset ? past(openBegin(part), stop) : stop;
    }

    /** The sum; beyond everything where a begin counted from the end is passed by its length. */
    private Bound past(Bound from, Bound length) {
        if (from.computed == null && length.computed == null) {
            long sum = from.stated + length.stated;
            return stated(from.stated < 0 && sum >= 0 ? Long.MAX_VALUE : sum);
        }
        String zero = op.emit.scalar(ElementType.INT64, 0);
        String sum = op.emit.op("Add", name(from), name(length));
        String passed =
                op.emit.op("And", op.emit.op("Less", name(from), zero), op.emit.op("GreaterOrEqual", sum, zero));
        return new Bound(0, op.emit.op("Where", passed, op.emit.longs(Integer.MAX_VALUE), sum));
    }

    private String name(Bound bound) {
        return bound.computed == null ? op.emit.longs(bound.stated) : bound.computed;
    }

    private String joined(List<Bound> bounds) {
        if (bounds.stream().allMatch(bound -> bound.computed == null)) {
            return op.emit.longs(bounds.stream().mapToLong(Bound::stated).toArray());
        }
        String[] names = bounds.stream().map(this::name).toArray(String[]::new);
        return op.emit.add("Concat", names).attribute("axis", 0).output(0);
    }
}
