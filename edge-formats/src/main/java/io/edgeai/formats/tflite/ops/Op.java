package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.TfliteOperator;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One operator while it is written: its values, constants and options by place. */
final class Op {
    final Scope scope;
    final TfliteOperator node;
    final Emitter emit;

    Op(Scope scope, TfliteOperator node) {
        this.scope = scope;
        this.node = node;
        this.emit = scope.emit;
    }

    boolean has(int input) {
        return input < node.inputs().length && node.inputs()[input] >= 0;
    }

    int index(int input) {
        if (!has(input)) {
            throw new Unmapped("lacks its input " + input);
        }
        return node.inputs()[input];
    }

    TfliteTensor in(int input) {
        return scope.tensor(index(input));
    }

    TfliteTensor outTensor(int output) {
        if (output >= node.outputs().length) {
            throw new Unmapped("lacks its output " + output);
        }
        return scope.tensor(node.outputs()[output]);
    }

    int inputs() {
        return node.inputs().length;
    }

    int outputs() {
        return node.outputs().length;
    }

    /** The input as stored, channels last. */
    String raw(int input) {
        return scope.raw(index(input), Layout.LAST);
    }

    String raw(int input, Layout layout) {
        return scope.raw(index(input), layout);
    }

    /** The input as real numbers, channels last. */
    String real(int input) {
        return scope.real(index(input), Layout.LAST);
    }

    String real(int input, Layout layout) {
        return scope.real(index(input), layout);
    }

    /**
     * The input moved, then made real: ONNX Runtime fails on what it makes of a move behind an 8-bit value made real.
     */
    String moved(int input, UnaryOperator<String> move) {
        TfliteTensor tensor = in(input);
        String moved = move.apply(raw(input));
        return tensor.quantized() ? scope.dequantize(moved, tensor.quantization(), Scope.element(tensor), 0) : moved;
    }

    /** Weights as real numbers, channels last; plainly computed where {@code x} is not quantized itself. */
    String weights(int input, int x) {
        TfliteTensor tensor = in(input);
        return tensor.quantized() && !in(x).quantized()
                ? scope.plain(raw(input), tensor, tensor.quantization().axis())
                : real(input);
    }

    /** Real numbers become the output, quantized where it is. */
    void out(int output, String real) {
        out(output, Layout.LAST, real);
    }

    void out(int output, Layout layout, String real) {
        outTensor(output);
        scope.bindReal(node.outputs()[output], layout, real);
    }

    /** A value as stored becomes the output. */
    void outRaw(int output, String value) {
        outRaw(output, Layout.LAST, value);
    }

    void outRaw(int output, Layout layout, String value) {
        outTensor(output);
        scope.bind(node.outputs()[output], layout, value);
    }

    /** Whether an output is read by anyone or leaves the graph is not known here; whether it is declared is. */
    boolean wanted(int output) {
        return output < node.outputs().length;
    }

    int rank(int input) {
        TfliteTensor tensor = in(input);
        if (!tensor.rankKnown() && tensor.rank() == 0) {
            throw new Unmapped("reads (" + tensor.name() + ") of unknown rank");
        }
        return tensor.rank();
    }

    long dim(int input, int axis) {
        TfliteTensor tensor = in(input);
        int at = axis < 0 ? axis + tensor.rank() : axis;
        if (at < 0 || at >= tensor.rank()) {
            throw new Unmapped("reads dimension " + axis + " of " + tensor);
        }
        return tensor.dims()[at];
    }

