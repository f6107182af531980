package io.edgeai.benchmarks;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Models with seeded weights, from one that costs nothing but the call to one that computes. */
public enum BenchModel {
    /** Dense layers 16→32→16→10. */
    SMALL_MLP(1, 16),
    /** Dense layers 128→512→256→10. */
    MID_MLP(1, 128),
    /** Two 3×3 convolutions of 8 channels over 28×28, global average, dense 8→10. */
    SMALL_CONV(1, 1, 28, 28);

    private final long[] shape;

    BenchModel(long... shape) {
        this.shape = shape;
    }

    /** The shape of one sample as a batch of one. */
    public long[] shape() {
        return shape.clone();
    }

    public float[] input(long seed) {
        return weights(new SplittableRandom(seed), 1, elements(shape));
    }

    public byte[] bytes() {
        SplittableRandom random = new SplittableRandom(20);
        OnnxGraph graph = OnnxGraph.create(name(), 17);
        Dim[] dims = Arrays.stream(shape).mapToObj(Dim::of).toArray(Dim[]::new);
        dims[0] = Dim.symbolic("N");
        graph.inputs().add(floats("x", dims));
        switch (this) {
            case SMALL_MLP -> dense(graph, "x", random, 16, 32, 16, 10);
            case MID_MLP -> dense(graph, "x", random, 128, 512, 256, 10);
            case SMALL_CONV -> {
                conv(graph, "x", "c1", random, 1);
                conv(graph, "c1", "c2", random, 8);
                graph.add("GlobalAveragePool", "pool", List.of("c2"), List.of("p"));
                graph.add("Flatten", "flat", List.of("p"), List.of("f"));
                dense(graph, "f", random, 8, 10);
            }
        }
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(10)));
        return OnnxWriter.toBytes(graph);
    }

    private static void dense(OnnxGraph graph, String from, SplittableRandom random, int... widths) {
        String at = from;
        for (int i = 1; i < widths.length; i++) {
            String w = "w" + i;
            String b = "b" + i;
            graph.initializers()
                    .put(
                            w,
                            OnnxTensor.ofFloats(
                                    weights(random, widths[i - 1], widths[i - 1] * widths[i]),
                                    widths[i - 1],
                                    widths[i]));
            graph.initializers().put(b, OnnxTensor.ofFloats(weights(random, 4, widths[i]), widths[i]));
            boolean last = i == widths.length - 1;
            graph.add("Gemm", "gemm" + i, List.of(at, w, b), List.of(last ? "y" : "g" + i));
            if (!last) {
                graph.add("Relu", "relu" + i, List.of("g" + i), List.of("r" + i));
                at = "r" + i;
            }
        }
    }

    private static void conv(OnnxGraph graph, String from, String to, SplittableRandom random, int channels) {
        graph.initializers()
                .put(
                        to + ".w",
                        OnnxTensor.ofFloats(weights(random, 9 * channels, 8 * channels * 9), 8, channels, 3, 3));
        graph.add("Conv", to + ".conv", List.of(from, to + ".w"), List.of(to + ".raw"))
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Relu", to + ".relu", List.of(to + ".raw"), List.of(to));
    }

    /** Uniform in ±1/√fanIn. */
    private static float[] weights(SplittableRandom random, int fanIn, int count) {
        float[] values = new float[count];
        double scale = 1 / Math.sqrt(fanIn);
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * scale);
        }
        return values;
    }

    private static int elements(long[] shape) {
        return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    private static OnnxValue floats(String name, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims)));
    }
}
