package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Map;
import java.util.function.BiFunction;

/** Operators on each element or on pairs of elements with broadcasting, and the functions over the last dimension. */
final class Elementwise {
    private Elementwise() {}

    static void register(Map<Builtin, Mapping> all) {
        Map.ofEntries(
                        Map.entry(Builtin.ABS, "Abs"),
                        Map.entry(Builtin.CEIL, "Ceil"),
                        Map.entry(Builtin.COS, "Cos"),
                        Map.entry(Builtin.EXP, "Exp"),
                        Map.entry(Builtin.FLOOR, "Floor"),
                        Map.entry(Builtin.LOG, "Log"),
                        Map.entry(Builtin.LOGISTIC, "Sigmoid"),
                        Map.entry(Builtin.NEG, "Neg"),
                        Map.entry(Builtin.ROUND, "Round"),
                        Map.entry(Builtin.SIGN, "Sign"),
                        Map.entry(Builtin.SIN, "Sin"),
                        Map.entry(Builtin.SQRT, "Sqrt"),
                        Map.entry(Builtin.TANH, "Tanh"),
                        Map.entry(Builtin.ELU, "Elu"),
                        Map.entry(Builtin.HARD_SWISH, "HardSwish"),
                        Map.entry(Builtin.LOGICAL_NOT, "Not"))
                .forEach((builtin, onnx) -> all.put(builtin, op -> unary(op, onnx)));
        all.put(Builtin.RELU, op -> clipped(op, 0, Double.POSITIVE_INFINITY));
        all.put(Builtin.RELU6, op -> clipped(op, 0, 6));
        all.put(Builtin.RELU_N1_TO_1, op -> clipped(op, -1, 1));
        all.put(Builtin.RELU_0_TO_1, op -> clipped(op, 0, 1));
        all.put(Builtin.RSQRT, op -> apply(op, x -> op.emit.op("Reciprocal", op.emit.op("Sqrt", x))));
        all.put(Builtin.SQUARE, op -> apply(op, x -> op.emit.op("Mul", x, x)));
        all.put(
                Builtin.LEAKY_RELU,
                op -> apply(op, x -> op.emit
                        .add("LeakyRelu", x)
                        .attribute("alpha", op.node.realOption(0, 0))
                        .output(0)));
        all.put(
                Builtin.GELU,
                op -> apply(op, x -> op.emit
                        .add("Gelu", x)
                        .attribute("approximate", op.node.flag(0, false) ? "tanh" : "none")
                        .output(0)));
        all.put(Builtin.PRELU, Elementwise::prelu);
        all.put(Builtin.SOFTMAX, Elementwise::softmax);
        all.put(
                Builtin.LOG_SOFTMAX,
                op -> op.out(
                        0,
                        op.emit
                                .add("LogSoftmax", op.real(0))
                                .attribute("axis", -1)
                                .output(0)));
        all.put(Builtin.L2_NORMALIZATION, Elementwise::l2);

        all.put(Builtin.ADD, op -> fused(op, "Add"));
        all.put(Builtin.SUB, op -> fused(op, "Sub"));
        all.put(Builtin.MUL, op -> fused(op, "Mul"));
        all.put(Builtin.DIV, op -> fused(op, "Div"));
        all.put(Builtin.POW, op -> fused(op, "Pow", 0));
        all.put(Builtin.MAXIMUM, op -> binary(op, (a, b) -> widened(op, "Max", a, b)));
        all.put(Builtin.MINIMUM, op -> binary(op, (a, b) -> widened(op, "Min", a, b)));
        all.put(
                Builtin.SQUARED_DIFFERENCE,
                op -> binary(op, (a, b) -> {
                    String difference = op.emit.op("Sub", a, b);
                    return op.emit.op("Mul", difference, difference);
                }));
        all.put(Builtin.FLOOR_DIV, op -> binary(op, (a, b) -> floorDiv(op, a, b)));
        all.put(Builtin.FLOOR_MOD, op -> binary(op, (a, b) -> floorMod(op, a, b)));
        all.put(Builtin.ATAN2, op -> binary(op, (a, b) -> atan2(op, a, b)));
        all.put(Builtin.LOGICAL_AND, op -> binary(op, (a, b) -> op.emit.op("And", a, b)));
        all.put(Builtin.LOGICAL_OR, op -> binary(op, (a, b) -> op.emit.op("Or", a, b)));
        all.put(Builtin.BITWISE_XOR, op -> binary(op, (a, b) -> op.emit.op("BitwiseXor", a, b)));
        all.put(Builtin.RIGHT_SHIFT, op -> binary(op, (a, b) -> rightShift(op, a, b)));
        all.put(Builtin.EQUAL, op -> compare(op, "Equal", false));
        all.put(Builtin.NOT_EQUAL, op -> compare(op, "Equal", true));
        all.put(Builtin.LESS, op -> compare(op, "Less", false));
        all.put(Builtin.LESS_EQUAL, op -> compare(op, "LessOrEqual", false));
        all.put(Builtin.GREATER, op -> compare(op, "Greater", false));
        all.put(Builtin.GREATER_EQUAL, op -> compare(op, "GreaterOrEqual", false));
        all.put(Builtin.ADD_N, Elementwise::addN);
    }

