package io.edgeai.optimize.prune.channels;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Branches of which nothing is left: a layer without inputs gives its bias everywhere, and in a residual sum that is a
 * constant for each channel. The rest of the branch is dead then.
 */
final class Branches {
    private final OnnxGraph graph;
    private final SameShape sameShape;
    private final Map<String, List<OnnxNode>> consumers;
    private final Set<String> outputs = new HashSet<>();

    Branches(OnnxGraph graph, Shapes shapes) {
        this.graph = graph;
        this.sameShape = new SameShape(graph, shapes);
        this.consumers = graph.consumers();
        graph.outputs().stream().map(OnnxValue::name).forEach(outputs::add);
    }

    /** Whether a value may become a constant for each channel: whoever reads it adds it to a value of the full shape. */
    boolean collapses(String value) {
        List<OnnxNode> readers = consumers.getOrDefault(value, List.of());
        if (readers.isEmpty() || outputs.contains(value)) {
            return false;
        }
        for (OnnxNode reader : readers) {
            if (!reader.op().equals("Add") || reader.input(0).equals(reader.input(1))) {
                return false;
            }
            String other = reader.input(0).equals(value) ? reader.input(1) : reader.input(0);
            boolean full = sameShape.of(other, value) && !graph.initializers().containsKey(other);
            boolean vector = graph.initializers().containsKey(other) && collapses(reader.output(0));
            if (!full && !vector) {
                return false;
            }
        }
        return true;
    }

    /**
     * Replaces the results of layers without inputs.
     *
     * @param empty the layers
     * @param exact whether their biases stay; else the sums they went into are bypassed
     */
    static void collapse(OnnxGraph graph, List<Layer> empty, Shapes shapes, boolean exact) {
        FreshNames names = new FreshNames(graph);
        for (Layer layer : empty) {
            OnnxTensor weight = graph.initializers().get(layer.weight());
            int width = weight == null ? 0 : (int) weight.dim(layer.weightOut());
            OnnxTensor bias = graph.initializers().get(layer.bias());
            float[] values = bias == null || bias.type() != ElementType.FLOAT ? new float[width] : bias.floats();
            int rank = shapes.dims(layer.output()).map(List::size).orElse(2);
            long[] dims = new long[rank];
            Arrays.fill(dims, 1);
            dims[layer.inputAxis() < 0 ? rank - 1 : layer.inputAxis()] = values.length;
            String constant = names.of(layer.output() + "_constant");
            graph.initializers().put(constant, OnnxTensor.ofFloats(values, dims));
            graph.nodes().removeIf(node -> node.output(0).equals(layer.output()));
            graph.replaceUses(layer.output(), constant);
            if (!exact) {
                bypass(graph, constant);
            }
        }
        Cleanup.deadCode(graph);
    }

    /** Leaves constants out of sums, and what then follows twice. */
    private static void bypass(OnnxGraph graph, String constant) {
        for (OnnxNode reader : graph.consumers().getOrDefault(constant, List.of())) {
            String other = reader.input(0).equals(constant) ? reader.input(1) : reader.input(0);
            if (graph.initializers().containsKey(other)) {
                bypass(graph, reader.output(0));
            }
            graph.nodes().remove(reader);
            graph.replaceUses(reader.output(0), other);
            OnnxNode before = graph.producers().get(other);
            for (OnnxNode next : graph.consumers().getOrDefault(other, List.of())) {
                if (relu(before)
                        && relu(next)
                        && graph.outputs().stream().noneMatch(out -> out.name().equals(next.output(0)))) {
                    graph.nodes().remove(next);
                    graph.replaceUses(next.output(0), other);
                }
            }
        }
    }

    private static boolean relu(@Nullable OnnxNode node) {
        return node != null && node.op().equals("Relu") && node.domain().isEmpty();
    }
}
