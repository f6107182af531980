package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import java.util.Map;
import java.util.function.BiFunction;

/** Operations on each element, on pairs with broadcasting, and activations. */
final class Elementwise {
    private Elementwise() {}

    static void register(Map<String, Mapping> all) {
        Map.ofEntries(
                        Map.entry("Abs", "Abs"),
                        Map.entry("Acos", "Acos"),
                        Map.entry("Acosh", "Acosh"),
                        Map.entry("Asin", "Asin"),
                        Map.entry("Asinh", "Asinh"),
                        Map.entry("Atan", "Atan"),
                        Map.entry("Atanh", "Atanh"),
                        Map.entry("Ceiling", "Ceil"),
                        Map.entry("Cos", "Cos"),
                        Map.entry("Cosh", "Cosh"),
                        Map.entry("Erf", "Erf"),
                        Map.entry("Exp", "Exp"),
                        Map.entry("Floor", "Floor"),
                        Map.entry("HSwish", "HardSwish"),
                        Map.entry("Identity", "Identity"),
                        Map.entry("IsNaN", "IsNaN"),
                        Map.entry("Log", "Log"),
                        Map.entry("LogicalNot", "Not"),
                        Map.entry("Mish", "Mish"),
                        Map.entry("Negative", "Neg"),
                        Map.entry("ReLU", "Relu"),
                        Map.entry("Sigmoid", "Sigmoid"),
                        Map.entry("Sign", "Sign"),
                        Map.entry("Sin", "Sin"),
                        Map.entry("Sinh", "Sinh"),
                        Map.entry("SoftPlus", "Softplus"),
                        Map.entry("SoftSign", "Softsign"),
                        Map.entry("Sqrt", "Sqrt"),
                        Map.entry("Tan", "Tan"),
                        Map.entry("Tanh", "Tanh"))
                .forEach((openvino, onnx) -> all.put(openvino, op -> op.out(op.emit.op(onnx, op.in(0)))));
        all.put("BitwiseNot", op -> op.out(op.emit.op(bitwise(op, "Not"), op.in(0))));
        for (String each : new String[] {"And", "Or", "Xor"}) {
            all.put("Bitwise" + each, op -> binary(op, (a, b) -> op.emit.op(bitwise(op, each), a, b)));
        }
        all.put("Clamp", Elementwise::clamp);
        all.put(
                "Elu",
                op -> op.out(op.emit
                        .add("Elu", op.in(0))
                        .attribute("alpha", op.real("alpha", 1))
                        .output(0)));
        all.put(
                "Gelu",
                op -> op.out(op.emit
                        .add("Gelu", op.in(0))
                        .attribute(
                                "approximate",
                                op.lower("approximation_mode", "erf").equals("tanh") ? "tanh" : "none")
                        .output(0)));
        all.put(
                "HSigmoid",
                op -> op.out(op.emit
                        .add("HardSigmoid", op.in(0))
                        .attribute("alpha", 1f / 6)
                        .attribute("beta", .5f)
                        .output(0)));
        all.put(
                "HardSigmoid",
                op -> op.out(op.emit
                        .add("HardSigmoid", op.in(0))
                        .attribute("alpha", op.fixedFloats(1, "alpha")[0])
                        .attribute("beta", op.fixedFloats(2, "beta")[0])
                        .output(0)));
        all.put(
                "IsFinite",
                op -> op.out(op.emit.op(
                        "Not", op.emit.op("Or", op.emit.op("IsNaN", op.in(0)), op.emit.op("IsInf", op.in(0))))));
        all.put(
                "IsInf",
                op -> op.out(op.emit
                        .add("IsInf", op.in(0))
                        .attribute("detect_negative", op.flag("detect_negative", true) ? 1 : 0)
                        .attribute("detect_positive", op.flag("detect_positive", true) ? 1 : 0)
                        .output(0)));
        all.put("PReLU", Elementwise::prelu);
        all.put("Round", Elementwise::round);
        all.put("Selu", Elementwise::selu);
        all.put("Swish", Elementwise::swish);
        all.put(
                "LogSoftmax",
                op -> op.out(op.emit
                        .add("LogSoftmax", op.in(0))
                        .attribute("axis", op.number("axis", 1))
                        .output(0)));
        all.put(
                "SoftMax",
                op -> op.out(op.emit
                        .add("Softmax", op.in(0))
                        .attribute("axis", op.number("axis", 1))
                        .output(0)));
        all.put("GRN", Elementwise::grn);

        Map.ofEntries(
                        Map.entry("Add", "Add"),
                        Map.entry("Subtract", "Sub"),
                        Map.entry("Multiply", "Mul"),
                        Map.entry("Power", "Pow"),
                        Map.entry("Maximum", "Max"),
                        Map.entry("Minimum", "Min"),
                        Map.entry("Equal", "Equal"),
                        Map.entry("Greater", "Greater"),
                        Map.entry("GreaterEqual", "GreaterOrEqual"),
                        Map.entry("Less", "Less"),
                        Map.entry("LessEqual", "LessOrEqual"),
                        Map.entry("LogicalAnd", "And"),
                        Map.entry("LogicalOr", "Or"),
                        Map.entry("LogicalXor", "Xor"))
                .forEach((openvino, onnx) -> all.put(openvino, op -> binary(op, (a, b) -> op.emit.op(onnx, a, b))));
        all.put("NotEqual", op -> binary(op, (a, b) -> op.emit.op("Not", op.emit.op("Equal", a, b))));
        all.put("Divide", op -> binary(op, (a, b) -> divide(op, a, b)));
        all.put(
                "Mod",
                op -> binary(
                        op,
                        (a, b) -> op.emit.add("Mod", a, b).attribute("fmod", 1).output(0)));
        all.put("FloorMod", op -> binary(op, (a, b) -> floorMod(op, a, b)));
        all.put(
                "SquaredDifference",
                op -> binary(op, (a, b) -> {
                    String difference = op.emit.op("Sub", a, b);
                    return op.emit.op("Mul", difference, difference);
                }));
        all.put("Select", op -> op.out(op.emit.op("Where", op.in(0), op.in(1), op.in(2))));
    }

