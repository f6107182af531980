package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Operators that change shapes: reshaping, joining, cutting, repeating, turning around, filling. */
final class Shapes {
    private static final Set<ElementType> TILE_TYPES =
            Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.INT32, ElementType.INT64, ElementType.BOOL);

    private Shapes() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.RESHAPE, Shapes::reshape);
        all.put(Builtin.SQUEEZE, Shapes::squeeze);
        all.put(Builtin.EXPAND_DIMS, Shapes::expandDims);
        all.put(Builtin.TRANSPOSE, Shapes::transpose);
        all.put(Builtin.CONCATENATION, Shapes::concat);
        all.put(Builtin.PACK, Shapes::pack);
        all.put(Builtin.UNPACK, Shapes::unpack);
        all.put(Builtin.SPLIT, Shapes::split);
        all.put(Builtin.SPLIT_V, Shapes::splitV);
        all.put(Builtin.SLICE, Shapes::slice);
        all.put(Builtin.STRIDED_SLICE, StridedSlice::write);
        all.put(Builtin.TILE, Shapes::tile);
        all.put(Builtin.BROADCAST_TO, Shapes::broadcastTo);
        all.put(Builtin.BROADCAST_ARGS, Shapes::broadcastArgs);
        all.put(Builtin.SHAPE, Shapes::shape);
        all.put(Builtin.RANK, op -> op.outRaw(0, op.emit.scalar(op.outElement(0), op.rank(0))));
        all.put(Builtin.FILL, op -> op.outRaw(0, op.emit.op("Expand", op.raw(1), op.vector(0))));
        all.put(Builtin.ZEROS_LIKE, Shapes::zerosLike);
        all.put(Builtin.RANGE, op -> op.outRaw(0, op.emit.op("Range", op.raw(0), op.raw(1), op.raw(2))));
        all.put(Builtin.REVERSE_V2, Shapes::reverse);
        all.put(Builtin.REVERSE_SEQUENCE, Shapes::reverseSequence);
    }

    private static void reshape(Op op) {
        Movable move = Movable.any(op, 0);
        long[] fixed = op.has(1) ? op.longs(1) : null;
        int[] option = op.node.intsOption(0);
        String shape;
        if (op.has(1) && fixed == null) {
            shape = op.vector(1);
        } else {
            long[] dims =
                    fixed != null ? fixed : Arrays.stream(option).asLongStream().toArray();
            if (fixed == null && option.length == 0) {
                dims = op.outTensor(0).dims();
            }
            if (fixed == null && dims.length == 1 && dims[0] == 0) {
                dims = new long[0]; // how old converters write the shape of a scalar
            }
            shape = dims.length == 0 ? op.emit.constant("shape", OnnxTensor.ofLongs(dims, 0)) : op.emit.longs(dims);
            fixed = dims;
        }
        OnnxNode node = op.emit.add("Reshape", move.in(0), shape);
        if (fixed == null || Arrays.stream(fixed).anyMatch(d -> d == 0)) {
            node.attribute("allowzero", 1);
        }
        move.out(0, node.output(0));
    }

    private static void squeeze(Op op) {
        Movable move = Movable.any(op, 0);
        int[] axes = op.node.intsOption(0);
        String x = move.in(0);
        move.out(
                0,
                axes.length == 0
                        ? op.emit.op("Squeeze", x)
                        : op.emit.op(
                                "Squeeze",
                                x,
                                op.emit.longs(Arrays.stream(axes).asLongStream().toArray())));
    }

    private static void expandDims(Op op) {
        Movable move = Movable.any(op, 0);
        move.out(0, op.emit.op("Unsqueeze", move.in(0), op.vector(1)));
    }

    private static void transpose(Op op) {
        long[] permutation = op.fixedLongs(1, "permutation");
        Movable move = Movable.any(op, 0);
        for (int i = 0; i < permutation.length; i++) {
            permutation[i] = op.axis(permutation[i], permutation.length);
        }
        if (Arrays.equals(permutation, Layout.FIRST.fromOther(4)) && move.raw()) {
            op.outRaw(0, op.raw(0, Layout.FIRST)); // shares the form a convolution would ask for
            return;
        }
        if (Arrays.equals(permutation, Layout.LAST.fromOther(4)) && move.raw()) {
            op.outRaw(0, Layout.FIRST, op.raw(0));
            return;
        }
        move.out(0, op.emit.transpose(move.in(0), permutation));
    }

    private static int[] all(Op op) {
        int[] inputs = new int[op.inputs()];
        Arrays.setAll(inputs, i -> i);
        return inputs;
    }

    private static void concat(Op op) {
        int[] inputs = all(op);
        int activation = op.node.byteOption(1, 0);
        Movable move = Movable.any(op, inputs);
        int rank = op.outTensor(0).rank();
        Layout layout = op.layout(inputs);
        String[] values = new String[inputs.length];
        for (int input : inputs) {
            values[input] = activation == 0 ? move.in(input, layout) : op.real(input, layout);
        }
        int axis = layout.axis(
                op.axis(op.node.option(0, 0), op.in(0).rank()),
                Math.max(rank, op.in(0).rank()));
        String joined = op.emit.add("Concat", values).attribute("axis", axis).output(0);
        if (activation == 0) {
            move.out(0, layout, joined);
        } else {
            op.out(0, layout, op.activate(joined, activation, 0));
        }
    }

    private static void pack(Op op) {
        int[] inputs = all(op);
        Movable move = Movable.any(op, inputs);
        int axis = op.axis(op.node.option(1, 0), op.in(0).rank() + 1);
        String[] values = new String[inputs.length];
        for (int input : inputs) {
            values[input] = op.emit.op("Unsqueeze", move.in(input), op.emit.longs(axis));
        }
        move.out(0, op.emit.add("Concat", values).attribute("axis", axis).output(0));
    }

    private static void unpack(Op op) {
        Movable move = Movable.any(op, 0);
        int axis = op.axis(op.node.option(1, 0), op.rank(0));
        String[] parts = parts(op, move.in(0), axis, op.outputs());
        for (int i = 0; i < parts.length; i++) {
            move.out(i, op.emit.op("Squeeze", parts[i], op.emit.longs(axis)));
        }
    }

    private static String[] parts(Op op, String value, int axis, int count) {
        if (count == 1) {
            return new String[] {op.emit.op("Identity", value)};
        }
        OnnxNode node =
                op.emit.add("Split", count, value).attribute("axis", axis).attribute("num_outputs", count);
        return node.outputs().toArray(String[]::new);
    }

    private static void split(Op op) {
        long[] axis = op.fixedLongs(0, "axis");
        Movable move = Movable.any(op, 1);
        Layout layout = op.layout(1);
        int rank = op.rank(1);
        String[] parts = parts(op, move.in(1, layout), layout.axis(op.axis(axis[0], rank), rank), op.outputs());
        for (int i = 0; i < parts.length; i++) {
            move.out(i, layout, parts[i]);
        }
    }

    private static void splitV(Op op) {
        long[] axis = op.fixedLongs(2, "axis");
        Movable move = Movable.any(op, 0);
        long[] sizes = op.longs(1);
        int place = op.axis(axis[0], op.rank(0));
        String lengths = op.shape(1);
        if (sizes != null && Arrays.stream(sizes).anyMatch(s -> s < 0)) {
            long rest =
                    op.dim(0, place) - Arrays.stream(sizes).filter(s -> s > 0).sum();
            if (op.dim(0, place) < 0 || rest < 0) {
                throw new Unmapped("leaves a part's size to a dimension that is unknown");
            }
            lengths = op.emit.longs(
                    Arrays.stream(sizes).map(s -> s < 0 ? rest : s).toArray());
        }
        OnnxNode node = op.emit.add("Split", op.outputs(), move.in(0), lengths).attribute("axis", place);
        for (int i = 0; i < op.outputs(); i++) {
            move.out(i, node.output(i));
        }
    }

    private static void slice(Op op) {
        Movable move = Movable.any(op, 0);
        int rank = op.rank(0);
        long[] axes = new long[rank];
        Arrays.setAll(axes, i -> i);
        long[] begin = op.longs(1);
        long[] size = op.longs(2);
        String ends;
        if (begin != null && size != null) {
            long[] end = new long[rank];
            Arrays.setAll(end, i -> size[i] < 0 ? Long.MAX_VALUE : begin[i] + size[i]);
            ends = op.emit.longs(end);
        } else {
            String sizes = op.shape(2);
            ends = op.emit.op(
                    "Where",
                    op.emit.op("Less", sizes, op.emit.scalar(ElementType.INT64, 0)),
                    op.emit.scalar(ElementType.INT64, Integer.MAX_VALUE),
                    op.emit.op("Add", op.shape(1), sizes));
        }
        move.out(0, op.emit.op("Slice", move.in(0), op.shape(1), ends, op.emit.longs(axes)));
    }

    private static void tile(Op op) {
        Movable move = Movable.numbers(op, TILE_TYPES, 0);
        move.out(0, op.emit.op("Tile", move.in(0), op.vector(1)));
    }

    private static void broadcastTo(Op op) {
        Movable move = Movable.usual(op, 0);
        move.out(0, op.emit.op("Expand", move.in(0), op.vector(1)));
    }

    private static void broadcastArgs(Op op) {
        // The shape of two broadcast shapes: give two empty-handed values those shapes and add them.
        String zero = op.emit.scalar(ElementType.INT64, 0);
        String a = op.emit.op("Expand", zero, op.vector(0));
        String b = op.emit.op("Expand", zero, op.vector(1));
        String dims = op.emit.op("Shape", op.emit.op("Add", a, b));
        op.outRaw(0, op.outElement(0) == ElementType.INT64 ? dims : op.emit.cast(dims, op.outElement(0)));
    }

    private static void shape(Op op) {
        String dims = op.emit.op("Shape", op.raw(0));
        op.outRaw(0, op.outElement(0) == ElementType.INT64 ? dims : op.emit.cast(dims, op.outElement(0)));
    }

    private static void zerosLike(Op op) {
        TfliteTensor out = op.outTensor(0);
        ElementType type = Scope.element(out);
        double zero = out.quantized() ? out.quantization().zeroPoint() : 0;
        op.outRaw(0, op.emit.op("Expand", op.emit.scalar(type, zero), op.emit.op("Shape", op.raw(0))));
    }

    private static void reverse(Op op) {
        Movable move = Movable.any(op, 0);
        long[] axes = op.fixedLongs(1, "axes");
        long[] starts = new long[axes.length];
        Arrays.fill(starts, -1);
        long[] ends = new long[axes.length];
        Arrays.fill(ends, Long.MIN_VALUE + 1);
        long[] steps = new long[axes.length];
        Arrays.fill(steps, -1);
        move.out(
                0,
                op.emit.op(
                        "Slice",
                        move.in(0),
                        op.emit.longs(starts),
                        op.emit.longs(ends),
                        op.emit.longs(axes),
                        op.emit.longs(steps)));
    }

    private static void reverseSequence(Op op) {
        int time = op.axis(op.node.option(0, 0), op.rank(0));
        int batch = op.axis(op.node.option(1, 0), op.rank(0));
        if (time == batch) {
            throw new Unmapped("reverses axis " + time + " of batches along the same axis");
        }
        Movable move = Movable.usual(op, 0);
        String x = move.in(0);
        if (time + batch == 1) {
            move.out(0, turned(op, x, time, batch));
            return;
        }
        // ONNX turns the first two dimensions only: bring them there, and back behind.
        long[] there = new long[op.rank(0)];
        there[0] = batch;
        there[1] = time;
        for (int i = 0, at = 2; i < there.length; i++) {
            if (i != batch && i != time) {
                there[at++] = i;
            }
        }
        long[] back = new long[there.length];
        for (int i = 0; i < back.length; i++) {
            back[(int) there[i]] = i;
        }
        move.out(0, op.emit.transpose(turned(op, op.emit.transpose(x, there), 1, 0), back));
    }

    private static String turned(Op op, String x, int time, int batch) {
        return op.emit
                .add("ReverseSequence", x, op.shape(1))
                .attribute("time_axis", time)
                .attribute("batch_axis", batch)
                .output(0);
    }
}
