package io.edgeai.optimize.prune.solve;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.optimize.prune.channels.Layer;
import io.edgeai.optimize.prune.channels.SameShape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a layer shall reproduce: its result with its bias, or where that goes into a residual sum, the sum, so that the
 * layer also makes up for what was lost on the other side (He et al., <i>Channel pruning</i>, 2017, section 3.3).
 *
 * @param value the value to reproduce
 * @param shortcut the other operand of the residual sum; empty where there is none
 * @param bias the constant that is the layer's bias; empty where it has none
 * @param free whether a bias can be added to the layer
 */
record Target(String value, String shortcut, String bias, boolean free) {
    static Target of(Layer layer, OnnxGraph graph, Shapes shapes, Map<String, List<OnnxNode>> consumers) {
        String result = layer.output();
        String bias = layer.bias();
        boolean free = bias.isEmpty()
                && layer.operator().input(2).isEmpty()
                && !layer.operator().op().equals("MatMul");
        OnnxNode reader = only(result, graph, consumers);
        if (layer.operator().op().equals("MatMul")
                && reader != null
                && reader.op().equals("Add")) {
            String other = other(reader, result);
            OnnxTensor constant = graph.initializers().get(other);
            OnnxTensor weight = graph.initializers().get(layer.weight());
            boolean vector = constant != null
                    && weight != null
                    && constant.rank() == 1
                    && constant.elements() == weight.dim(layer.weightOut());
            if (vector && consumers.getOrDefault(other, List.of()).size() == 1) {
                bias = other;
                result = reader.output(0);
                reader = only(result, graph, consumers);
            }
        }
        if (reader != null && reader.op().equals("Add")) {
            String other = other(reader, result);
            boolean alike = !graph.initializers().containsKey(other)
                    && !other.equals(result)
                    && new SameShape(graph, shapes).of(other, result);
            if (alike && (free || !bias.isEmpty())) {
                return new Target(reader.output(0), other, bias, free);
            }
        }
        return new Target(result, "", bias, free);
    }

    private static String other(OnnxNode add, String value) {
        return add.input(0).equals(value) ? add.input(1) : add.input(0);
    }

    private static @Nullable OnnxNode only(String value, OnnxGraph graph, Map<String, List<OnnxNode>> consumers) {
        List<OnnxNode> readers = consumers.getOrDefault(value, List.of());
        boolean output = graph.outputs().stream().map(OnnxValue::name).anyMatch(value::equals);
        return readers.size() == 1 && !output ? readers.get(0) : null;
    }
}
