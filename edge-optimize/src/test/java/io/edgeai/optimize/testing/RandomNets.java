package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random convolutional networks from x [N,3,8,8] to y [N,4], built of what real ones are built of. */
public final class RandomNets {
    private final Random random;
    private final GraphBuilder builder;
    private final List<String> values = new ArrayList<>();
    private int count;

    private RandomNets(long seed, long opset) {
        this.random = new Random(seed);
        this.builder = new GraphBuilder(opset, seed).input("x", -1, 3, 8, 8);
    }

    public static OnnxGraph of(long seed, long opset) {
        return new RandomNets(seed, opset).build();
    }

    private OnnxGraph build() {
        builder.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
        conv("x", 3);
        int steps = 3 + random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            step();
        }
        String last = values.get(values.size() - 1);
        builder.node("GlobalAveragePool", "pool", last);
        builder.node("Flatten", "flat", "pool");
        builder.weight("fc", 0.5, 4, 4);
        builder.node("MatMul", "y", "flat", "fc");
        return builder.output("y", 2).graph();
    }

    private void step() {
        String a = values.get(values.size() - 1);
        String b = values.get(random.nextInt(values.size()));
        switch (random.nextInt(9)) {
            case 0 -> conv(a, 4);
            case 1 -> add("Relu", a);
            case 2 -> clip(a);
            case 3 -> add("Add", a, b);
            case 4 -> concatenate(a, b);
            case 5 -> pool("MaxPool", a);
            case 6 -> pool("AveragePool", a);
            case 7 -> depthwise(a);
            default -> add("Sigmoid", a);
        }
    }

    private String fresh() {
        return "v" + count++;
    }

    private void conv(String from, int channels) {
        String name = fresh();
        builder.conv(name, from, channels, 4);
        values.add(name);
        if (random.nextBoolean()) {
            normalize(name);
        }
    }

    private void normalize(String from) {
        String name = fresh();
        builder.weight(name + "_s", 0.3, 4).weight(name + "_o", 0.3, 4).weight(name + "_m", 0.3, 4);
        builder.constant(name + "_v", OnnxTensor.ofFloats(new float[] {1, .5f, 2, 1.5f}, 4));
        float[] scale = builder.graph().initializers().get(name + "_s").floats();
        for (int i = 0; i < 4; i++) {
            scale[i] = 1 + scale[i];
        }
        builder.constant(name + "_s", OnnxTensor.ofFloats(scale, 4));
        builder.node("BatchNormalization", name, from, name + "_s", name + "_o", name + "_m", name + "_v");
        values.add(name);
    }

    private void depthwise(String from) {
        String name = fresh();
        builder.weight(name + "_w", 0.4, 4, 1, 3, 3);
        builder.node("Conv", name, from, name + "_w").attribute("group", 4).attribute("pads", new long[] {1, 1, 1, 1});
        values.add(name);
    }

    private void clip(String from) {
        String name = fresh();
        if (builder.graph().info().opset() >= 11) {
            builder.node("Clip", name, from, "zero", "six");
        } else {
            builder.node("Clip", name, from).attribute("min", 0f).attribute("max", 6f);
        }
        values.add(name);
    }

    private void concatenate(String a, String b) {
        String joined = fresh();
        builder.node("Concat", joined, a, b).attribute("axis", 1);
        String name = fresh();
        builder.conv(name, joined, 8, 4);
        values.add(name);
    }

    private void pool(String op, String from) {
        String name = fresh();
        builder.node(op, name, from)
                .attribute("kernel_shape", new long[] {3, 3})
                .attribute("pads", new long[] {1, 1, 1, 1});
        values.add(name);
    }

    private void add(String op, String... from) {
        String name = fresh();
        builder.node(op, name, from);
        values.add(name);
    }
}
