package io.edgeai.optimize.retrain;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the last layer of a classifier reads, before it is pooled and flattened.
 *
 * @param value its name
 * @param dims its dimensions after that of the batch, all known; at least one
 */
record LastFeatures(String value, List<Long> dims) {
    private static final Set<String> LAYERS = Set.of("Gemm", "MatMul", "Conv");
    private static final Set<String> AFTER = Set.of(
            "Softmax",
            "LogSoftmax",
            "Add",
            "Relu",
            "Identity",
            "Reshape",
            "Flatten",
            "Squeeze",
            "GlobalAveragePool",
            "ReduceMean");
    private static final Set<String> BETWEEN = Set.of(
            "Identity",
            "Dropout",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Transpose",
            "Gather",
            "GlobalAveragePool",
            "AveragePool",
            "ReduceMean");

    /** Those of a graph; empty where the last layer reads an input, is not found, or a dimension is not known. */
    static Optional<LastFeatures> of(OnnxGraph graph) {
        Map<String, OnnxNode> producers = graph.producers();
        OnnxNode layer = lastLayer(graph, producers);
        if (layer == null
                || !LAYERS.contains(layer.op())
                || computed(graph, layer).size() != 1) {
            return Optional.empty();
        }
        String read = computed(graph, layer).get(0);
        OnnxNode node = producers.get(read);
        while (node != null && BETWEEN.contains(node.op())) {
            read = node.input(0);
            node = producers.get(read);
        }
        if (node == null) {
            return Optional.empty();
        }
        String found = read;
        Shapes shapes = ShapeInference.infer(graph);
        return shapes.dims(found)
                .filter(dims -> shapes.element(found).equals(Optional.of(ElementType.FLOAT)) && dims.size() > 1)
                .map(dims -> dims.subList(1, dims.size()))
                .filter(dims -> dims.stream().allMatch(Dim::known))
                .map(dims ->
                        new LastFeatures(found, dims.stream().map(Dim::size).toList()));
    }

    private static @Nullable OnnxNode lastLayer(OnnxGraph graph, Map<String, OnnxNode> producers) {
        OnnxNode node = producers.get(graph.outputs().get(0).name());
        while (node != null && AFTER.contains(node.op())) {
            List<String> inputs = node.op().equals("Add") ? computed(graph, node) : List.of(node.input(0));
            node = inputs.size() == 1 ? producers.get(inputs.get(0)) : null;
        }
        return node;
    }

    private static List<String> computed(OnnxGraph graph, OnnxNode node) {
        return node.inputs().stream()
                .filter(name -> !name.isEmpty() && !graph.initializers().containsKey(name))
                .toList();
    }

    /** Where the channels lie among {@link #dims}: first in images, else last. */
    int channelAxis() {
        return dims.size() == 3 ? 0 : dims.size() - 1;
    }

    int channels() {
        return Math.toIntExact(dims.get(channelAxis()));
    }

    /** Values of one example. */
    long elements() {
        return dims.stream().reduce(1L, Math::multiplyExact);
    }

    /** Values of a channel side by side in memory. */
    int plane() {
        return dims.size() == 3 ? Math.toIntExact(dims.get(1) * dims.get(2)) : 1;
    }

    /** Whether these differ from others in their channels at most. */
    boolean alike(LastFeatures other) {
        if (dims.size() != other.dims.size()) {
            return false;
        }
        for (int i = 0; i < dims.size(); i++) {
            if (i != channelAxis() && !dims.get(i).equals(other.dims.get(i))) {
                return false;
            }
        }
        return true;
    }
}
