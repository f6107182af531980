package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradient graphs on blocks of channels, where the engine has such a layout, against loops and central differences. */
class BlockedLayoutTest {
    private static final String BLOCKED = "com.microsoft.nchwc";

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    @BeforeEach
    void engineHasBlocks() {
        assumeTrue(engine.channelBlock() > 0, "this processor has no convolutions on blocks of channels");
    }

    private GradientGraph crossEntropy(OnnxGraph model) {
        return GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
    }

    private static long blockedNodes(OnnxGraph graph, String op) {
        return graph.nodes().stream()
                .filter(node -> node.domain().equals(BLOCKED) && node.op().equals(op))
                .count();
    }

    /** ONNX Runtime itself moves a convolution of constant weights to blocks, and fills up its output channels. */
    @ParameterizedTest
    @CsvSource({"4", "8", "12", "16", "20"})
    void theBlockIsTheOneTheEngineUsesItself(int channels) {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 1, channels, 5, 5);
        b.weight("w", 0.5, channels, channels, 3, 3);
        b.node("Conv", "y", "x", "w");
        byte[] rewritten = engine.rewritten(OnnxWriter.toBytes(b.output("y", 4).graph()), SessionOptions.defaults());
        OnnxGraph graph = OnnxReader.read(rewritten);
        OnnxNode conv = graph.nodes().stream()
                .filter(node -> node.domain().equals(BLOCKED) && node.op().equals("Conv"))
                .findFirst()
                .orElseThrow();
        long block = engine.channelBlock();
        assertThat(Objects.requireNonNull(graph.initializers().get(conv.input(1)))
                        .dims()[0])
                .isEqualTo((channels + block - 1) / block * block);
    }

    /** One convolution and a squared error: dw = Σ dy·x in plain loops, for batches that fill blocks and do not. */
    @ParameterizedTest
    @CsvSource({
        // rows, in, out, size, kernel, stride, dilation, pad
        "16, 16, 16, 9, 3, 1, 1, 1",
        "1, 16, 32, 7, 3, 1, 1, 1",
        "5, 3, 16, 12, 3, 1, 1, 1",
        "17, 16, 16, 8, 3, 2, 1, 1",
        "33, 16, 16, 7, 3, 2, 1, 1",
        "3, 32, 16, 11, 3, 1, 2, 2",
        "2, 1, 16, 9, 5, 1, 1, 2",
        "4, 16, 16, 8, 2, 2, 1, 0",
        "2, 16, 16, 8, 3, 3, 1, 0",
        "2, 16, 16, 40, 3, 1, 1, 1",
        "3, 8, 48, 33, 3, 2, 1, 0",
    })
    void kernels(int rows, int in, int out, int size, int kernel, int stride, int dilation, int pad) {
        GraphBuilder b = new GraphBuilder(17, 5).input("x", -1, in, size, size);
        b.weight("w", 0.3, out, in, kernel, kernel).weight("b", 0.3, out);
        b.node("Conv", "y", "x", "w", "b")
                .attribute("pads", new long[] {pad, pad, pad, pad})
                .attribute("strides", new long[] {stride, stride})
                .attribute("dilations", new long[] {dilation, dilation});
        OnnxGraph model = b.output("y", 4).graph();
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.meanSquaredError())
                .build()
                .on(engine);
        int places = (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
        Random random = new Random(7);
        Tensor x = Ort.tensor(random, rows, in, size, size);
        Tensor targets = Ort.tensor(random, rows, out, places, places);
        float[] found = GradientCheck.run(model, gradient, Map.of("x", x, "targets", targets))
                .get("gradient")
                .floats();

        float[] y =
                Objects.requireNonNull(Ort.run(model, Map.of("x", x)).get("y")).floats();
        float[] t = targets.floats();
        float[] values = x.floats();
        double most = 0;
        double worst = 0;
        for (int m = 0; m < out; m++) {
            for (int c = 0; c < in; c++) {
                for (int k = 0; k < kernel * kernel; k++) {
                    double sum = 0;
                    for (int n = 0; n < rows; n++) {
                        for (int place = 0; place < places * places; place++) {
                            int h = place / places * stride + k / kernel * dilation - pad;
                            int w = place % places * stride + k % kernel * dilation - pad;
                            int at = (n * out + m) * places * places + place;
                            if (h >= 0 && h < size && w >= 0 && w < size) {
                                double dy = 2.0 * ((double) y[at] - t[at]) / y.length;
                                sum += dy * values[((n * in + c) * size + h) * size + w];
                            }
                        }
                    }
                    most = Math.max(most, Math.abs(sum));
                    worst = Math.max(worst, Math.abs(sum - found[((m * in) + c) * kernel * kernel + k]));
                }
            }
        }
        assertThat(worst / most).isLessThanOrEqualTo(GradientCheck.PER_OPERATOR);
        assertThat(blockedNodes(gradient.graph(), "Conv")).isPositive();
    }

    private static OnnxGraph network(long seed) {
        GraphBuilder b = new GraphBuilder(17, seed).input("x", -1, 3, 11, 11);
        b.weight("w0", 0.3, 16, 3, 3, 3).weight("w1", 0.15, 32, 16, 3, 3).weight("w2", 0.3, 32, 1, 3, 3);
        b.weight("w3", 0.2, 16, 32, 1, 1).weight("w4", 0.1, 16, 32, 3, 3).weight("b4", 0.1, 16);
        b.weight("head", 0.5, 16, 4);
        b.weight("gamma", 0.4, 32).weight("beta", 0.2, 32).weight("mean", 0.1, 32);
        b.constant("variance", io.edgeai.core.onnx.OnnxTensor.ofFloats(ones(32), 32));
        long[] around = {1, 1, 1, 1};
        b.node("Conv", "c0", "x", "w0").attribute("pads", around);
        b.node("Relu", "r0", "c0");
        b.node("Conv", "c1", "r0", "w1").attribute("pads", around).attribute("strides", new long[] {2, 2});
        b.node("BatchNormalization", "n1", "c1", "gamma", "beta", "mean", "variance");
        b.node("Relu", "r1", "n1");
        b.node("Conv", "c2", "r1", "w2").attribute("group", 32).attribute("auto_pad", "SAME_UPPER");
        b.node("Relu", "r2", "c2");
        b.node("Conv", "c3", "r2", "w3");
        b.node("Conv", "c4", "r1", "w4", "b4").attribute("pads", around);
        b.node("Add", "sum", "c3", "c4");
        b.node("Relu", "r4", "sum");
        b.node("GlobalAveragePool", "pool", "r4");
        b.node("Flatten", "flat", "pool");
        b.node("MatMul", "y", "flat", "head");
        return b.output("y", 2).graph();
    }

    private static float[] ones(int size) {
        float[] values = new float[size];
        java.util.Arrays.fill(values, 1);
        return values;
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "16, 2", "19, 3"})
    void networksOfSeveralConvolutions(int rows, long seed) {
        OnnxGraph model = network(seed);
        Tensor labels = DirectionalCheck.labels(new Random(seed), rows, 4);
        Map<String, Tensor> feed = new LinkedHashMap<>();
        feed.put("x", Ort.tensor(new Random(seed), rows, 3, 11, 11));
        feed.put("labels", labels);
        GradientGraph gradient = crossEntropy(model).on(engine);
        double worst = DirectionalCheck.verify(
                model,
                gradient,
                feed,
                true,
                1,
                values -> DirectionalCheck.crossEntropy(Objects.requireNonNull(values.get("y")), labels.longs()));
        assertThat(worst).isLessThanOrEqualTo(DirectionalCheck.PER_NETWORK);
        assertThat(gradient.graph().nodes().stream()
                        .filter(node ->
                                node.op().equals("Conv") && node.domain().isEmpty()))
                .as("plain convolutions left: the first, of three channels")
                .hasSize(1);
    }

    /** Layers that are not trained keep constant weights, which engines lay out by themselves. */
    @Test
    void frozenLayersStayPlain() {
        GradientGraph gradient = GradientGraph.builder(network(1))
                .loss(Loss.crossEntropy())
                .trainable(name -> name.equals("head") || name.equals("w4"))
                .build()
                .on(engine);
        assertThat(gradient.graph().nodes().stream()
                        .filter(node ->
                                node.op().equals("Conv") && node.domain().isEmpty()))
                .hasSize(4);
        assertThat(gradient.graph().initializers()).containsKeys("w0", "w1", "w2", "w3");
    }

    @Test
    void theGraphItselfStaysStandard() {
        GradientGraph gradient = crossEntropy(network(1));
        OnnxGraph before = gradient.graph().copy();
        GradientGraph here = gradient.on(engine);
        assertThat(OnnxWriter.toBytes(gradient.graph())).isEqualTo(OnnxWriter.toBytes(before));
        assertThat(gradient.graph().nodes()).allMatch(node -> node.domain().isEmpty());
        assertThat(here.on(engine)).as("a second time changes nothing").isSameAs(here);
        assertThat(here.parameters()).isEqualTo(gradient.parameters());
    }

    /** A shard's loop over batches of 16, 16 and 8 ends where separate steps of the standard graph end. */
    @Test
    void loopsOverShards() {
        OnnxGraph model = network(4);
        GradientGraph gradient = crossEntropy(model);
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        TensorData shard = TensorData.of(Map.of(
                "x",
                Ort.tensor(new Random(1), 40, 3, 11, 11),
                "labels",
                DirectionalCheck.labels(new Random(2), 40, 4)));
        ShardTrainer.Plan plan = new ShardTrainer.Plan(2, 16, Schedule.constant(0.05), 3, rule);
        float[] start = gradient.parameters().read(model);
        float[] statistics = gradient.statistics().read(model);
        GradientGraph standard =
                new GradientGraph(gradient.graph(), gradient.parameters(), gradient.statistics(), gradient.data());
        try (ShardTrainer here = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults());
                ShardTrainer plain = ShardTrainer.open(engine, standard, rule, SessionOptions.defaults())) {
            ShardTrainer.Outcome ours = here.train(plan, shard, start, statistics, null, null);
            ShardTrainer.Outcome expected = plain.train(plan, shard, start, statistics, null, null);
            assertThat(List.of(
                            difference(ours.theta(), expected.theta()), difference(ours.losses(), expected.losses())))
                    .allMatch(error -> error < 2e-5);
            assertThat(difference(expected.theta(), start)).as("it trains").isGreaterThan(1e-3);
        }
    }

    private static double difference(float[] a, float[] b) {
        double worst = 0;
        for (int i = 0; i < a.length; i++) {
            worst = Math.max(worst, Math.abs(a[i] - b[i]));
        }
        return worst;
    }
}
