package io.edgeai.optimize.fuse;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Reshape that computes its target in each run a constant one, where all sizes but one are known or are those of the
 * input's axis at the same place. What asked for the sizes is then dead code. Stateless.
 */
public final class ReshapeTargets implements GraphPass {
    @Override
    public int apply(OnnxGraph graph) {
        boolean computed = graph.nodes().stream().anyMatch(node -> computed(graph, node));
        if (!computed) {
            return 0;
        }
        Shapes shapes = ShapeInference.infer(graph, InputShapes.named(graph));
        FreshNames names = new FreshNames(graph);
        int changed = 0;
        for (OnnxNode node : graph.nodes()) {
            long[] target = computed(graph, node) ? target(shapes, node) : null;
            if (target != null) {
                String name = names.of(node.output(0) + "_shape");
                graph.initializers().put(name, OnnxTensor.ofLongs(target, target.length));
                node.inputs().set(1, name);
                node.attributes().remove("allowzero");
                changed++;
            }
        }
        return changed;
    }

    private static boolean computed(OnnxGraph graph, OnnxNode node) {
        return node.op().equals("Reshape")
                && node.domain().isEmpty()
                && !node.input(1).isEmpty()
                && graph.constant(node.input(1)) == null;
    }

    private static long @Nullable [] target(Shapes shapes, OnnxNode node) {
        List<Dim> from = shapes.dims(node.input(0)).orElse(null);
        List<Dim> to = shapes.dims(node.output(0)).orElse(null);
        if (from == null || to == null) {
            return null;
        }
        long[] target = new long[to.size()];
        boolean free = true;
        for (int axis = 0; axis < target.length; axis++) {
            Dim dim = to.get(axis);
            if (dim.size() == 0) {
                return null;
            }
            boolean copied = !dim.symbol().isEmpty() && axis < from.size() && dim.equals(from.get(axis));
            if (!dim.known() && !copied && !free) {
                return null;
            }
            free &= dim.known() || copied;
            target[axis] = dim.known() ? dim.size() : copied ? 0 : -1;
        }
        return target;
    }
}
