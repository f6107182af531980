package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import java.util.Arrays;
import java.util.Set;

/**
 * Operators that only move elements work on the integers of a quantized value directly where ONNX Runtime can and the
 * scales agree; else on real numbers (which, the scale being the same, come back unchanged), or for plain small integers
 * on wider ones.
 */
record Movable(Op op, boolean raw, boolean wide) {
    /** What nearly every kernel that moves elements takes. */
    private static final Set<ElementType> USUAL = Set.of(
            ElementType.FLOAT,
            ElementType.DOUBLE,
            ElementType.INT32,
            ElementType.INT64,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.BOOL);

    /** For operators whose kernels take every type. */
    static Movable any(Op op, int... inputs) {
        return of(op, true, inputs);
    }

    /** For operators whose kernels take the usual types only. */
    static Movable usual(Op op, int... inputs) {
        return of(op, USUAL.contains(op.element(inputs[0])), inputs);
    }

    /** For operators whose kernels take real numbers only. */
    static Movable numbers(Op op, Set<ElementType> types, int... inputs) {
        return of(op, types.contains(op.element(inputs[0])), inputs);
    }

    private static Movable of(Op op, boolean kernel, int... inputs) {
        boolean quantized = op.in(inputs[0]).quantized();
        boolean same = true;
        for (int input : inputs) {
            same &= same(op, input);
        }
        boolean raw = kernel && (!quantized || same);
        return new Movable(op, raw, !raw && !quantized);
    }

    private static boolean same(Op op, int input) {
        if (!op.in(input).quantized() || !op.outTensor(0).quantized()) {
            return op.in(input).quantized() == op.outTensor(0).quantized();
        }
        return Arrays.equals(
                        op.in(input).quantization().scales(),
                        op.outTensor(0).quantization().scales())
                && Arrays.equals(
                        op.in(input).quantization().zeroPoints(),
                        op.outTensor(0).quantization().zeroPoints());
    }

    String in(int input) {
        return in(input, Layout.LAST);
    }

    String in(int input, Layout layout) {
        if (raw) {
            return op.raw(input, layout);
        }
        String real = op.real(input, layout);
        return wide ? op.emit.cast(real, ElementType.INT32) : real;
    }

    void out(int output, String value) {
        out(output, Layout.LAST, value);
    }

    void out(int output, Layout layout, String value) {
        if (raw) {
            op.outRaw(output, layout, value);
        } else {
            op.out(output, layout, wide ? op.emit.cast(value, op.outElement(output)) : value);
        }
    }

    /** The element type the nodes see. */
    ElementType type(int input) {
        return raw ? op.element(input) : wide ? ElementType.INT32 : ElementType.FLOAT;
    }
}