    /** An axis counted from the front. */
    int axis(long axis, int rank) {
        long at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= Math.max(1, rank)) {
            throw new Unmapped("names axis " + axis + " of a value of rank " + rank);
        }
        return (int) at;
    }

    /** The whole numbers of a constant input, or null where it is computed or left out. */
    long @Nullable [] longs(int input) {
        return has(input) && in(input).constant() ? Constants.longs(in(input)) : null;
    }

    long[] fixedLongs(int input, String what) {
        long[] values = longs(input);
        if (values == null) {
            throw new Unmapped("computes its " + what);
        }
        return values;
    }

    /** An input of whole numbers as 64-bit ones, as ONNX takes shapes and indices. */
    String shape(int input) {
        long[] fixed = longs(input);
        if (fixed != null) {
            return in(input).rank() == 1
                    ? emit.longs(fixed)
                    : emit.constant("whole", OnnxTensor.ofLongs(fixed, in(input).dims()));
        }
        return in(input).type().element() == ElementType.INT64 ? raw(input) : emit.cast(raw(input), ElementType.INT64);
    }

    /** The same as a vector, also where the input is a scalar. */
    String vector(int input) {
        return in(input).rank() == 0 ? emit.reshape(shape(input), -1) : shape(input);
    }

    ElementType element(int input) {
        return Scope.element(in(input));
    }

    ElementType outElement(int output) {
        return Scope.element(outTensor(output));
    }

    boolean quantized() {
        return in(0).quantized();
    }

    /** Channels first where the inputs already are, so that chains of convolutions need no transposing in between. */
    Layout layout(int... inputs) {
        int rank = -1;
        boolean first = false;
        for (int input : inputs) {
            TfliteTensor tensor = in(input);
            if (tensor.constant()) {
                continue;
            }
            if (tensor.rank() < 3 || (rank >= 0 && rank != tensor.rank())) {
                return Layout.LAST;
            }
            rank = tensor.rank();
            first |= scope.has(index(input), Layout.FIRST) && !scope.has(index(input), Layout.LAST);
        }
        for (int input : inputs) {
            if (in(input).constant() && in(input).rank() > rank) {
                return Layout.LAST;
            }
        }
        return first ? Layout.FIRST : Layout.LAST;
    }

    /** An input as real numbers in a layout; constants of lower rank are led by ones. */
    String broadcast(int input, Layout layout, int rank) {
        return aligned(input, layout, rank, true);
    }

    String broadcastRaw(int input, Layout layout, int rank) {
        return aligned(input, layout, rank, false);
    }

    private String aligned(int input, Layout layout, int rank, boolean real) {
        TfliteTensor tensor = in(input);
        if (layout == Layout.LAST || tensor.rank() == rank || !tensor.constant() || tensor.rank() == 0) {
            return real
                    ? real(input, layout == Layout.FIRST && tensor.rank() == 0 ? Layout.LAST : layout)
                    : raw(input, layout == Layout.FIRST && tensor.rank() == 0 ? Layout.LAST : layout);
        }
        if (tensor.quantized() && tensor.quantization().perChannel()) {
            throw new Unmapped("broadcasts a constant with a scale for each channel");
        }
        long[] dims = new long[rank];
        java.util.Arrays.fill(dims, 1);
        System.arraycopy(tensor.dims(), 0, dims, rank - tensor.rank(), tensor.rank());
        OnnxTensor constant = Constants.transpose(Constants.tensor(tensor).reshape(dims), layout.fromOther(rank));
        String raw = emit.constant(tensor.name(), constant);
        return real && tensor.quantized()
                ? scope.dequantize(raw, tensor.quantization(), Scope.element(tensor), 0)
                : raw;
    }

    /**
     * Applies a fused activation (schema.fbs, {@code ActivationFunctionType}). Where the output's integers cannot leave
     * the range anyway nothing is written.
     */
    String activate(String real, int activation, int output) {
        return switch (activation) {
            case 0 -> real;
            case 1 -> clamps(output, 0, Double.POSITIVE_INFINITY) ? real : emit.op("Relu", real);
            case 2 -> clip(real, -1, 1, output);
            case 3 -> clip(real, 0, 6, output);
            case 4 -> emit.op("Tanh", real);
            default -> throw new Unmapped("has the fused activation " + activation);
        };
    }

    String clip(String real, double low, double high, int output) {
        if (clamps(output, low, high)) {
            return real;
        }
        TfliteTensor tensor = outTensor(output);
        ElementType type = tensor.quantized() ? ElementType.FLOAT : Scope.element(tensor);
        return emit.op("Clip", real, emit.scalar(type, low), emit.scalar(type, high));
    }

    /** A fused activation on the integers of a quantized output, between the bounds that the kernels compute. */
    String activateRaw(String raw, int activation, int output) {
        return switch (activation) {
            case 0 -> raw;
            case 1 -> clipRaw(raw, 0, Double.POSITIVE_INFINITY, output);
            case 2 -> clipRaw(raw, -1, 1, output);
            case 3 -> clipRaw(raw, 0, 6, output);
            default -> throw new Unmapped("has the fused activation " + activation);
        };
    }

    private String clipRaw(String raw, double low, double high, int output) {
        if (clamps(output, low, high)) {
            return raw;
        }
        TfliteTensor tensor = outTensor(output);
        ElementType type = Scope.element(tensor);
        double least = Math.max(least(type), steps(tensor, low));
        double most = Math.min(most(type), steps(tensor, high));
        return emit.op("Clip", raw, emit.scalar(type, least), emit.scalar(type, most));
    }

    private boolean clamps(int output, double low, double high) {
        TfliteTensor tensor = outTensor(output);
        if (!tensor.quantized()) {
            return false;
        }
        ElementType type = Scope.element(tensor);
        return steps(tensor, low) <= least(type) && steps(tensor, high) >= most(type);
    }

    private static double steps(TfliteTensor tensor, double real) {
        double scale = tensor.quantization().scale();
        return tensor.quantization().zeroPoint() + Math.rint(real / scale);
    }

    private static double least(ElementType type) {
        return type == ElementType.UINT8 ? 0 : -Math.pow(2, type.bits() - 1);
    }

    private static double most(ElementType type) {
        return type == ElementType.UINT8 ? 255 : Math.pow(2, type.bits() - 1) - 1;
    }

    @Override
    public String toString() {
        return Objects.toString(node.kind());
    }
}
