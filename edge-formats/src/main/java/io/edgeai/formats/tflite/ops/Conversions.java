package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Operators that change how a value is held: its type, its scale, or whether it is sparse. */
final class Conversions {
    private Conversions() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.CAST, Conversions::cast);
        all.put(Builtin.QUANTIZE, Conversions::quantize);
        all.put(Builtin.DEQUANTIZE, Conversions::dequantize);
        all.put(Builtin.FAKE_QUANT, Conversions::fakeQuant);
        all.put(Builtin.DENSIFY, op -> op.outRaw(0, op.raw(0)));
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
        } else if (in.quantized() && !in.constant()) {
            // What follows is computed in reals: behind DequantizeLinear ONNX Runtime would round its weights to 8
            // bits.
            int axis = layout.axis(in.quantization().axis(), in.rank());
            op.outRaw(0, layout, op.scope.plain(op.raw(0, layout), in, axis));
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
            to.putFloat(OnnxFloats.half(from.getShort(2 * i)));
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