    private static void apply(Op op, java.util.function.UnaryOperator<String> function) {
        Layout layout = op.layout(0);
        op.out(0, layout, function.apply(op.real(0, layout)));
    }

    private static void unary(Op op, String onnx) {
        apply(op, x -> op.emit.op(onnx, x));
    }

    private static void clipped(Op op, double low, double high) {
        apply(op, x -> high == Double.POSITIVE_INFINITY ? op.activate(x, 1, 0) : op.clip(x, low, high, 0));
    }

    private static void prelu(Op op) {
        Layout layout = op.layout(0, 1);
        int rank = op.in(0).rank();
        op.out(0, layout, op.emit.op("PRelu", op.real(0, layout), op.broadcast(1, layout, rank)));
    }

    private static void softmax(Op op) {
        float beta = op.node.realOption(0, 0);
        String x = op.real(0);
        if (beta != 1) {
            x = op.emit.op("Mul", x, op.emit.scalar(beta));
        }
        op.out(0, op.emit.add("Softmax", x).attribute("axis", -1).output(0));
    }

    /** Divided by the length along the last dimension, which counts as at least 1e-6. */
    private static void l2(Op op) {
        String x = op.real(0);
        String squares = op.emit.op("ReduceSumSquare", x, op.emit.longs(-1));
        String length = op.emit.op("Max", op.emit.op("Sqrt", squares), op.emit.scalar(1e-6f));
        op.out(0, op.emit.op("Div", x, length));
    }

    static void binary(Op op, BiFunction<String, String, String> function) {
        Layout layout = op.layout(0, 1);
        int rank = Math.max(op.in(0).rank(), op.in(1).rank());
        String a = op.broadcast(0, layout, rank);
        String b = op.broadcast(1, layout, rank);
        op.out(0, layout, function.apply(a, b));
    }

    private static void fused(Op op, String onnx) {
        fused(op, onnx, op.node.byteOption(0, 0));
    }

    private static void fused(Op op, String onnx, int activation) {
        binary(op, (a, b) -> op.activate(op.emit.op(onnx, a, b), activation, 0));
    }

    private static boolean narrow(Op op) {
        ElementType type = op.element(0);
        return !op.quantized()
                && type.bits() <= 16
                && type != ElementType.FLOAT16
                && type != ElementType.BOOL
                && type != ElementType.STRING;
    }

