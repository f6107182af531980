package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations that pad, mirror, roll and reverse. */
final class Shifts {
    private Shifts() {}

    static void register(Map<String, Mapping> all) {
        all.put("Pad", Shifts::pad);
        all.put("ReverseSequence", Shifts::reverseSequence);
        all.put("Roll", Shifts::roll);
    }

    private static void pad(Layer op) {
        String mode = op.lower("pad_mode", "constant");
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        if (mode.equals("symmetric")) {
            symmetric(op, begin, end);
            return;
        }
        String pads = begin != null && end != null
                ? op.emit.longs(LongStream.concat(Arrays.stream(begin), Arrays.stream(end))
                        .toArray())
                : op.emit
                        .add("Concat", op.vector(1), op.vector(2))
                        .attribute("axis", 0)
                        .output(0);
        OnnxNode node = mode.equals("constant") && op.has(3)
                ? op.emit.add("Pad", op.in(0), pads, op.in(3))
                : op.emit.add("Pad", op.in(0), pads);
        op.out(node.attribute("mode", mode).output(0));
    }

    /** Mirrors with the edge repeated, which ONNX has no mode for: by indices along each axis. */
    private static void symmetric(
            Layer op,
            long @org.jspecify.annotations.Nullable [] begin,
            long @org.jspecify.annotations.Nullable [] end) {
        if (begin == null || end == null) {
            throw new Unmapped("computes its padding");
        }
        String x = op.in(0);
        for (int i = 0; i < begin.length; i++) {
            if (begin[i] == 0 && end[i] == 0) {
                continue;
            }
            long size = op.dims(0)[i];
            if (size < 0 || size > 1 << 20 || begin[i] < 0 || end[i] < 0 || begin[i] > size || end[i] > size) {
                throw new Unmapped("mirrors (" + begin[i] + "," + end[i] + ") of a dimension of (" + size + ")");
            }
            long before = begin[i];
            long[] places = LongStream.range(-before, size + end[i])
                    .map(at -> at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at)
                    .toArray();
            x = op.emit
                    .add("Gather", x, op.emit.longs(places))
                    .attribute("axis", i)
                    .output(0);
        }
        op.out(x);
    }

    private static void reverseSequence(Layer op) {
        long batch = op.number("batch_axis", 0);
        long time = op.number("seq_axis", 1);
        if (Math.min(batch, time) != 0 || Math.max(batch, time) != 1) {
            throw new Unmapped("reverses axis " + time + " of batches along axis " + batch);
        }
        op.out(op.emit
                .add("ReverseSequence", op.in(0), op.as64(1))
                .attribute("batch_axis", batch)
                .attribute("time_axis", time)
                .output(0));
    }

    private static void roll(Layer op) {
        long[] shifts = op.fixedLongs(1, "shift");
        long[] axes = op.fixedLongs(2, "axes");
        String x = op.in(0);
        for (int i = 0; i < axes.length; i++) {
            int axis = op.axis(axes[i], op.rank(0));
            long size = op.dims(0)[axis];
            if (size <= 0) {
                throw new Unmapped("rolls a dimension of unknown size");
            }
            long cut = Math.floorMod(-shifts[shifts.length == 1 ? 0 : i], size);
            if (cut == 0) {
                continue;
            }
            String at = op.emit.longs(axis);
            String tail = op.emit.op("Slice", x, op.emit.longs(cut), op.emit.longs(Long.MAX_VALUE), at);
            String head = op.emit.op("Slice", x, op.emit.longs(0), op.emit.longs(cut), at);
            x = op.emit.add("Concat", tail, head).attribute("axis", axis).output(0);
        }
        op.out(x);
    }
}
