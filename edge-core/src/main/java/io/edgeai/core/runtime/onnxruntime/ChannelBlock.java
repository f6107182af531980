package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The block size of ONNX Runtime's convolutions on blocks of channels (NCHWc): 16 with AVX-512, 8 with AVX. ONNX Runtime
 * does not tell it, so each size is tried: with the right one the blocked convolution equals the plain one.
 */
final class ChannelBlock {
    private static final String DOMAIN = "com.microsoft.nchwc";
    private static final int CHANNELS = 16;
    private static final int SIDE = 3;

    /** 0 where no size is right. */
    static final int SIZE =
            IntStream.of(16, 8, 4).filter(ChannelBlock::isRight).findFirst().orElse(0);

    private ChannelBlock() {}

    private static boolean isRight(int block) {
        try {
            return SessionFactory.with(
                    OnnxWriter.toBytes(difference(block)),
                    SessionOptions.defaults(),
                    options -> {},
                    ChannelBlock::vanishes);
        } catch (EdgeException e) {
            // An engine built without these kernels, or for other blocks, refuses the graph.
            return false;
        }
    }

    private static boolean vanishes(OrtSession session) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor x = tensor(environment, CHANNELS * SIDE * SIDE, 1, CHANNELS, SIDE, SIDE);
                OnnxTensor w = tensor(environment, CHANNELS * CHANNELS, CHANNELS, CHANNELS, 1, 1);
                OrtSession.Result result = session.run(Map.of("x", x, "w", w))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0) < 1e-4f;
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, int size, long... dims) throws OrtException {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) Math.sin(1 + i);
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), dims);
    }

    /** The largest difference between a convolution and its blocked form. */
    private static OnnxGraph difference(int block) {
        OnnxGraph graph = OnnxGraph.create("channel_block", 17);
        graph.info().opsets().put(DOMAIN, 1L);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1, CHANNELS, SIDE, SIDE));
        graph.inputs().add(OnnxValue.tensor("w", ElementType.FLOAT, CHANNELS, CHANNELS, 1, 1));
        long blocks = CHANNELS / block;
        constant(graph, "split", blocks, block, blocks, block);
        constant(graph, "whole", CHANNELS, CHANNELS, 1, 1);
        graph.add("Conv", "", List.of("x", "w"), List.of("plain"));
        graph.add("Reshape", "", List.of("w", "split"), List.of("parts"));
        graph.add("Transpose", "", List.of("parts"), List.of("order")).attribute("perm", new long[] {0, 2, 3, 1});
        graph.add("Reshape", "", List.of("order", "whole"), List.of("kernel"));
        graph.add("ReorderInput", "", List.of("x"), List.of("blocks")).domain(DOMAIN);
        graph.add("Conv", "", List.of("blocks", "kernel"), List.of("convolved")).domain(DOMAIN);
        graph.add("ReorderOutput", "", List.of("convolved"), List.of("blocked"))
                .domain(DOMAIN)
                .attribute("channels", CHANNELS);
        graph.add("Sub", "", List.of("plain", "blocked"), List.of("difference"));
        graph.add("Abs", "", List.of("difference"), List.of("size"));
        graph.add("ReduceMax", "", List.of("size"), List.of("largest")).attribute("keepdims", 0);
        graph.outputs().add(OnnxValue.tensor("largest", ElementType.FLOAT));
        return graph;
    }

    private static void constant(OnnxGraph graph, String name, long... values) {
        graph.initializers().put(name, io.edgeai.core.onnx.OnnxTensor.ofLongs(values, values.length));
    }
}