    /** Truth values have one bit, which ONNX treats by operations of its own. */
    private static String bitwise(Layer op, String name) {
        return op.type(0) == ElementType.BOOL ? name : "Bitwise" + name;
    }

    /** Small integers, for which ONNX Runtime has no arithmetic, pass through 32 bits. */
    private static void binary(Layer op, BiFunction<String, String, String> function) {
        String broadcast = op.lower("auto_broadcast", "numpy");
        String a = op.in(0);
        String b = op.in(1);
        if (broadcast.equals("pdpd") && op.rank(0) != op.rank(1)) {
            long axis = op.number("axis", -1);
            int at = (int) (axis < 0 ? op.rank(0) - op.rank(1) : axis);
            long[] dims = new long[op.rank(0)];
            java.util.Arrays.fill(dims, 1);
            for (int i = 0; i < op.rank(1); i++) {
                if (at + i >= dims.length || op.dims(1)[i] < 0) {
                    throw new Unmapped("broadcasts a value of unknown size along axis " + axis);
                }
                dims[at + i] = op.dims(1)[i];
            }
            b = op.emit.reshape(b, dims);
        }
        ElementType type = op.type(0);
        boolean narrow = type.bits() < 32 && type != ElementType.BOOL;
        if (narrow) {
            a = op.emit.cast(a, ElementType.INT32);
            b = op.emit.cast(b, ElementType.INT32);
        }
        String result = function.apply(a, b);
        op.out(narrow && op.outType(0) == type ? op.emit.cast(result, type) : result);
    }

    private static boolean real(Layer op) {
        return op.type(0) == ElementType.FLOAT || op.type(0) == ElementType.DOUBLE;
    }

