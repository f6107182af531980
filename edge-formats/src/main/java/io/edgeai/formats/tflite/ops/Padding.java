package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Map;

/** Padding with a value, or with the mirrored value itself. */
final class Padding {
    private Padding() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.PAD, op -> pad(op, false));
        all.put(Builtin.PADV2, op -> pad(op, true));
        all.put(Builtin.MIRROR_PAD, Padding::mirrorPad);
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
}
