package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.openvino.ir.IrLayer;
import io.edgeai.formats.openvino.ir.IrPort;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One layer while it is written: its values, sizes, constants and attributes. */
final class Layer {
    final GraphScope scope;
    final IrLayer ir;
    final Emitter emit;

    Layer(GraphScope scope, IrLayer ir) {
        this.scope = scope;
        this.ir = ir;
        this.emit = scope.emit;
    }

    int inputs() {
        return ir.inputs().size();
    }

    int outputs() {
        return ir.outputs().size();
    }

    boolean has(int input) {
        return input < ir.inputs().size() && !source(input).isEmpty();
    }

    /** {@code layer:port} that an input reads, empty where none does. */
    String source(int input) {
        if (input >= ir.inputs().size()) {
            return "";
        }
        return scope.graph
                .edges()
                .getOrDefault(ir.id() + ":" + ir.inputs().get(input).id(), "");
    }

    String in(int input) {
        String source = source(input);
        if (source.isEmpty()) {
            throw new Unmapped("lacks its input " + input);
        }
        return scope.value(source);
    }

    void out(int output, String value) {
        if (output < ir.outputs().size()) {
            scope.bind(ir.id() + ":" + ir.outputs().get(output).id(), value);
        }
    }

    void out(String value) {
        out(0, value);
    }

    /** Whether another layer reads an output. */
    boolean read(int output) {
        return scope.graph
                .edges()
                .containsValue(ir.id() + ":" + ir.outputs().get(output).id());
    }

    /** Dimensions the file states for an input, -1 where open. */
    long[] dims(int input) {
        IrPort from = scope.port(source(input));
        if (from != null && (from.dims().length > 0 || ir.inputs().get(input).dims().length == 0)) {
            return from.dims();
        }
        return input < ir.inputs().size() ? ir.inputs().get(input).dims() : new long[0];
    }

    int rank(int input) {
        return dims(input).length;
    }

    boolean fixed(int input) {
        return Arrays.stream(dims(input)).allMatch(d -> d >= 0);
    }

    long[] outDims(int output) {
        return ir.outputs().get(output).dims();
    }

    /** The element type of an input in the ONNX graph. */
    ElementType type(int input) {
        IrPort from = scope.port(source(input));
        String precision = from == null ? "" : from.precision();
        if (precision.isEmpty() && input < ir.inputs().size()) {
            precision = ir.inputs().get(input).precision();
        }
        return Precisions.element(precision.isEmpty() ? "f32" : precision);
    }

    ElementType outType(int output) {
        String precision = ir.outputs().get(output).precision();
        return Precisions.element(precision.isEmpty() ? "f32" : precision);
    }

    int axis(long axis, int rank) {
        long at = axis < 0 ? axis + rank : axis;
        if (at < 0 || at >= Math.max(1, rank)) {
            throw new Unmapped("names axis " + axis + " of a value of rank " + rank);
        }
        return (int) at;
    }

    /** The tensor of a constant input, also behind a conversion; null where it is computed. */
    @Nullable
    OnnxTensor constant(int input) {
        return scope.constant(source(input));
    }

    /** Whole numbers known while importing, or null. */
    long @Nullable [] longs(int input) {
        return has(input) ? Folding.longs(scope, source(input), 0) : null;
    }

    static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    long[] fixedLongs(int input, String what) {
        long[] values = longs(input);
        if (values == null) {
            throw new Unmapped("computes its " + what);
        }
        return values;
    }

    /** A constant's real numbers. */
    float[] fixedFloats(int input, String what) {
        OnnxTensor tensor = constant(input);
        if (tensor == null || tensor.type() != ElementType.FLOAT) {
            throw new Unmapped("computes its " + what);
        }
        return tensor.floats();
    }

    /** An input of whole numbers as a vector of 64-bit ones. */
    String vector(int input) {
        long[] known = longs(input);
        if (known != null) {
            return emit.longs(known);
        }
        String value = as64(input);
        return rank(input) == 0 ? emit.reshape(value, -1) : value;
    }

    String as64(int input) {
        return type(input) == ElementType.INT64 ? in(input) : emit.cast(in(input), ElementType.INT64);
    }

    String text(String attribute, String otherwise) {
        return ir.data().getOrDefault(attribute, otherwise);
    }

    String lower(String attribute, String otherwise) {
        return text(attribute, otherwise).toLowerCase(Locale.ROOT);
    }

    /** Truth is written true, True or 1. */
    boolean flag(String attribute, boolean otherwise) {
        String value = ir.data().get(attribute);
        return value == null || value.isEmpty() ? otherwise : value.equalsIgnoreCase("true") || value.equals("1");
    }

    long number(String attribute, long otherwise) {
        String value = ir.data().get(attribute);
        try {
            return value == null || value.isBlank() ? otherwise : Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new Unmapped("has " + attribute + "=" + value);
        }
    }

    float real(String attribute, float otherwise) {
        String value = ir.data().get(attribute);
        try {
            return value == null || value.isBlank() ? otherwise : parsed(value);
        } catch (NumberFormatException e) {
            throw new Unmapped("has " + attribute + "=" + value);
        }
    }

    /** OpenVINO writes infinities as C++ does. */
    private static float parsed(String value) {
        String number = value.strip();
        return switch (number.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf" -> Float.POSITIVE_INFINITY;
            case "-inf" -> Float.NEGATIVE_INFINITY;
            default -> Float.parseFloat(number);
        };
    }

    long[] list(String attribute) {
        String value = text(attribute, "").strip();
        try {
            return value.isEmpty()
                    ? new long[0]
                    : Arrays.stream(value.split(","))
                            .map(String::strip)
                            .mapToLong(Long::parseLong)
                            .toArray();
        } catch (NumberFormatException e) {
            throw new Unmapped("has " + attribute + "=" + value);
        }
    }

    float[] reals(String attribute) {
        String value = text(attribute, "").strip();
        if (value.isEmpty()) {
            return new float[0];
        }
        String[] parts = value.split(",");
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = parsed(parts[i]);
            } catch (NumberFormatException e) {
                throw new Unmapped("has " + attribute + "=" + value);
            }
        }
        return numbers;
    }
}
