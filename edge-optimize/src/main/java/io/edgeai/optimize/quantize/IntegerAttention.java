package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The fused attention of ONNX Runtime ({@code com.microsoft.Attention}) with its projection of queries, keys and values
 * on integers: {@code QAttention}. Scores and their softmax stay float.
 */
final class IntegerAttention {
    private static final Set<String> ATTRIBUTES = Set.of("num_heads", "unidirectional", "mask_filter_value");

    private IntegerAttention() {}

    static boolean is(OnnxNode node) {
        return node.domain().equals("com.microsoft") && node.op().equals("Attention");
    }

    /** Why a node cannot become one; empty where it can. */
    static String refusal(OnnxGraph graph, OnnxNode node) {
        OnnxTensor weight = graph.initializers().get(node.input(1));
        if (weight == null || weight.type() != ElementType.FLOAT || weight.rank() != 2) {
            return "its weight is not a stored FLOAT matrix";
        }
        if (node.input(2).isEmpty()) {
            return "it has no bias, which its integer form needs";
        }
        for (int i = 4; i < node.inputs().size(); i++) {
            if (!node.input(i).isEmpty()) {
                return "past keys or a bias on scores have no integer kernel here";
            }
        }
        if (!node.output(1).isEmpty()) {
            return "it hands on its keys and values, for which there is no integer kernel here";
        }
        for (String key : node.attributes().keySet()) {
            if (!ATTRIBUTES.contains(key) && !neutral(node, key)) {
                return "its attribute (" + key + ") has no integer form";
            }
        }
        return "";
    }

    private static boolean neutral(OnnxNode node, String key) {
        OnnxAttribute value = node.attributes().get(key);
        return value instanceof OnnxAttribute.OfInt number && number.value() == 0
                || value instanceof OnnxAttribute.OfFloat real && real.value() == 0;
    }

    /**
     * The node that replaces it; constants are added to the graph.
     *
     * @param input bytes, scale and zero point of its input
     */
    static OnnxNode of(OnnxGraph graph, OnnxNode node, String[] input, int top, FreshNames names) {
        String name = node.input(1);
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(name), name);
        ChannelWeights columns = ChannelWeights.of(weight, 1, top);
        String level = names.of(name + "_int8");
        String scale = names.of(level + "_scale");
        String zero = names.of(level + "_zero");
        graph.initializers().put(level, columns.levelTensor());
        graph.initializers().put(scale, columns.scaleTensor());
        graph.initializers().put(zero, columns.zeroTensor());
        OnnxNode made = new OnnxNode(
                        "QAttention",
                        node.name(),
                        List.of(input[0], level, node.input(2), input[1], scale, node.input(3), input[2], zero),
                        List.of(node.output(0)))
                .domain(node.domain());
        ATTRIBUTES.forEach(key -> {
            OnnxAttribute value = node.attributes().get(key);
            if (value != null) {
                made.attribute(key, value);
            }
        });
        return made;
    }
}
