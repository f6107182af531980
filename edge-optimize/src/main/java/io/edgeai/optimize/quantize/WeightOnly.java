package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores weights as signed bytes with {@code Cast} and {@code Mul(scale)} behind them, nested graphs included. The
 * engine computes the float weights once, when it loads the model: a quarter of the size at the same speed. Works at any
 * operator set.
 */
final class WeightOnly {
    private static final int LEAST_ELEMENTS = 256;
    /** For constants that are first moved about, as exporters do with recurrent weights. */
    private static final int LEAST_MOVED_ELEMENTS = 4096;

    private static final int MOVED = Integer.MAX_VALUE;

    private final FreshNames names;
    private final int top;
    private final Map<String, Integer> ops;

    WeightOnly(FreshNames names, int top, Map<String, Integer> ops) {
        this.names = names;
        this.top = top;
        this.ops = ops;
    }

    /** Rewrites the graph in place. */
    void apply(OnnxGraph graph) {
        Map<String, String> readers = new HashMap<>();
        Map<String, Integer> axes = new HashMap<>();
        collect(graph, readers, axes);
        rewrite(graph, readers, axes);
    }

    private static void collect(OnnxGraph graph, Map<String, String> readers, Map<String, Integer> axes) {
        for (OnnxNode node : graph.nodes()) {
            int[] inputs = weightInputs(node);
            for (int i = 0; i < inputs.length; i += 2) {
                String weight = node.input(inputs[i]);
                if (inputs[i + 1] != MOVED || !axes.containsKey(weight)) {
                    readers.put(weight, node.op());
                    axes.put(weight, inputs[i + 1]);
                }
            }
            node.subgraphs().forEach(nested -> collect(nested, readers, axes));
        }
    }

    /** Pairs of an input that is a weight and the axis of its output channels; -1 is the last axis. */
    private static int[] weightInputs(OnnxNode node) {
        if (!node.domain().isEmpty()) {
            return new int[0];
        }
        return switch (node.op()) {
            case "Conv" -> new int[] {1, 0};
            case "ConvTranspose" -> new int[] {1, 1};
            case "Gemm" -> new int[] {1, node.intAttribute("transB", 0) == 0 ? 1 : 0};
            case "MatMul" -> new int[] {1, -1, 0, 0};
            case "LSTM", "GRU", "RNN" -> new int[] {1, 1, 2, 1};
            case "Gather" -> new int[] {0, 0};
            case "Slice", "Transpose", "Unsqueeze", "Reshape" -> new int[] {0, MOVED};
            default -> new int[0];
        };
    }

    private void rewrite(OnnxGraph graph, Map<String, String> readers, Map<String, Integer> axes) {
        List<OnnxNode> front = new ArrayList<>();
        for (StoredWeight weight : StoredWeight.of(graph, LEAST_ELEMENTS)) {
            Integer axis = axes.get(weight.name());
            boolean small = axis != null && axis == MOVED && weight.tensor().elements() < LEAST_MOVED_ELEMENTS;
            if (axis == null || small || weight.tensor().rank() < 2) {
                continue;
            }
            int positive = axis < 0 ? weight.tensor().rank() - 1 : axis == MOVED ? 0 : axis;
            ChannelWeights quantized = ChannelWeights.of(weight.tensor(), positive, top);
            weight.removeFrom(graph);
            String level = names.of(weight.name() + "_int8");
            String scale = names.of(level + "_scale");
            String cast = names.of(level + "_float");
            graph.initializers().put(level, quantized.levelTensor());
            graph.initializers().put(scale, quantized.broadcastScales());
            front.add(new OnnxNode("Cast", "", List.of(level), List.of(cast))
                    .attribute("to", ElementType.FLOAT.onnxCode()));
            front.add(new OnnxNode("Mul", "", List.of(cast, scale), List.of(weight.name())));
            ops.merge(readers.getOrDefault(weight.name(), "") + " (weights)", 1, Integer::sum);
        }
        graph.nodes().addAll(0, front);
        graph.nodes().forEach(node -> node.subgraphs().forEach(nested -> rewrite(nested, readers, axes)));
    }
}
