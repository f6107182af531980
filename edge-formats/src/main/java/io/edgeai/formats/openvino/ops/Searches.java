package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** Searching among sorted and repeated values, shifting bits, and meeting in one type. */
final class Searches {
    private Searches() {}

    static void register(Map<String, Mapping> all) {
        all.put("SearchSorted", Searches::sorted);
        all.put("Unique", Searches::unique);
        all.put("BitwiseLeftShift", op -> shift(op, true));
        all.put("BitwiseRightShift", op -> shift(op, false));
        all.put("ConvertPromoteTypes", Searches::promote);
    }

    /** How many of the sorted are before each value. */
    private static void sorted(Layer op) {
        Emitter emit = op.emit;
        String sorted = op.rank(0) == 1 ? op.in(0) : emit.op("Unsqueeze", op.in(0), emit.longs(-2));
        String values = emit.op("Unsqueeze", op.in(1), emit.longs(-1));
        String before = emit.op(op.flag("right_mode", false) ? "LessOrEqual" : "Less", sorted, values);
        String count = emit.add("ReduceSum", emit.cast(before, ElementType.INT64), emit.longs(-1))
                .attribute("keepdims", 0)
                .output(0);
        op.out(emit.cast(count, op.outType(0)));
    }

    private static void unique(Layer op) {
        OnnxNode node = op.emit.add("Unique", 4, op.in(0)).attribute("sorted", op.flag("sorted", true) ? 1 : 0);
        if (op.has(1)) {
            node.attribute("axis", op.axis(op.fixedLongs(1, "axis")[0], op.rank(0)));
        }
        op.out(0, node.output(0));
        for (int i = 1; i < op.outputs(); i++) {
            op.out(i, op.emit.cast(node.output(i), op.outType(i)));
        }
    }

    /** By a table of powers of two in 64 bits, cut to the type; a right shift rounds down, which keeps the sign. */
    private static void shift(Layer op, boolean left) {
        Emitter emit = op.emit;
        ElementType type = op.outType(0);
        if (type == ElementType.UINT64) {
            op.out(emit.add("BitShift", op.in(0), op.in(1))
                    .attribute("direction", left ? "LEFT" : "RIGHT")
                    .output(0));
            return;
        }
        long[] powers = new long[64];
        for (int i = 0; i < 64; i++) {
            powers[i] = 1L << i;
        }
        String table = emit.constant("powers", OnnxTensor.ofLongs(powers, 64));
        String power = emit.op("Gather", table, op.as64(1));
        String x = op.as64(0);
        String shifted =
                left ? emit.op("Mul", x, power) : emit.op("Div", emit.op("Sub", x, emit.op("Mod", x, power)), power);
        op.out(emit.cast(shifted, type));
    }

    private static void promote(Layer op) {
        for (int i = 0; i < 2; i++) {
            op.out(i, emitted(op, i));
        }
    }

    private static String emitted(Layer op, int input) {
        return op.type(input) == op.outType(input)
                ? op.emit.op("Identity", op.in(input))
                : op.emit.cast(op.in(input), op.outType(input));
    }
}
