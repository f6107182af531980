package io.edgeai.core.train;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random networks: whatever rules meet, the gradient is that of the reference. */
class GradientRandomNetsPropertyTest {
    private static final List<String> ACTIVATIONS =
            List.of("Relu", "Tanh", "Sigmoid", "Elu", "Softplus", "HardSwish", "LeakyRelu", "Softsign");

    private final List<String> values = new ArrayList<>();
    private Random random = new Random(0);
    private GraphBuilder b = new GraphBuilder(17, 0);
    private int count;

    @Test
    void randomImageNetworks() {
        for (int seed = 0; seed < 12; seed++) {
            OnnxGraph model = network(seed);
            boolean ofBatch = seed % 2 == 0;
            Tensor x = Ort.tensor(new Random(seed + 100), 3, 3, 7, 6);
            Tensor labels = DirectionalCheck.labels(new Random(seed), 3, 4);
            Map<String, Tensor> feed = new LinkedHashMap<>();
            feed.put("x", x);
            feed.put("labels", labels);
            GradientGraph gradient = GradientGraph.builder(model)
                    .loss(Loss.crossEntropy())
                    .batchNormalization(ofBatch ? BatchMode.BATCH : BatchMode.FROZEN)
                    .build();
            try {
                DirectionalCheck.verify(
                        model,
                        gradient,
                        feed,
                        ofBatch,
                        1,
                        v -> DirectionalCheck.crossEntropy(Objects.requireNonNull(v.get("y")), labels.longs()));
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private OnnxGraph network(long seed) {
        random = new Random(seed);
        b = new GraphBuilder(17, seed).input("x", -1, 3, 7, 6);
        values.clear();
        count = 0;
        conv("x", 3);
        int steps = 4 + random.nextInt(5);
        for (int i = 0; i < steps; i++) {
            step(values.get(values.size() - 1));
        }
        b.node("GlobalAveragePool", "pool", values.get(values.size() - 1));
        b.node("Flatten", "flat", "pool");
        b.weight("head_w", 0.7, 4, 4).weight("head_b", 0.2, 4);
        b.node("Gemm", "y", "flat", "head_w", "head_b");
        return b.output("y", 2).graph();
    }

    private void step(String a) {
        String other = values.get(random.nextInt(values.size()));
        switch (random.nextInt(10)) {
            case 0 -> conv(a, 4);
            case 1 -> keep(b.node(ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())), fresh(), a));
            case 2 -> keep(b.node("Add", fresh(), a, other));
            case 3 -> keep(b.node("Mul", fresh(), a, keep(b.node("Tanh", fresh(), other))));
            case 4 -> normalize(a);
            case 5 -> {
                String joined = fresh();
                b.node("Concat", joined, a, other).attribute("axis", 1);
                conv(joined, 8);
            }
            case 6 ->
                keep(b.node(random.nextBoolean() ? "MaxPool" : "AveragePool", fresh(), a)
                        .attribute("kernel_shape", new long[] {3, 3})
                        .attribute("pads", new long[] {1, 1, 1, 1}));
            case 7 -> squeezed(a);
            case 8 -> transposed(a);
            default -> depthwise(a);
        }
    }

    private String fresh() {
        return "v" + count++;
    }

    private String keep(OnnxNode node) {
        values.add(node.output(0));
        return node.output(0);
    }

    private void conv(String from, int channels) {
        String name = fresh();
        b.conv(name, from, channels, 4);
        values.add(name);
    }

    private void normalize(String from) {
        String name = fresh();
        b.weight(name + "_s", 1, 4).weight(name + "_o", 0.3, 4).weight(name + "_m", 0.1, 4);
        b.constant(name + "_v", io.edgeai.core.onnx.OnnxTensor.ofFloats(new float[] {1, 0.5f, 2, 1.5f}, 4));
        keep(b.node("BatchNormalization", name, from, name + "_s", name + "_o", name + "_m", name + "_v"));
    }

    private void depthwise(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.5, 4, 1, 3, 3);
        keep(b.node("Conv", name, from, name + "_w").attribute("group", 4).attribute("pads", new long[] {1, 1, 1, 1}));
    }

    /** A gate for each channel from its mean, as in squeeze-and-excitation. */
    private void squeezed(String from) {
        String pool = fresh();
        b.node("GlobalAveragePool", pool, from);
        String name = fresh();
        b.weight(name + "_w", 0.8, 4, 4, 1, 1).weight(name + "_b", 0.2, 4);
        b.node("Conv", name, pool, name + "_w", name + "_b");
        String gate = fresh();
        b.node("Sigmoid", gate, name);
        keep(b.node("Mul", fresh(), from, gate));
    }

    /** Through other layouts and back: [N,4,7,6] to [N,42,4] to a product and back. */
    private void transposed(String from) {
        String name = fresh();
        b.longs(name + "_flat", 0, 4, 42).longs(name + "_image", 0, 4, 7, 6).weight(name + "_w", 0.5, 4, 4);
        b.weight(name + "_s", 1, 4).weight(name + "_o", 0.2, 4);
        b.node("Reshape", name + "_r", from, name + "_flat");
        b.node("Transpose", name + "_t", name + "_r").attribute("perm", new long[] {0, 2, 1});
        b.node("LayerNormalization", name + "_n", name + "_t", name + "_s", name + "_o");
        b.node("MatMul", name + "_p", name + "_n", name + "_w");
        b.node("Transpose", name + "_u", name + "_p").attribute("perm", new long[] {0, 2, 1});
        keep(b.node("Reshape", name, name + "_u", name + "_image"));
    }
}