    /** Python's division rounds down; ONNX's toward zero. */
    private static String divide(Layer op, String a, String b) {
        String quotient = op.emit.op("Div", a, b);
        ElementType type = op.type(0).bits() < 32 ? ElementType.INT32 : op.type(0);
        if (real(op) || !op.flag("m_pythondiv", true) || type == ElementType.UINT32 || type == ElementType.UINT64) {
            return quotient;
        }
        String rest = op.emit.op("Sub", a, op.emit.op("Mul", quotient, b));
        String zero = op.emit.scalar(type, 0);
        String inexact = op.emit.op("Not", op.emit.op("Equal", rest, zero));
        String apart = op.emit.op("Xor", op.emit.op("Less", rest, zero), op.emit.op("Less", b, zero));
        return op.emit.op("Sub", quotient, op.emit.cast(op.emit.op("And", inexact, apart), type));
    }

    private static String floorMod(Layer op, String a, String b) {
        if (!real(op)) {
            return op.emit.op("Mod", a, b);
        }
        String floor = op.emit.op("Floor", op.emit.op("Div", a, b));
        return op.emit.op("Sub", a, op.emit.op("Mul", floor, b));
    }

    private static void clamp(Layer op) {
        ElementType type = op.type(0);
        float low = op.real("min", -Float.MAX_VALUE);
        float high = op.real("max", Float.MAX_VALUE);
        double least = real(op) ? low : Math.ceil(low);
        double most = real(op) ? high : Math.floor(high);
        op.out(op.emit.op("Clip", op.in(0), op.emit.scalar(type, least), op.emit.scalar(type, most)));
    }

    private static void prelu(Layer op) {
        int rank = op.rank(0);
        String slope = op.in(1);
        if (op.rank(1) == 1 && rank > 1) {
            long count = op.dims(1)[0];
            long channels = op.dims(0)[1];
            if (count != 1 && (count < 0 || channels < 0 || count == channels)) { // one slope for each channel
                long[] dims = new long[rank];
                java.util.Arrays.fill(dims, 1);
                dims[1] = -1;
                slope = op.emit.reshape(slope, dims);
            }
        }
        op.out(op.emit.op("PRelu", op.in(0), slope));
    }

    private static void round(Layer op) {
        String x = op.in(0);
        if (op.lower("mode", "half_to_even").equals("half_to_even")) {
            op.out(op.emit.op("Round", x));
            return;
        }
        // Adding one half and cutting would round twice: odd numbers above 2^23, and the greatest below one half.
        String size = op.emit.op("Abs", x);
        String floor = op.emit.op("Floor", size);
        String half = op.emit.scalar(op.type(0), .5);
        String up = op.emit.cast(op.emit.op("GreaterOrEqual", op.emit.op("Sub", size, floor), half), op.type(0));
        op.out(op.emit.op("Mul", op.emit.op("Sign", x), op.emit.op("Add", floor, up)));
    }

    private static void selu(Layer op) {
        op.out(op.emit
                .add("Selu", op.in(0))
                .attribute("alpha", op.fixedFloats(1, "alpha")[0])
                .attribute("gamma", op.fixedFloats(2, "lambda")[0])
                .output(0));
    }

    private static void swish(Layer op) {
        String x = op.in(0);
        String scaled = op.has(1) ? op.emit.op("Mul", x, op.in(1)) : x;
        op.out(op.emit.op("Mul", x, op.emit.op("Sigmoid", scaled)));
    }

    /** Divided by the length over channels at each place. */
    private static void grn(Layer op) {
        String squares = op.emit.op("ReduceSumSquare", op.in(0), op.emit.longs(1));
        String length = op.emit.op("Sqrt", op.emit.op("Add", squares, op.emit.scalar(op.real("bias", 0))));
        op.out(op.emit.op("Div", op.in(0), length));
    }
}