    /** Plain integers of 8 and 16 bits pass through 32 bits where ONNX Runtime has no kernel for them. */
    private static String widened(Op op, String onnx, String a, String b) {
        if (!narrow(op)) {
            return op.emit.op(onnx, a, b);
        }
        String wide = op.emit.op(onnx, op.emit.cast(a, ElementType.INT32), op.emit.cast(b, ElementType.INT32));
        return op.emit.cast(wide, op.element(0));
    }

    private static void compare(Op op, String onnx, boolean negated) {
        binary(op, (a, b) -> {
            boolean narrow = narrow(op);
            String left = narrow ? op.emit.cast(a, ElementType.INT32) : a;
            String right = narrow ? op.emit.cast(b, ElementType.INT32) : b;
            String result = op.emit.op(onnx, left, right);
            return negated ? op.emit.op("Not", result) : result;
        });
    }

    private static boolean real(Op op) {
        return op.quantized() || op.element(0) == ElementType.FLOAT || op.element(0) == ElementType.DOUBLE;
    }

    private static String floorDiv(Op op, String a, String b) {
        String quotient = op.emit.op("Div", a, b);
        if (real(op)) {
            return op.emit.op("Floor", quotient);
        }
        // ONNX divides integers toward zero.
        ElementType type = op.element(0);
        String rest = op.emit.op("Sub", a, op.emit.op("Mul", quotient, b));
        String zero = op.emit.scalar(type, 0);
        String inexact = op.emit.op("Not", op.emit.op("Equal", rest, zero));
        String apart = op.emit.op("Xor", op.emit.op("Less", rest, zero), op.emit.op("Less", b, zero));
        String low = op.emit.cast(op.emit.op("And", inexact, apart), type);
        return op.emit.op("Sub", quotient, low);
    }

    private static String floorMod(Op op, String a, String b) {
        if (!real(op)) {
            return op.emit.op("Mod", a, b);
        }
        String rest = op.emit.add("Mod", a, b).attribute("fmod", 1).output(0);
        String zero = op.emit.scalar(op.quantized() ? ElementType.FLOAT : op.element(0), 0);
        String inexact = op.emit.op("Not", op.emit.op("Equal", rest, zero));
        String apart = op.emit.op("Xor", op.emit.op("Less", rest, zero), op.emit.op("Less", b, zero));
        return op.emit.op("Where", op.emit.op("And", inexact, apart), op.emit.op("Add", rest, b), rest);
    }

    /** The angle in the right half plane, turned by half a circle in the left one. */
    private static String atan2(Op op, String y, String x) {
        String zero = op.emit.scalar(0f);
        String pi = op.emit.scalar((float) Math.PI);
        String half = op.emit.scalar((float) (Math.PI / 2));
        String angle = op.emit.op("Atan", op.emit.op("Div", y, x));
        String below = op.emit.op("Less", y, zero);
        String turn = op.emit.op("Where", below, op.emit.op("Neg", pi), pi);
        String left = op.emit.op("Where", op.emit.op("Less", x, zero), op.emit.op("Add", angle, turn), angle);
        String upright = op.emit.op("Mul", op.emit.op("Sign", y), half);
        return op.emit.op("Where", op.emit.op("Equal", x, zero), upright, left);
    }

    /** An arithmetic shift: division by a power of two, rounded down. A negative shift is none. */
    private static String rightShift(Op op, String a, String b) {
        String two = op.emit.scalar(ElementType.DOUBLE, 2);
        String places = op.emit.op("Max", op.emit.cast(b, ElementType.DOUBLE), op.emit.scalar(ElementType.DOUBLE, 0));
        String divisor = op.emit.op("Pow", two, places);
        String quotient = op.emit.op("Div", op.emit.cast(a, ElementType.DOUBLE), divisor);
        return op.emit.cast(op.emit.op("Floor", quotient), op.element(0));
    }

    private static void addN(Op op) {
        String sum = op.real(0);
        for (int i = 1; i < op.inputs(); i++) {
            sum = op.emit.op("Add", sum, op.real(i));
        }
        op.out(0, sum);
    }
}
