package io.edgeai.optimize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The texts that a model compares its inputs with: categories, vocabularies. */
final class Words {
    private Words() {}

    /** In alphabetic order, nested graphs not looked into. */
    static List<String> of(OnnxGraph graph) {
        Set<String> found = new TreeSet<>();
        graph.initializers().values().forEach(tensor -> add(found, tensor));
        graph.nodes().forEach(node -> node.attributes().values().forEach(value -> {
            if (value instanceof OnnxAttribute.OfStrings texts) {
                texts.values().forEach(text -> found.add(text.toStringUtf8()));
            } else if (value instanceof OnnxAttribute.OfTensor tensor) {
                add(found, tensor.value());
            }
        }));
        return new ArrayList<>(found);
    }

    private static void add(Set<String> found, OnnxTensor tensor) {
        if (tensor.type() == ElementType.STRING) {
            tensor.strings().forEach(text -> found.add(new String(text, StandardCharsets.UTF_8)));
        }
    }
}
