package io.edgeai.optimize.quantize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights stored in bytes with one scale for each output channel, row or gate, and turned into floats when the engine
 * loads the model: a quarter of the size, the speed of float, and no rounding of activations. Stateless.
 */
public final class StoredBytes {
    private StoredBytes() {}

    /**
     * Rewrites a copy of the graph, nested graphs included.
     *
     * @param keepFloat first outputs of nodes whose weights stay float
     */
    public static Quantized apply(OnnxGraph simplified, Set<String> keepFloat) {
        OnnxGraph copy = simplified.copy();
        Map<String, Integer> ops = new HashMap<>();
        new WeightOnly(new FreshNames(copy), ChannelWeights.FULL, ops, keepFloat).apply(copy);
        return new Quantized(copy, ops, List.of(), List.of());
    }
}
