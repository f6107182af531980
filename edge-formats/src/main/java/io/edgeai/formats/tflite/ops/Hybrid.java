package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.TfliteTensor;

/**
 * Weights of 8 bits under a float input. TFLite's kernels then quantize the input while they run, each row of the batch
 * by its own range, to -127..127 around zero or to -128..127 around a zero point (tensor_utils,
 * {@code SymmetricQuantizeFloats} and {@code AsymmetricQuantizeFloats}); the same steps are written here.
 */
final class Hybrid {
    private Hybrid() {}

    static boolean is(Op op, int input, int weights) {
        TfliteTensor x = op.in(input);
        TfliteTensor w = op.in(weights);
        return x.type().element() == ElementType.FLOAT
                && w.quantized()
                && Scope.element(w).bits() == 8;
    }

    /** The input as the kernel sees it: as it is, or rounded where the weights alone are integers. */
    static String input(Op op, int input, int weights, Layout layout, boolean asymmetric) {
        String real = op.real(input, layout);
        if (!is(op, input, weights)) {
            return real;
        }
        int rank = op.rank(input);
        boolean rows = layout == Layout.LAST;
        long[] axes = rows ? new long[] {rank - 1} : new long[rank - 1];
        for (int i = 0; !rows && i < axes.length; i++) {
            axes[i] = i + 1L;
        }
        return rounded(op.emit, real, asymmetric, axes);
    }

    static String rounded(Emitter emit, String real, boolean asymmetric, long... axes) {
        String axesName = emit.longs(axes);
        String zero = emit.scalar(0f);
        String one = emit.scalar(1f);
        if (!asymmetric) {
            String range = emit.op("ReduceMax", emit.op("Abs", real), axesName);
            String empty = emit.op("Equal", range, zero);
            String scale = emit.op("Where", empty, one, emit.op("Div", range, emit.scalar(127f)));
            String q = emit.op("Round", emit.op("Div", real, scale));
            return emit.op("Mul", emit.op("Clip", q, emit.scalar(-127f), emit.scalar(127f)), scale);
        }
        String low = emit.op("Min", emit.op("ReduceMin", real, axesName), zero);
        String high = emit.op("Max", emit.op("ReduceMax", real, axesName), zero);
        String empty = emit.op("Equal", low, high);
        String scale = emit.op("Where", empty, one, emit.op("Div", emit.op("Sub", high, low), emit.scalar(255f)));
        String fromLow = emit.op("Sub", emit.scalar(-128f), emit.op("Div", low, scale));
        String fromHigh = emit.op("Sub", emit.scalar(127f), emit.op("Div", high, scale));
        // The zero point comes from the end whose rounding error is smaller, as in the kernel.
        String lowError = emit.op("Add", emit.scalar(128f), emit.op("Abs", emit.op("Div", low, scale)));
        String highError = emit.op("Add", emit.scalar(127f), emit.op("Abs", emit.op("Div", high, scale)));
        String point = emit.op("Where", emit.op("Less", lowError, highError), fromLow, fromHigh);
        String zeroPoint = emit.op(
                "Where", empty, zero, emit.op("Round", emit.op("Clip", point, emit.scalar(-128f), emit.scalar(127f))));
        String q = emit.op("Round", emit.op("Add", zeroPoint, emit.op("Div", real, scale)));
        q = emit.op("Clip", q, emit.scalar(-128f), emit.scalar(127f));
        return emit.op("Mul", emit.op("Sub", q, zeroPoint), scale);
    }
}
