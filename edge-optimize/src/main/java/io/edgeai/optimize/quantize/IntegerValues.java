package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.HashSet;
import java.util.Set;

/** Follows shapes, ids and masks through a graph: nodes that compute with them only are none of quantization's business. */
final class IntegerValues {
    private final Set<String> values = new HashSet<>();

    IntegerValues(OnnxGraph graph) {
        for (OnnxValue input : graph.inputs()) {
            if (input.type() instanceof OnnxType.OfTensor tensor && tensor.element() != ElementType.FLOAT) {
                values.add(input.name());
            }
        }
        graph.initializers().forEach((name, tensor) -> {
            if (tensor.type() != ElementType.FLOAT) {
                values.add(name);
            }
        });
    }

    /** Whether a node computes with integers only; to be asked in topological order. */
    boolean computes(OnnxNode node) {
        boolean integer =
                switch (node.op()) {
                    case "Shape", "Size", "NonZero", "ArgMax", "ArgMin" -> true;
                    case "Cast" -> node.intAttribute("to", 1) != ElementType.FLOAT.onnxCode();
                    case "ConstantOfShape", "QuantizeLinear", "DequantizeLinear" -> false;
                    default ->
                        !node.inputs().isEmpty()
                                && node.inputs().stream().allMatch(input -> input.isEmpty() || values.contains(input));
                };
        if (integer) {
            values.addAll(node.outputs());
        }
        return integer;
    }
}
