package io.edgeai.core.train.layout;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.train.gradient.GraphEmitter;
import io.edgeai.core.train.gradient.KernelGradient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a training graph for an engine that convolves faster on blocks of channels (ONNX Runtime's NCHWc): the
 * convolutions whose weights are trained, and the derivatives by those weights. The result gives the same values to
 * float rounding, and runs only where the engine has that block size.
 */
public final class BlockedLayout {
    private BlockedLayout() {}

    /**
     * A rewritten copy.
     *
     * @param kernels where the graph computes derivatives by kernels
     * @param block channels of a block, at least 2
     */
    public static OnnxGraph of(OnnxGraph graph, List<KernelGradient> kernels, int block) {
        OnnxGraph copy = graph.copy();
        Shapes shapes = ShapeInference.infer(copy);
        BlockedGraph blocked = new BlockedGraph(new GraphEmitter(copy), shapes, block);
        Map<String, BlockedKernelGradient> gradients = new HashMap<>();
        for (KernelGradient kernel : kernels) {
            BlockedKernelGradient other = new BlockedKernelGradient(blocked, kernel);
            if (other.fits()) {
                gradients.put(kernel.result(), other);
            }
        }
        List<OnnxNode> order = copy.topologicalOrder();
        copy.nodes().clear();
        for (OnnxNode node : order) {
            BlockedKernelGradient gradient = gradients.get(node.output(0));
            BlockedConvolution convolution = gradient == null ? convolution(blocked, node, shapes) : null;
            if (gradient != null) {
                gradient.emit();
            } else if (convolution != null) {
                convolution.emit();
            } else {
                copy.nodes().add(node);
            }
        }
        Cleanup.deadCode(copy);
        return copy;
    }

    private static @org.jspecify.annotations.Nullable BlockedConvolution convolution(
            BlockedGraph blocked, OnnxNode node, Shapes shapes) {
        if (!node.op().equals("Conv")
                || !node.domain().isEmpty()
                || blocked.out().graph().initializers().containsKey(node.input(1))) {
            return null;
        }
        long[] weight = shapes.dims(node.input(1)).orElse(List.of()).stream()
                .mapToLong(Dim::size)
                .toArray();
        if (weight.length != 4 || java.util.Arrays.stream(weight).anyMatch(size -> size < 1)) {
            return null;
        }
        BlockedConvolution convolution = new BlockedConvolution(blocked, node, weight);
        return convolution.fits() ? convolution : null;
    }
}
