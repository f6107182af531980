package io.edgeai.optimize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.fuse.TreePacking;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.transformer.TransformerFusion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The candidate that loses nothing: nodes joined and trees packed, all numbers as they were. */
final class Simplified {
    private Simplified() {}

    /**
     * The base, fused and packed; unchanged where the original has the same nodes.
     *
     * @param base the original after all passes that only simplify
     */
    static Quantized of(OnnxGraph original, OnnxGraph base, InferenceRuntime runtime) {
        OnnxGraph graph = TransformerFusion.apply(base, runtime).graph();
        int packed = new TreePacking().apply(graph);
        Map<String, Integer> changed = new HashMap<>();
        if (packed > 0) {
            changed.put("TreeEnsemble", packed);
        }
        int fewer = original.nodes().size() - graph.nodes().size();
        if (fewer > 0 || !ops(original).equals(ops(base))) {
            changed.put("nodes fewer", Math.max(1, fewer));
        }
        return new Quantized(graph, changed, List.of(), List.of());
    }

    private static List<String> ops(OnnxGraph graph) {
        return graph.nodes().stream().map(OnnxNode::op).toList();
    }
}
