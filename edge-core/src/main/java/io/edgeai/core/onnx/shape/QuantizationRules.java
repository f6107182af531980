package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.Map;

/** Conversions between real numbers and quantized integers; quantized products are with their real counterparts. */
final class QuantizationRules {
    private QuantizationRules() {}

    static void register(Map<String, Rule> table) {
        for (String prefix : new String[] {"", Rules.MICROSOFT}) {
            table.put(prefix + "QuantizeLinear", QuantizationRules::quantize);
            table.put(prefix + "DequantizeLinear", QuantizationRules::dequantize);
        }
        table.put("DynamicQuantizeLinear", QuantizationRules::dynamic);
        Rules.put(
                table,
                Rules.MICROSOFT,
                op -> op.out(Fact.tensor(
                        op.element(0), Op.broadcast(op.in(0).dims(), op.in(3).dims()))),
                "QLinearAdd",
                "QLinearMul");
        Rules.put(
                table, Rules.MICROSOFT, ElementwiseRules::same, "QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax");
    }

    private static void quantize(Op op) {
        ElementType element = op.given(2) ? op.element(2) : op.elementAttribute("output_dtype", ElementType.UINT8);
        op.out(op.in(0).withElement(element));
    }

    private static void dequantize(Op op) {
        op.out(op.in(0).withElement(op.elementAttribute("output_dtype", op.element(1))));
    }

    private static void dynamic(Op op) {
        op.out(op.in(0).withElement(ElementType.UINT8));
        op.out(1, Fact.tensor(ElementType.FLOAT));
        op.out(2, Fact.tensor(ElementType.UINT8));
    }
}
