package io.edgeai.optimize.quantize;

import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import org.jspecify.annotations.Nullable;

/** What an activation clamps to. A quantizer whose range lies inside clamps by itself, so the node can go. */
record Bound(float low, float high) {
    /** The clamp of a Relu or a Clip with constant limits around zero; null for other nodes. */
    static @Nullable Bound of(OnnxGraph graph, OnnxNode node) {
        if (!node.domain().isEmpty()) {
            return null;
        }
        if (node.op().equals("Relu")) {
            return new Bound(0, Float.POSITIVE_INFINITY);
        }
        if (!node.op().equals("Clip")) {
            return null;
        }
        Float low = limit(graph, node.input(1), Float.NEGATIVE_INFINITY);
        Float high = limit(graph, node.input(2), Float.POSITIVE_INFINITY);
        return low == null || high == null || low > 0 || high < 0 ? null : new Bound(low, high);
    }

    private static @Nullable Float limit(OnnxGraph graph, String name, float otherwise) {
        if (name.isEmpty()) {
            return otherwise;
        }
        OnnxTensor constant = graph.constant(name);
        return constant == null || constant.elements() != 1 ? null : (Float) OnnxFloats.floats(constant)[0];
    }
}
