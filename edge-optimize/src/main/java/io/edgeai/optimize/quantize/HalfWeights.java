package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores float constants in 16 bits with a Cast behind each, nested graphs included. The engine undoes the Cast when it
 * loads the model, so the file is half as large and the speed the same. Stateless and thread-safe.
 */
public final class HalfWeights {
    /** Constants with fewer elements stay: a Cast would take more bytes than it saves. */
    static final int LEAST_ELEMENTS = 64;

    private static final float LARGEST = 65504;

    private HalfWeights() {}

    public static Quantized apply(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        List<FloatNode> left = new ArrayList<>();
        Map<String, Integer> ops = new HashMap<>();
        FreshNames names = new FreshNames(copy);
        halve(copy, names, ops, left);
        return new Quantized(copy, ops, left, List.of());
    }

    private static void halve(OnnxGraph graph, FreshNames names, Map<String, Integer> ops, List<FloatNode> left) {
        List<OnnxNode> casts = new ArrayList<>();
        for (StoredWeight weight : StoredWeight.of(graph, LEAST_ELEMENTS)) {
            float[] values = weight.tensor().floats();
            float largest = 0;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            if (!(largest <= LARGEST)) {
                left.add(new FloatNode(
                        weight.name(), "Constant", "holds (" + largest + "), more than the 65504 of 16-bit floats"));
                continue;
            }
            weight.removeFrom(graph);
            String half = names.of(weight.name() + "_fp16");
            graph.initializers().put(half, tensor(values, weight.tensor().dims()));
            casts.add(new OnnxNode("Cast", "", List.of(half), List.of(weight.name()))
                    .attribute("to", ElementType.FLOAT.onnxCode()));
            ops.merge("Constant", 1, Integer::sum);
        }
        graph.nodes().addAll(0, casts);
        graph.nodes().forEach(node -> node.subgraphs().forEach(nested -> halve(nested, names, ops, left)));
    }

    private static OnnxTensor tensor(float[] values, long[] dims) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(half(value));
        }
        return OnnxTensor.ofRaw(ElementType.FLOAT16, bytes.flip(), dims);
    }

    /** IEEE 754 binary16 nearest to a value, ties to even; for |value| below 65520. */
    static short half(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        double magnitude = Math.abs((double) value);
        if (magnitude < 0x1p-14) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int exponent = Math.getExponent(magnitude);
        int mantissa = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        return (short) (sign | ((exponent + 14 << 10) + mantissa));
    }
}
