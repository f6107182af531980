package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes that say the same in the words the other passes and the quantizer know. Stateless. */
public final class Rewrites {
    private Rewrites() {}

    /** Sum of two values becomes Add. */
    public static int sumsOfTwo(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode node : graph.nodes()) {
            if (node.op().equals("Sum")
                    && node.domain().isEmpty()
                    && node.inputs().size() == 2) {
                node.op("Add");
                changed++;
            }
        }
        return changed;
    }

    /** The mean over the last two of four axes becomes GlobalAveragePool, with Flatten behind it where it drops them. */
    public static int meansOverSpace(OnnxGraph graph) {
        int changed = 0;
        Shapes shapes = null;
        FreshNames names = new FreshNames(graph);
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            long[] axes = node.op().equals("ReduceMean") && node.domain().isEmpty() ? axes(graph, node) : null;
            if (axes == null || axes.length != 2) {
                continue;
            }
            shapes = shapes == null ? ShapeInference.infer(graph) : shapes;
            int rank = shapes.dims(node.input(0)).map(List::size).orElse(0);
            boolean last = Math.floorMod(Math.min(axes[0], axes[1]), 4) == 2
                    && Math.floorMod(Math.max(axes[0], axes[1]), 4) == 3;
            boolean floats = shapes.element(node.input(0)).orElse(null) == ElementType.FLOAT;
            if (rank != 4 || !last || !floats) {
                continue;
            }
            boolean keeps = node.intAttribute("keepdims", 1) != 0;
            String result = node.output(0);
            node.op("GlobalAveragePool").attributes().clear();
            node.inputs().subList(1, node.inputs().size()).clear();
            if (!keeps) {
                String pooled = names.of(result + "_pooled");
                node.outputs().set(0, pooled);
                graph.nodes()
                        .add(
                                graph.nodes().indexOf(node) + 1,
                                new OnnxNode("Flatten", "", List.of(pooled), List.of(result)));
            }
            changed++;
        }
        return changed;
    }

    private static long @Nullable [] axes(OnnxGraph graph, OnnxNode node) {
        if (node.input(1).isEmpty()) {
            return node.intsAttribute("axes");
        }
        OnnxTensor constant = graph.constant(node.input(1));
        return constant == null || constant.type() != ElementType.INT64 ? null : constant.longs();
    }

    /**
     * Relu and Clip right after a MaxPool or DepthToSpace move in front of it, next to what they can join: clamping is
     * monotone, so the order does not matter.
     */
    public static int clampsBeforeMoves(OnnxGraph graph) {
        int total = 0;
        int changed;
        do {
            changed = clampBeforeEachMove(graph);
            total += changed;
        } while (changed > 0);
        return total;
    }

    private static int clampBeforeEachMove(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode move : List.copyOf(graph.nodes())) {
            if (!List.of("MaxPool", "DepthToSpace").contains(move.op())
                    || !move.domain().isEmpty()
                    || !move.output(1).isEmpty()) {
                continue;
            }
            String moved = move.output(0);
            List<OnnxNode> readers = graph.consumers().getOrDefault(moved, List.of());
            OnnxNode clamp = readers.size() == 1 ? readers.get(0) : move;
            boolean clamps = clamp.op().equals("Relu") || clamp.op().equals("Clip");
            if (!clamps
                    || !clamp.domain().isEmpty()
                    || Cleanup.outputNames(graph).contains(moved)
                    || !clamp.input(0).equals(moved)) {
                continue;
            }
            String result = clamp.output(0);
            clamp.inputs().set(0, move.input(0));
            clamp.outputs().set(0, moved);
            move.inputs().set(0, moved);
            move.outputs().set(0, result);
            graph.valueInfo().remove(moved);
            graph.nodes().remove(clamp);
            graph.nodes().add(graph.nodes().indexOf(move), clamp);
            changed++;
        }
        return changed;
    }
}
