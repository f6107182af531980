package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** Pictures of brightness and two colours at half the size, as cameras give them, to red, green and blue. */
final class Colors {
    private static final float BRIGHT = 1.164f;

    private Colors() {}

    static void register(Map<String, Mapping> all) {
        all.put("NV12toRGB", op -> write(op, true, true));
        all.put("NV12toBGR", op -> write(op, true, false));
        all.put("I420toRGB", op -> write(op, false, true));
        all.put("I420toBGR", op -> write(op, false, false));
    }

    /** @param pairs whether both colours of a place stand side by side; else each has a plane of its own */
    private static void write(Layer op, boolean pairs, boolean redFirst) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        boolean single = op.inputs() == 1;
        if (dims.length != 4 || dims[1] < 2 || dims[2] < 2 || dims[2] % 2 != 0 || dims[1] % (single ? 3 : 2) != 0) {
            throw new Unmapped("converts a picture of unknown or odd size");
        }
        long high = single ? dims[1] * 2 / 3 : dims[1];
        long wide = dims[2];
        String bright;
        String[] colors;
        if (single) {
            OnnxNode planes = emit.add("Split", 2, real(op, 0), emit.longs(high, high / 2))
                    .attribute("axis", 1);
            bright = planes.output(0);
            colors = pairs
                    ? halves(emit, emit.reshape(planes.output(1), -1, high / 2, wide / 2, 2), 3)
                    : halves(emit, emit.reshape(planes.output(1), -1, 2, high / 2 * (wide / 2)), 1);
        } else {
            bright = real(op, 0);
            colors = pairs ? halves(emit, real(op, 1), 3) : new String[] {real(op, 1), real(op, 2)};
        }
        String middle = emit.scalar(128f);
        String c = emit.op("Mul", emit.op("Sub", bright, emit.scalar(16f)), emit.scalar(BRIGHT));
        String d = emit.op("Sub", doubled(emit, colors[0], high, wide), middle);
        String e = emit.op("Sub", doubled(emit, colors[1], high, wide), middle);
        String red = emit.op("Add", c, emit.op("Mul", e, emit.scalar(1.596f)));
        String green = emit.op(
                "Sub", emit.op("Sub", c, emit.op("Mul", d, emit.scalar(.391f))), emit.op("Mul", e, emit.scalar(.813f)));
        String blue = emit.op("Add", c, emit.op("Mul", d, emit.scalar(2.018f)));
        String picture = emit.add("Concat", redFirst ? red : blue, green, redFirst ? blue : red)
                .attribute("axis", 3)
                .output(0);
        String clipped = emit.op("Clip", picture, emit.scalar(0f), emit.scalar(255f));
        op.out(
                op.outType(0) == ElementType.FLOAT
                        ? clipped
                        : emit.cast(emit.op("Floor", emit.op("Add", clipped, emit.scalar(.5f))), op.outType(0)));
    }

    private static String real(Layer op, int input) {
        return op.type(input) == ElementType.FLOAT ? op.in(input) : op.emit.cast(op.in(input), ElementType.FLOAT);
    }

    private static String[] halves(Emitter emit, String both, long axis) {
        OnnxNode parts = emit.add("Split", 2, both).attribute("axis", axis).attribute("num_outputs", 2);
        return new String[] {parts.output(0), parts.output(1)};
    }

    /** Each place twice across and down. */
    private static String doubled(Emitter emit, String half, long high, long wide) {
        String apart = emit.reshape(half, -1, high / 2, 1, wide / 2, 1);
        String twice = emit.op("Expand", apart, emit.longs(1, 1, 2, 1, 2));
        return emit.reshape(twice, -1, high, wide, 1);
    }
}
