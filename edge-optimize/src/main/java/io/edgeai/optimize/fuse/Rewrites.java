package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.Cleanup;
import java.util.List;

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

    /** Relu and Clip right after a MaxPool move in front of it: both are monotone, so the order does not matter. */
    public static int clampsBeforePools(OnnxGraph graph) {
        int total = 0;
        int changed;
        do {
            changed = clampBeforeEachPool(graph);
            total += changed;
        } while (changed > 0);
        return total;
    }

    private static int clampBeforeEachPool(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode pool : List.copyOf(graph.nodes())) {
            if (!pool.op().equals("MaxPool")
                    || !pool.domain().isEmpty()
                    || !pool.output(1).isEmpty()) {
                continue;
            }
            String pooled = pool.output(0);
            List<OnnxNode> readers = graph.consumers().getOrDefault(pooled, List.of());
            OnnxNode clamp = readers.size() == 1 ? readers.get(0) : pool;
            boolean clamps = clamp.op().equals("Relu") || clamp.op().equals("Clip");
            if (!clamps
                    || !clamp.domain().isEmpty()
                    || Cleanup.outputNames(graph).contains(pooled)
                    || !clamp.input(0).equals(pooled)) {
                continue;
            }
            String result = clamp.output(0);
            clamp.inputs().set(0, pool.input(0));
            clamp.outputs().set(0, pooled);
            pool.inputs().set(0, pooled);
            pool.outputs().set(0, result);
            graph.valueInfo().remove(pooled);
            graph.nodes().remove(clamp);
            graph.nodes().add(graph.nodes().indexOf(pool), clamp);
            changed++;
        }
        return changed;
    }
}
