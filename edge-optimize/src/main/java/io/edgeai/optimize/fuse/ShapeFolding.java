package io.edgeai.optimize.fuse;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces integers computed from shapes (Shape, Gather, Concat, … before a Reshape) by constants where the declared
 * inputs leave nothing open. Stateless.
 */
public final class ShapeFolding implements GraphPass {
    private static final int MOST_ELEMENTS = 64;

    @Override
    public int apply(OnnxGraph graph) {
        boolean computed = graph.nodes().stream()
                .anyMatch(node -> node.op().equals("Shape") || node.op().equals("Size"));
        if (!computed) {
            return 0;
        }
        Shapes shapes = ShapeInference.infer(graph);
        Set<String> outputs = Cleanup.outputNames(graph);
        int changed = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            String value = node.output(0);
            OnnxTensor constant = node.outputs().size() == 1
                            && !outputs.contains(value)
                            && !node.op().equals("Constant")
                    ? constant(shapes, value)
                    : null;
            if (constant != null && node.subgraphs().isEmpty()) {
                graph.initializers().put(value, constant);
                graph.nodes().remove(node);
                graph.valueInfo().remove(value);
                changed++;
            }
        }
        return changed;
    }

    private static @Nullable OnnxTensor constant(Shapes shapes, String value) {
        long[] numbers = shapes.constant(value).orElse(null);
        ElementType element = shapes.element(value).orElse(null);
        List<Dim> dims = shapes.dims(value).orElse(null);
        if (numbers == null
                || dims == null
                || numbers.length > MOST_ELEMENTS
                || !dims.stream().allMatch(Dim::known)) {
            return null;
        }
        long[] sizes = dims.stream().mapToLong(Dim::size).toArray();
        if (element == ElementType.INT64) {
            return OnnxTensor.ofLongs(numbers, sizes);
        }
        if (element == ElementType.INT32) {
            int[] ints = new int[numbers.length];
            for (int i = 0; i < ints.length; i++) {
                ints[i] = Math.toIntExact(numbers[i]);
            }
            return OnnxTensor.ofInts(ints, sizes);
        }
        return null;
    }
}
