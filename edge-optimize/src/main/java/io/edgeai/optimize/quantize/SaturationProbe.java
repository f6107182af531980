package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * Asks the engine on this processor whether products of unsigned and signed bytes are summed exactly. x86 without VNNI
 * adds them in pairs in 16 bits, which overflow from 32767; weights of 7 bits avoid that.
 */
public final class SaturationProbe {
    private static final int DEPTH = 64;

    private SaturationProbe() {}

    /** True where the largest products saturate, so that weights need 7 bits. Takes a few milliseconds. */
    public static boolean saturates(InferenceRuntime runtime) {
        OnnxGraph graph = OnnxGraph.create("probe", 13);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.UINT8, 4, DEPTH));
        byte[] weights = new byte[DEPTH * 16];
        Arrays.fill(weights, (byte) ChannelWeights.FULL);
        graph.initializers().put("w", OnnxTensor.ofBytes(ElementType.INT8, weights, DEPTH, 16));
        graph.add("MatMulInteger", "product", java.util.List.of("x", "w"), java.util.List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.INT32, 4, 16));
        byte[] ones = new byte[4 * DEPTH];
        Arrays.fill(ones, (byte) 255);
        try (InferenceSession session = runtime.open(
                OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1))) {
            Map<String, Tensor> outputs = session.run(Map.of("x", Tensor.ofBytes(ElementType.UINT8, ones, 4, DEPTH)));
            int[] sums = Objects.requireNonNull(outputs.get("y")).ints();
            return Arrays.stream(sums).anyMatch(sum -> sum != 255 * ChannelWeights.FULL * DEPTH);
        }
    }
}
