package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random networks whose channels are tied in every way that pruning must see through: residual sums, concatenations,
 * splits, slices, depth-wise and grouped convolutions, squeeze-and-excitation, shuffles, padded shortcuts, shared
 * weights, flattened features, attention heads.
 */
public final class PrunableNets {
    private static final int C = 8;

    private final Random random;
    private final GraphBuilder b;
    private final List<String> values = new ArrayList<>();
    private int count;

    private PrunableNets(long seed, long opset) {
        this.random = new Random(seed);
        this.b = new GraphBuilder(opset, seed);
    }

    /** Convolutions from x [N,3,8,8] to y [N,5]; every value between has 8 channels. */
    public static OnnxGraph convolutional(long seed) {
        PrunableNets nets = new PrunableNets(seed, 13);
        nets.b.input("x", -1, 3, 8, 8);
        nets.values.add(nets.relu(nets.conv("x", 3, C)));
        int steps = 4 + nets.random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            nets.step(nets.random.nextInt(14));
        }
        return nets.head();
    }

    /** As {@link #convolutional}, with exactly the given steps. */
    public static OnnxGraph of(long seed, int... steps) {
        PrunableNets nets = new PrunableNets(seed, 13);
        nets.b.input("x", -1, 3, 8, 8);
        nets.values.add(nets.relu(nets.conv("x", 3, C)));
        for (int step : steps) {
            nets.step(step);
        }
        return nets.head();
    }

    /** A post-norm transformer of 4 heads and 32 features from x [N,6,32] to y [N,6,5]. */
    public static OnnxGraph transformer(long seed, int layers) {
        PrunableNets nets = new PrunableNets(seed, 17);
        GraphBuilder b = nets.b.input("x", -1, 6, 32);
        b.weight("in_w", 0.2, 32, 32);
        b.node("MatMul", "in", "x", "in_w");
        String last = "in";
        for (int i = 0; i < layers; i++) {
            last = nets.feedForward(nets.attention(last, "l" + i), "l" + i);
        }
        b.weight("out_w", 0.2, 32, 5);
        b.node("MatMul", "y", last, "out_w");
        return b.output("y", 3).graph();
    }

    private String last() {
        return values.get(values.size() - 1);
    }

    private void step(int kind) {
        String a = last();
        String other = values.get(random.nextInt(values.size()));
        values.add(
                switch (kind) {
                    case 0 -> relu(conv(a, C, C));
                    case 1 -> node("Add", conv(relu(conv(a, C, C)), C, C), other);
                    case 2 -> conv(concat(a, other), 2 * C, C);
                    case 3 -> depthwise(a);
                    case 4 -> squeezeAndExcite(a);
                    case 5 -> split(a);
                    case 6 -> slices(a);
                    case 7 -> shared(a);
                    case 8 -> grouped(a);
                    case 9 -> shuffle(a);
                    case 10 -> padded(a);
                    case 11 -> normalized(a);
                    case 12 -> slopes(a);
                    default -> upAndDown(a);
                });
    }

    private String fresh() {
        return "v" + count++;
    }

    private String node(String op, String... inputs) {
        String name = fresh();
        b.node(op, name, inputs);
        return name;
    }

    private String conv(String from, int in, int out) {
        String name = fresh();
        b.conv(name, from, in, out);
        return name;
    }

    private String relu(String from) {
        return node(random.nextBoolean() ? "Relu" : "Sigmoid", from);
    }

    private String concat(String a, String c) {
        String name = fresh();
        b.node("Concat", name, a, c).attribute("axis", 1);
        return name;
    }

    private String depthwise(String from) {
        String wide = conv(from, C, 2 * C);
        String name = fresh();
        b.weight(name + "_w", 0.4, 2 * C, 1, 3, 3).weight(name + "_b", 0.1, 2 * C);
        b.node("Conv", name, wide, name + "_w", name + "_b")
                .attribute("group", 2 * C)
                .attribute("pads", new long[] {1, 1, 1, 1});
        return conv(node("Relu", name), 2 * C, C);
    }

    private String squeezeAndExcite(String from) {
        String x = conv(from, C, C);
        String pooled = node("GlobalAveragePool", x);
        String first = fresh();
        b.weight(first + "_w", 0.5, 4, C, 1, 1).weight(first + "_b", 0.1, 4);
        b.node("Conv", first, pooled, first + "_w", first + "_b");
        String second = fresh();
        b.weight(second + "_w", 0.5, C, 4, 1, 1).weight(second + "_b", 0.1, C);
        b.node("Conv", second, node("Relu", first), second + "_w", second + "_b");
        return conv(node("Mul", x, node("Sigmoid", second)), C, C);
    }

    private String split(String from) {
        String wide = conv(from, C, 2 * C);
        String left = fresh();
        String right = fresh();
        OnnxNode split = b.node("Split", left, wide).attribute("axis", 1);
        split.outputs().add(right);
        if (random.nextBoolean()) {
            split.inputs().add(left + "_sizes");
            b.longs(left + "_sizes", C, C);
        }
        return node("Mul", left, node("Sigmoid", right));
    }

    private String slices(String from) {
        String wide = conv(from, C, 2 * C);
        String name = fresh();
        b.longs(name + "_s", 3).longs(name + "_e", 3 + C).longs(name + "_a", 1);
        b.node("Slice", name, wide, name + "_s", name + "_e", name + "_a");
        return relu(name);
    }

    private String shared(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.2, C, C, 3, 3).weight(name + "_b", 0.1, C);
        String at = from;
        for (int i = 0; i < 2; i++) {
            String out = fresh();
            b.node("Conv", out, at, name + "_w", name + "_b").attribute("pads", new long[] {1, 1, 1, 1});
            at = node("Relu", out);
        }
        return at;
    }

    private String grouped(String from) {
        String wide = relu(conv(from, C, C));
        String name = fresh();
        b.weight(name + "_w", 0.4, 2 * C, 2, 3, 3);
        b.node("Conv", name, wide, name + "_w").attribute("group", 4).attribute("pads", new long[] {1, 1, 1, 1});
        return conv(name, 2 * C, C);
    }

    private String shuffle(String from) {
        String x = conv(from, C, C);
        String name = fresh();
        b.longs(name + "_1", 0, 2, C / 2, 8, 8).longs(name + "_2", 0, C, 8, 8);
        b.node("Reshape", name + "_r", x, name + "_1");
        b.node("Transpose", name + "_t", name + "_r").attribute("perm", new long[] {0, 2, 1, 3, 4});
        b.node("Reshape", name, name + "_t", name + "_2");
        return conv(name, C, C);
    }

    /** Half of the channels, padded with zeros to all of them. */
    private String padded(String from) {
        String half = relu(conv(from, C, C / 2));
        String name = fresh();
        b.longs(name + "_p", 0, 1, 0, 0, 0, 3, 0, 0);
        b.node("Pad", name, half, name + "_p");
        return node("Add", name, conv(half, C / 2, C));
    }

    private String normalized(String from) {
        String x = conv(from, C, C);
        String name = fresh();
        b.weight(name + "_s", 0.5, C).weight(name + "_o", 0.3, C).weight(name + "_m", 0.3, C);
        float[] variance = new float[C];
        for (int i = 0; i < C; i++) {
            variance[i] = 0.5f + random.nextFloat();
        }
        b.constant(name + "_v", OnnxTensor.ofFloats(variance, C));
        b.node("BatchNormalization", name, x, name + "_s", name + "_o", name + "_m", name + "_v");
        return relu(name);
    }

    private String slopes(String from) {
        String x = conv(from, C, C);
        String name = fresh();
        b.weight(name + "_w", 0.3, C, 1, 1);
        b.node("PRelu", name, x, name + "_w");
        return conv(name, C, C);
    }

    private String upAndDown(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.3, C, 2 * C, 2, 2).weight(name + "_b", 0.1, 2 * C);
        b.node("ConvTranspose", name, from, name + "_w", name + "_b").attribute("strides", new long[] {2, 2});
        String pooled = fresh();
        b.node("MaxPool", pooled, name)
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        return conv(pooled, 2 * C, C);
    }

    private OnnxGraph head() {
        if (random.nextBoolean()) {
            b.node("GlobalAveragePool", "pool", last());
            b.node("Flatten", "flat", "pool");
            b.weight("fc_w", 0.4, 5, C);
        } else {
            b.node("Flatten", "flat", last());
            b.weight("fc_w", 0.05, 5, C * 64);
        }
        b.weight("fc_b", 0.1, 5);
        b.node("Gemm", "y", "flat", "fc_w", "fc_b").attribute("transB", 1);
        return b.output("y", 2).graph();
    }

    private String dense(String from, String name, int in, int out) {
        b.weight(name + "_w", 1 / Math.sqrt(in), in, out).weight(name + "_b", 0.1, out);
        b.node("MatMul", name + "_p", from, name + "_w");
        b.node("Add", name, name + "_p", name + "_b");
        return name;
    }

    private String heads(String from, String name, long... order) {
        b.longs(name + "_shape", 0, 6, 4, 8);
        b.node("Reshape", name + "_r", from, name + "_shape");
        b.node("Transpose", name, name + "_r").attribute("perm", order);
        return name;
    }

    private String attention(String x, String l) {
        String q = heads(dense(x, l + "q", 32, 32), l + "qh", 0, 2, 1, 3);
        String k = heads(dense(x, l + "k", 32, 32), l + "kh", 0, 2, 3, 1);
        String v = heads(dense(x, l + "v", 32, 32), l + "vh", 0, 2, 1, 3);
        b.node("MatMul", l + "s", q, k);
        b.node("Softmax", l + "a", l + "s").attribute("axis", -1);
        b.node("MatMul", l + "m", l + "a", v);
        b.node("Transpose", l + "t", l + "m").attribute("perm", new long[] {0, 2, 1, 3});
        b.longs(l + "_merge", 0, 6, 32);
        b.node("Reshape", l + "c", l + "t", l + "_merge");
        return norm(x, dense(l + "c", l + "o", 32, 32), l + "n1");
    }

    private String feedForward(String x, String l) {
        String hidden = dense(x, l + "f1", 32, 64);
        b.node("Tanh", l + "g", hidden);
        return norm(x, dense(l + "g", l + "f2", 64, 32), l + "n2");
    }

    private String norm(String a, String c, String name) {
        b.node("Add", name + "_s", a, c);
        b.weight(name + "_g", 0.5, 32).weight(name + "_b", 0.1, 32);
        b.node("LayerNormalization", name, name + "_s", name + "_g", name + "_b");
        return name;
    }
}
