package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random networks from x [N,3,8,8] to y [N,5] with every activation in use: convolutions of every kind, transposed ones,
 * residuals, joins, pools and a dense head deep enough for integer products. Biases may come through an Identity, and
 * weights may be shared.
 */
public final class WideNets {
    public static final List<String> ACTIVATIONS = List.of(
            "Relu",
            "Clip",
            "Sigmoid",
            "Tanh",
            "LeakyRelu",
            "HardSigmoid",
            "Elu",
            "Selu",
            "Softplus",
            "Softsign",
            "PRelu",
            "Swish",
            "Gelu",
            "HardSwish",
            "ThresholdedRelu");

    private static final int CHANNELS = 4;

    private final Random random;
    private final GraphBuilder b;
    private final List<String> values = new ArrayList<>();
    private int activations;
    private int count;

    private WideNets(long seed, long opset) {
        this.random = new Random(seed * 31 + 7);
        this.activations = (int) seed * 3;
        this.b = new GraphBuilder(opset, seed).input("x", -1, 3, 8, 8);
    }

    public static OnnxGraph of(long seed, long opset) {
        return new WideNets(seed, opset).build();
    }

    private OnnxGraph build() {
        b.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
        b.constant("half", OnnxTensor.scalar(0.5f)).constant("one", OnnxTensor.scalar(1f));
        b.constant("root", OnnxTensor.scalar((float) Math.sqrt(0.5)));
        activate(conv("x", 3));
        for (int i = 0; i < 3 + random.nextInt(4); i++) {
            step(values.get(values.size() - 1));
        }
        b.node("Flatten", "flat", values.get(values.size() - 1));
        b.weight("dense_w", 0.1, random.nextBoolean() ? new long[] {256, 24} : new long[] {24, 256});
        b.weight("dense_b", 0.1, 24);
        OnnxNode dense = b.node("Gemm", "dense", "flat", "dense_w", "dense_b");
        boolean transposed = b.graph().initializers().get("dense_w").dim(0) == 24;
        if (transposed) {
            dense.attribute("transB", 1);
        }
        String hidden = activate("dense");
        b.weight("head_w", 0.3, 24, 16);
        b.node("MatMul", "head", hidden, "head_w");
        b.weight("last_w", 0.3, 5, 16);
        b.node("Gemm", "y", "head", "last_w").attribute("transB", 1);
        return b.output("y", 2).graph();
    }

    private void step(String a) {
        switch (random.nextInt(7)) {
            case 0 -> activate(conv(a, CHANNELS));
            case 1 -> {
                String other = values.get(random.nextInt(values.size()));
                keep(b.node(random.nextBoolean() ? "Add" : "Mul", fresh(), conv(a, CHANNELS), other));
                activate(values.get(values.size() - 1));
            }
            case 2 -> {
                String joined = fresh();
                b.node("Concat", joined, a, values.get(random.nextInt(values.size())))
                        .attribute("axis", 1);
                activate(conv(joined, 2 * CHANNELS));
            }
            case 3 ->
                keep(b.node(random.nextBoolean() ? "MaxPool" : "AveragePool", fresh(), a)
                        .attribute("kernel_shape", new long[] {3, 3})
                        .attribute("pads", new long[] {1, 1, 1, 1}));
            case 4 -> transposedConv(a);
            case 5 -> grouped(a);
            default -> sharedTwice(a);
        }
    }

    private String fresh() {
        return "v" + count++;
    }

    private String keep(OnnxNode node) {
        values.add(node.output(0));
        return node.output(0);
    }

    /** 1×1, 3×3, dilated 3×3; the bias as it is, through an Identity, or none. */
    private String conv(String from, int channels) {
        String name = fresh();
        int kind = random.nextInt(3);
        int kernel = kind == 0 ? 1 : 3;
        long pad = kind == 0 ? 0 : kind;
        b.weight(name + "_w", Math.sqrt(2.0 / (kernel * kernel * channels)), CHANNELS, channels, kernel, kernel);
        OnnxNode conv = b.node("Conv", name, from, name + "_w");
        conv.attribute("pads", new long[] {pad, pad, pad, pad});
        if (kind == 2) {
            conv.attribute("dilations", new long[] {2, 2});
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                b.weight(name + "_b", 0.2, CHANNELS);
                conv.inputs().add(name + "_b");
            }
            case 1 -> {
                b.weight(name + "_b", 0.2, CHANNELS);
                OnnxNode identity = new OnnxNode("Identity", "", List.of(name + "_b"), List.of(name + "_wrapped"));
                b.graph().nodes().add(b.graph().nodes().size() - 1, identity);
                conv.inputs().add(name + "_wrapped");
            }
            default -> {}
        }
        return name;
    }

    private void grouped(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.5, CHANNELS, 2, 3, 3);
        b.node("Conv", name, from, name + "_w").attribute("group", 2).attribute("pads", new long[] {1, 1, 1, 1});
        activate(name);
    }

    private void transposedConv(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.25, CHANNELS, 64, 3, 3);
        b.node("ConvTranspose", name, from, name + "_w").attribute("pads", new long[] {1, 1, 1, 1});
        String active = activate(name);
        values.remove(active);
        activate(conv(active, 64));
    }

    private void sharedTwice(String from) {
        String name = fresh();
        b.weight(name + "_w", 0.25, CHANNELS, CHANNELS, 3, 3).weight(name + "_b", 0.1, CHANNELS);
        String last = from;
        for (int i = 0; i < 2; i++) {
            String out = fresh();
            b.node("Conv", out, last, name + "_w", name + "_b").attribute("pads", new long[] {1, 1, 1, 1});
            last = activate(out);
        }
    }

    private String activate(String from) {
        String kind = ACTIVATIONS.get(activations++ % ACTIVATIONS.size());
        return keep(activation(b, kind, from, fresh()));
    }

    /** One activation as exporters write it; composed ones use the constants half, one, root and zero, six. */
    private static OnnxNode activation(GraphBuilder b, String kind, String from, String name) {
        return switch (kind) {
            case "Clip" -> b.node("Clip", name, from, "zero", "six");
            case "LeakyRelu" -> b.node(kind, name, from).attribute("alpha", 0.1f);
            case "HardSigmoid" ->
                b.node(kind, name, from).attribute("alpha", 0.25f).attribute("beta", 0.4f);
            case "PRelu" -> {
                b.constant(name + "_slope", OnnxTensor.scalar(0.3f).reshape(1));
                yield b.node(kind, name, from, name + "_slope");
            }
            case "Swish" -> {
                b.node("Sigmoid", name + "_s", from);
                yield b.node("Mul", name, from, name + "_s");
            }
            case "HardSwish" -> {
                b.node("HardSigmoid", name + "_s", from)
                        .attribute("alpha", new OnnxAttribute.OfFloat(1 / 6f))
                        .attribute("beta", 0.5f);
                yield b.node("Mul", name, from, name + "_s");
            }
            case "Gelu" -> {
                b.node("Mul", name + "_d", from, "root");
                b.node("Erf", name + "_e", name + "_d");
                b.node("Add", name + "_a", name + "_e", "one");
                b.node("Mul", name + "_m", from, name + "_a");
                yield b.node("Mul", name, name + "_m", "half");
            }
            case "ThresholdedRelu" -> b.node(kind, name, from).attribute("alpha", 0.2f);
            default -> b.node(kind, name, from);
        };
    }
}
