package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * STRIDED_SLICE: Python's slices with bit masks for an open begin, an open end, an ellipsis, a new axis, and an index
 * that drops its axis. Begins and ends may be computed; strides may not.
 */
final class StridedSlice {
    private final Op op;
    private final long[] strides;
    private final int rank;
    private final List<Long> axes = new ArrayList<>();
    private final List<Integer> specs = new ArrayList<>();
    private final List<Long> fresh = new ArrayList<>();
    private final List<Long> dropped = new ArrayList<>();
    private final List<Boolean> drops = new ArrayList<>();

    private StridedSlice(Op op) {
        this.op = op;
        this.strides = op.fixedLongs(3, "strides");
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
        if (!axes.isEmpty()) {
            x = op.emit.op("Slice", x, begins(), ends(), op.emit.longs(longs(axes)), op.emit.longs(steps()));
        }
        if (!dropped.isEmpty()) {
            x = op.emit.op("Squeeze", x, op.emit.longs(longs(dropped)));
        }
        if (!fresh.isEmpty()) {
            x = op.emit.op("Unsqueeze", x, op.emit.longs(longs(fresh)));
        }
        if (axes.isEmpty() && dropped.isEmpty() && fresh.isEmpty()) {
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
                axes.add((long) axis);
                specs.add(i);
                drops.add(drop);
                if (drop) {
                    dropped.add((long) axis);
                } else {
                    out++;
                }
                axis++;
            }
        }
    }

    private String begins() {
        long[] begin = op.longs(1);
        String[] parts = new String[specs.size()];
        long[] fixed = new long[specs.size()];
        for (int i = 0; i < fixed.length; i++) {
            int spec = specs.get(i);
            if (mask(0, spec) && !drops.get(i)) {
                fixed[i] = strides[spec] > 0 ? 0 : Long.MAX_VALUE;
                parts[i] = op.emit.longs(fixed[i]);
            } else if (begin != null) {
                fixed[i] = begin[spec];
                parts[i] = op.emit.longs(fixed[i]);
            } else {
                parts[i] = op.emit.op("Gather", op.shape(1), op.emit.longs(spec));
            }
        }
        return begin != null
                ? op.emit.longs(fixed)
                : op.emit.add("Concat", parts).attribute("axis", 0).output(0);
    }

    private String ends() {
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        boolean offset = op.node.flag(5, false);
        boolean computed = false;
        String[] parts = new String[specs.size()];
        long[] fixed = new long[specs.size()];
        for (int i = 0; i < fixed.length; i++) {
            int spec = specs.get(i);
            if (drops.get(i)) {
                if (begin != null) {
                    fixed[i] = begin[spec] == -1 ? Long.MAX_VALUE : begin[spec] + 1;
                    parts[i] = op.emit.longs(fixed[i]);
                } else {
                    computed = true;
                    String from = op.emit.op("Gather", op.shape(1), op.emit.longs(spec));
                    parts[i] = op.emit.op(
                            "Where",
                            op.emit.op("Equal", from, op.emit.scalar(ElementType.INT64, -1)),
                            op.emit.longs(Integer.MAX_VALUE),
                            op.emit.op("Add", from, op.emit.longs(1)));
                }
            } else if (mask(1, spec)) {
                fixed[i] = strides[spec] > 0 ? Long.MAX_VALUE : Long.MIN_VALUE + 1;
                parts[i] = op.emit.longs(fixed[i]);
            } else if (end != null && (!offset || begin != null)) {
                fixed[i] = end[spec] + (offset && begin != null ? begin[spec] : 0);
                parts[i] = op.emit.longs(fixed[i]);
            } else {
                computed = true;
                parts[i] = op.emit.op("Gather", op.shape(2), op.emit.longs(spec));
                if (offset) {
                    String from = op.emit.op("Gather", op.shape(1), op.emit.longs(spec));
                    parts[i] = op.emit.op("Add", from, parts[i]);
                }
            }
        }
        return computed ? op.emit.add("Concat", parts).attribute("axis", 0).output(0) : op.emit.longs(fixed);
    }

    private long[] steps() {
        long[] steps = new long[specs.size()];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = drops.get(i) ? 1 : strides[specs.get(i)];
        }
        return steps;
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
