package io.edgeai.optimize.quantize;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A graph in fewer bits and an account of what was done.
 *
 * @param graph the new graph
 * @param quantizedOps how many nodes of each operator now work on, or store, fewer bits
 * @param left nodes that stay float, with the reason
 * @param layers values worth comparing layer by layer: they have the same name in both graphs
 */
public record Quantized(OnnxGraph graph, Map<String, Integer> quantizedOps, List<FloatNode> left, List<String> layers) {
    public Quantized {
        quantizedOps = java.util.Collections.unmodifiableMap(new TreeMap<>(quantizedOps));
        left = List.copyOf(left);
        layers = List.copyOf(layers);
    }

    public boolean changed() {
        return !quantizedOps.isEmpty();
    }
}
