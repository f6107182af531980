package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.TfliteTensor;

/**
 * Weights of 8 bits under a float input. TFLite then quantizes the input while it runs, each row or image of the batch
 * by its own range; the same steps are written here.
 */
final class Hybrid {
    /** How a range becomes steps. */
    enum Rounding {
        /** -127..127 around zero (tensor_utils, {@code SymmetricQuantizeFloats}). */
        SYMMETRIC,
        /** -128..127 around a zero point, halves away from zero ({@code AsymmetricQuantizeFloats}). */
        ASYMMETRIC,
        /** The same with halves to even, as XNNPACK does it, the delegate that takes convolutions and dense layers. */
        DELEGATE;

        static Rounding of(boolean asymmetric) {
            return asymmetric ? ASYMMETRIC : SYMMETRIC;
        }
    }

    private Hybrid() {}

    static boolean is(Op op, int input, int weights) {
        TfliteTensor x = op.in(input);
        TfliteTensor w = op.in(weights);
        return x.type().element() == ElementType.FLOAT
                && w.quantized()
                && Scope.element(w).bits() == 8;
    }

    /** The input as the kernel sees it: as it is, or rounded where the weights alone are integers. */
    static String input(Op op, int input, int weights, Layout layout, Rounding rounding) {
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
        return rounded(op.emit, real, rounding, axes);
    }

    static String rounded(Emitter emit, String real, Rounding rounding, long... axes) {
        String axesName = emit.longs(axes);
        String zero = emit.scalar(0f);
        String one = emit.scalar(1f);
        if (rounding == Rounding.SYMMETRIC) {
            String range = emit.op("ReduceMax", emit.op("Abs", real), axesName);
            String empty = emit.op("Equal", range, zero);
            String scale = emit.op("Where", empty, one, emit.op("Div", range, emit.scalar(127f)));
            String q = round(emit, emit.op("Div", real, scale), rounding);
            return emit.op("Mul", emit.op("Clip", q, emit.scalar(-127f), emit.scalar(127f)), scale);
        }
        String least = emit.scalar(-128f);
        String most = emit.scalar(127f);
        String low = emit.op("Min", emit.op("ReduceMin", real, axesName), zero);
        String high = emit.op("Max", emit.op("ReduceMax", real, axesName), zero);
        String empty = emit.op("Equal", low, high);
        String scale = emit.op("Where", empty, one, emit.op("Div", emit.op("Sub", high, low), emit.scalar(255f)));
        String steps = emit.op("Div", low, scale);
        String stepsUp = emit.op("Div", high, scale);
        // The zero point comes from the end whose rounding error is smaller, as in the kernel.
        String lowError = emit.op("Add", emit.scalar(128f), emit.op("Abs", steps));
        String highError = emit.op("Add", most, emit.op("Abs", stepsUp));
        String point = emit.op(
                "Where",
                emit.op("Less", lowError, highError),
                emit.op("Sub", least, steps),
                emit.op("Sub", most, stepsUp));
        String rounded = round(emit, emit.op("Clip", point, least, most), rounding);
        String zeroPoint = emit.op("Where", empty, zero, rounded);
        String scaled = emit.op("Mul", real, emit.op("Reciprocal", scale));
        String q = round(emit, emit.op("Add", zeroPoint, scaled), rounding);
        return emit.op("Mul", emit.op("Sub", emit.op("Clip", q, least, most), zeroPoint), scale);
    }

    /** A range that is the same on both sides of zero gives a zero point of one half, so halves matter. */
    private static String round(Emitter emit, String value, Rounding rounding) {
        if (rounding == Rounding.DELEGATE) {
            return emit.op("Round", value);
        }
        String size = emit.op("Floor", emit.op("Add", emit.op("Abs", value), emit.scalar(.5f)));
        return emit.op("Mul", emit.op("Sign", value), size);
    }
}
