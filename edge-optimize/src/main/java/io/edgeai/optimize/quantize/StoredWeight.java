package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant of real numbers as a graph stores it: an initializer, or the value of a Constant node.
 *
 * @param name its name
 * @param tensor its values
 */
record StoredWeight(String name, OnnxTensor tensor) {
    /** All FLOAT ones of one graph, nested ones not included, that have at least so many elements. */
    static List<StoredWeight> of(OnnxGraph graph, int leastElements) {
        return of(graph, ElementType.FLOAT, leastElements);
    }

    static List<StoredWeight> of(OnnxGraph graph, ElementType type, int leastElements) {
        List<StoredWeight> found = new ArrayList<>();
        graph.initializers().forEach((name, tensor) -> add(found, name, tensor, type, leastElements));
        for (OnnxNode node : graph.nodes()) {
            if (node.op().equals("Constant")
                    && node.attributes().get("value") instanceof OnnxAttribute.OfTensor value) {
                add(found, node.output(0), value.value(), type, leastElements);
            }
        }
        return found;
    }

    private static void add(
            List<StoredWeight> found, String name, OnnxTensor tensor, ElementType type, int leastElements) {
        if (tensor.type() == type && tensor.elements() >= leastElements) {
            found.add(new StoredWeight(name, tensor));
        }
    }

    /** Takes the constant out of the graph; nodes that compute its name must be put in front instead. */
    void removeFrom(OnnxGraph graph) {
        graph.initializers().remove(name);
        graph.nodes()
                .removeIf(node -> node.op().equals("Constant") && node.output(0).equals(name));
    }
}
