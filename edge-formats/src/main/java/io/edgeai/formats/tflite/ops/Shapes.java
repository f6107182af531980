package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Operators that change shapes and types: reshaping, joining, cutting, padding, filling, converting. */
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
        all.put(Builtin.PAD, op -> pad(op, false));
        all.put(Builtin.PADV2, op -> pad(op, true));
        all.put(Builtin.MIRROR_PAD, Shapes::mirrorPad);
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
        all.put(Builtin.CAST, Shapes::cast);
        all.put(Builtin.QUANTIZE, Shapes::quantize);
        all.put(Builtin.DEQUANTIZE, Shapes::dequantize);
        all.put(Builtin.FAKE_QUANT, Shapes::fakeQuant);
        all.put(Builtin.DENSIFY, op -> op.outRaw(0, op.raw(0)));
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

    private static void pad(Op op, boolean valued) {
        Movable move = Movable.usual(op, 0);
        int rank = op.rank(0);
        Layout layout = op.layout(0);
        String pads = pads(op, layout, rank);
        String value;
        if (valued) {
            value = move.raw() ? op.raw(2) : move.wide() ? op.emit.cast(op.raw(2), ElementType.INT32) : op.real(2);
            value = op.in(2).rank() == 0 ? value : op.emit.op("Squeeze", value);
        } else {
            boolean integers = move.raw() && op.quantized();
            value = op.emit.scalar(
                    move.type(0), integers ? (double) op.in(0).quantization().zeroPoint() : 0);
        }
        move.out(0, layout, op.emit.op("Pad", move.in(0, layout), pads, value));
    }

    /** TFLite's rows of (before, after) as ONNX's befores and afters. */
    private static String pads(Op op, Layout layout, int rank) {
        long[] fixed = op.longs(1);
        if (fixed == null) {
            if (layout == Layout.FIRST) {
                String rows = op.emit.op("Gather", op.shape(1), op.emit.longs(Layout.FIRST.fromOther(rank)));
                return op.emit.reshape(op.emit.transpose(rows, 1, 0), -1);
            }
            return op.emit.reshape(op.emit.transpose(op.shape(1), 1, 0), -1);
        }
        if (fixed.length != 2 * rank) {
            throw new Unmapped("pads " + fixed.length / 2 + " of " + rank + " dimensions");
        }
        long[] pads = new long[2 * rank];
        for (int i = 0; i < rank; i++) {
            int place = layout.axis(i, rank);
            pads[place] = fixed[2 * i];
            pads[place + rank] = fixed[2 * i + 1];
        }
        return op.emit.longs(pads);
    }

    private static void mirrorPad(Op op) {
        int rank = op.rank(0);
        boolean symmetric = op.node.byteOption(0, 0) == 1;
        if (!symmetric) {
            Movable move = Movable.usual(op, 0);
            OnnxNode node =
                    op.emit.add("Pad", move.in(0), pads(op, Layout.LAST, rank)).attribute("mode", "reflect");
            move.out(0, node.output(0));
            return;
        }
        // ONNX has no padding that repeats the edge element; indices do it along each axis.
        long[] pads = op.fixedLongs(1, "padding");
        Movable move = Movable.any(op, 0);
        String x = move.in(0);
        for (int i = 0; i < rank; i++) {
            long before = pads[2 * i];
            long after = pads[2 * i + 1];
            if (before == 0 && after == 0) {
                continue;
            }
            long size = op.dim(0, i);
            if (size < 0 || size > 1 << 24 || before > size || after > size) {
                throw new Unmapped("mirrors (" + before + "," + after + ") of a dimension of (" + size + ")");
            }
            long[] places = new long[(int) (before + size + after)];
            for (int p = 0; p < places.length; p++) {
                long at = p - before;
                places[p] = at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at;
            }
            x = op.emit
                    .add("Gather", x, op.emit.longs(places))
                    .attribute("axis", i)
                    .output(0);
        }
        move.out(0, x);
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
        String zero = op.emit.constant("zero", OnnxTensor.ofLongs(new long[] {0}, 1));
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
        if (time + batch != 1) {
            throw new Unmapped("reverses axis " + time + " of batches along axis " + batch);
        }
        Movable move = Movable.usual(op, 0);
        OnnxNode node = op.emit
                .add("ReverseSequence", move.in(0), op.shape(1))
                .attribute("time_axis", time)
                .attribute("batch_axis", batch);
        move.out(0, node.output(0));
    }

    private static void cast(Op op) {
        ElementType to = op.outElement(0);
        op.outRaw(0, op.element(0) == to ? op.emit.op("Identity", op.raw(0)) : op.emit.cast(op.raw(0), to));
    }

    private static void quantize(Op op) {
        Layout layout = op.layout(0);
        TfliteTensor in = op.in(0);
        if (!in.quantized() && in.quantization().present() && Scope.element(in) == ElementType.INT32) {
            op.out(
                    0,
                    layout,
                    op.emit.op(
                            "DequantizeLinear",
                            op.raw(0, layout),
                            op.emit.scalar(in.quantization().scale())));
            return;
        }
        TfliteTensor out = op.outTensor(0);
        if (Scope.element(out) == ElementType.INT32 && out.quantization().present()) {
            String steps = op.emit.op(
                    "Div", op.real(0, layout), op.emit.scalar(out.quantization().scale()));
            String shifted = op.emit.op("Add", op.emit.op("Round", steps), op.emit.scalar((float)
                    out.quantization().zeroPoint()));
            op.outRaw(0, layout, op.emit.cast(shifted, ElementType.INT32));
            return;
        }
        op.out(0, layout, op.real(0, layout));
    }

    private static void dequantize(Op op) {
        TfliteTensor in = op.in(0);
        Layout layout = op.layout(0);
        if (in.constant() && Scope.element(in) == ElementType.FLOAT16) {
            op.scope.fold(op.node.outputs()[0], halves(in));
        } else if (Scope.element(in) == ElementType.FLOAT16) {
            op.outRaw(0, layout, op.emit.cast(op.raw(0, layout), ElementType.FLOAT));
        } else {
            op.out(0, layout, op.real(0, layout));
        }
    }

    private static ByteBuffer halves(TfliteTensor tensor) {
        OnnxTensor constant = Constants.tensor(tensor);
        ByteBuffer from = constant.data();
        ByteBuffer to =
                ByteBuffer.allocate(Math.toIntExact(2L * from.remaining())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < from.limit() / 2; i++) {
            to.putFloat(io.edgeai.core.onnx.OnnxFloats.half(from.getShort(2 * i)));
        }
        return to.flip();
    }

    /** Rounds to one of 2^bits steps between bounds moved so that zero is one of them (fake_quant). */
    private static void fakeQuant(Op op) {
        float min = op.node.realOption(0, 0);
        float max = op.node.realOption(1, 0);
        int bits = op.node.option(2, 0);
        float least = op.node.flag(3, false) ? 1 : 0;
        float most = (float) ((1L << bits) - 1);
        float scale = (max - min) / (most - least);
        if (bits < 2 || bits > 16 || !(scale > 0)) {
            throw new Unmapped("quantizes to " + bits + " bits between " + min + " and " + max);
        }
        float point = least - min / scale;
        float zero = point < least ? least : point > most ? most : Math.round(point);
        float low = (least - zero) * scale;
        float high = (most - zero) * scale;
        Layout layout = op.layout(0);
        String x = op.emit.op("Clip", op.real(0, layout), op.emit.scalar(low), op.emit.scalar(high));
        String steps = op.emit.op("Div", op.emit.op("Sub", x, op.emit.scalar(low)), op.emit.scalar(scale));
        String rounded = op.emit.op("Floor", op.emit.op("Add", steps, op.emit.scalar(.5f)));
        op.out(0, layout, op.emit.op("Add", op.emit.op("Mul", rounded, op.emit.scalar(scale)), op.emit.scalar(low)));
    }
}
