package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.List;

/**
 * An LSTM whose two products run on integers: {@code com.microsoft.DynamicQuantizeLSTM}, which takes its weights
 * transposed and one scale for each gate and unit. Gates and states stay float.
 */
final class IntegerLstm {
    private static final int GATES = 4;

    private IntegerLstm() {}

    /** Why a node cannot become one; empty where it can. */
    static String refusal(OnnxGraph graph, OnnxNode node) {
        if (node.intAttribute("layout", 0) != 0) {
            return "its layout puts the batch first, for which there is no integer kernel";
        }
        for (int i = 1; i <= 2; i++) {
            OnnxTensor weight = graph.initializers().get(node.input(i));
            if (weight == null || weight.type() != ElementType.FLOAT || weight.rank() != 3) {
                return "its weights are not stored FLOAT constants";
            }
            if (weight.dim(1) % GATES != 0 || weight.elements() == 0) {
                return "its weights have the shape (" + weight + ")";
            }
        }
        return "";
    }

    /** The node that replaces it; constants are added to the graph. */
    static OnnxNode of(OnnxGraph graph, OnnxNode node, int top, FreshNames names) {
        List<String> inputs = new ArrayList<>();
        List<String> scales = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            inputs.add(node.input(i));
        }
        for (int i = 1; i <= 2; i++) {
            String name = node.input(i);
            OnnxTensor weight =
                    java.util.Objects.requireNonNull(graph.initializers().get(name), name);
            int directions = Math.toIntExact(weight.dim(0));
            int units = Math.toIntExact(weight.dim(1));
            int depth = Math.toIntExact(weight.dim(2));
            ChannelWeights rows = ChannelWeights.of(weight.reshape((long) directions * units, depth), 0, top);
            byte[] from = rows.levels();
            byte[] to = new byte[from.length];
            for (int d = 0; d < directions; d++) {
                for (int u = 0; u < units; u++) {
                    for (int k = 0; k < depth; k++) {
                        to[(d * depth + k) * units + u] = from[(d * units + u) * depth + k];
                    }
                }
            }
            String level = names.of(name + "_int8");
            String scale = names.of(level + "_scale");
            String zero = names.of(level + "_zero");
            graph.initializers().put(level, OnnxTensor.ofBytes(ElementType.INT8, to, directions, depth, units));
            graph.initializers().put(scale, rows.scaleTensor().reshape(directions, units));
            graph.initializers()
                    .put(zero, OnnxTensor.ofBytes(ElementType.INT8, new byte[directions * units], directions, units));
            inputs.set(i, level);
            scales.add(scale);
            scales.add(zero);
        }
        inputs.addAll(scales);
        OnnxNode made =
                new OnnxNode("DynamicQuantizeLSTM", node.name(), inputs, node.outputs()).domain("com.microsoft");
        node.attributes().forEach((key, value) -> {
            if (!key.equals("layout")) {
                made.attribute(key, value);
            }
        });
        return made;
    }
}
