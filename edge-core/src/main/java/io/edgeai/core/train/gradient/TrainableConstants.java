package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which constants of a model are parameters. ONNX does not say, so it follows from where they are read: kernels,
 * matrices, biases, scales, slopes and embedding tables are; single numbers in arithmetic (epsilon, square roots of a
 * width), what is subtracted or divided by (input means and deviations), running statistics, ranges and whole numbers
 * are not. Constants read through Transpose, Reshape or fake quantization count as read.
 */
public final class TrainableConstants {
    private static final Set<String> PASSING = Set.of(
            "Identity",
            "Transpose",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Cast",
            "Slice",
            "Concat",
            "Split",
            "Expand",
            "QuantizeLinear",
            "DequantizeLinear");

    private TrainableConstants() {}

    /** Names of FLOAT initializers that are parameters, in the order in which nodes read them. */
    public static Set<String> of(OnnxGraph graph) {
        Map<String, Set<String>> origins = new HashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            if (tensor.type() == ElementType.FLOAT) {
                origins.put(name, Set.of(name));
            }
        });
        Set<String> parameters = new LinkedHashSet<>();
        for (OnnxNode node : graph.topologicalOrder()) {
            if (!GradientRules.standard(node)) {
                continue;
            }
            Set<String> passed = new LinkedHashSet<>();
            boolean passes = PASSING.contains(node.op());
            for (int i = 0; i < node.inputs().size(); i++) {
                Set<String> from = origins.getOrDefault(node.input(i), Set.of());
                if (passes) {
                    passes = i > 0 && !node.op().equals("Concat") || !from.isEmpty();
                    passed.addAll(i == 0 || node.op().equals("Concat") ? from : Set.of());
                } else if (trained(node, i)) {
                    for (String name : from) {
                        if (elements(graph, name) > 1 || !arithmetic(node)) {
                            parameters.add(name);
                        }
                    }
                }
            }
            if (passes) {
                node.outputs().forEach(output -> origins.put(output, passed));
            }
        }
        return parameters;
    }

    private static long elements(OnnxGraph graph, String name) {
        OnnxTensor tensor = graph.initializers().get(name);
        return tensor == null ? 0 : tensor.elements();
    }

    private static boolean arithmetic(OnnxNode node) {
        return node.op().equals("Add") || node.op().equals("Mul") || node.op().equals("Sum");
    }

    private static boolean trained(OnnxNode node, int input) {
        return switch (node.op()) {
            case "Conv", "ConvTranspose", "LayerNormalization", "InstanceNormalization", "BatchNormalization" ->
                input == 1 || input == 2;
            case "Gemm", "MatMul", "Add", "Mul", "Sum" -> true;
            case "PRelu" -> input == 1;
            case "Gather" -> input == 0;
            default -> false;
        };
    }
}
