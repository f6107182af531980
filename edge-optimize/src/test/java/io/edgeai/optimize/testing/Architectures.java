package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Random;

/**
 * The well-known convolutional architectures with random He weights, batch normalization folded where the architecture
 * lets one, from x [N,3,size,size] to y. Widths can be scaled down for fast tests.
 */
public final class Architectures {
    private final GraphBuilder b;
    private final Random random;
    private final double width;
    private int count;

    private Architectures(long opset, long seed, int size, double width) {
        this.b = new GraphBuilder(opset, seed).input("x", -1, 3, size, size);
        this.random = new Random(seed);
        this.width = width;
        b.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
    }

    /** 18 layers of 64 to 512 channels; size 224 is the original. */
    public static OnnxGraph resNet18(long seed, int size, double width, int classes) {
        Architectures net = new Architectures(13, seed, size, width);
        String x = net.relu(net.conv("x", 3, net.wide(64), 7, 2, 1));
        x = net.pool("MaxPool", x, 3, 2);
        int in = net.wide(64);
        for (int stage = 0; stage < 4; stage++) {
            int out = net.wide(64 << stage);
            for (int block = 0; block < 2; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String inner = net.relu(net.conv(x, in, out, 3, stride, 1));
                inner = net.conv(inner, out, out, 3, 1, 1);
                String skip = stride == 1 && in == out ? x : net.conv(x, in, out, 1, stride, 1);
                x = net.relu(net.node("Add", inner, skip));
                in = out;
            }
        }
        return net.classifier(x, in, classes);
    }

    /** Inverted residuals with squeeze-and-excitation gates and HardSwish, as one operator (opset 14) or as five. */
    public static OnnxGraph mobileNetV3(long seed, int size, double width, boolean oneOperator) {
        Architectures net = new Architectures(oneOperator ? 14 : 13, seed, size, width);
        net.b.constant("three", OnnxTensor.scalar(3f));
        String x = net.hardSwish(net.conv("x", 3, net.wide(16), 3, 2, 1), oneOperator);
        int in = net.wide(16);
        int[][] blocks = {
            {16, 16, 3, 2, 1, 0},
            {72, 24, 3, 2, 0, 0},
            {88, 24, 3, 1, 0, 0},
            {96, 40, 5, 2, 1, 1},
            {240, 40, 5, 1, 1, 1}
        };
        for (int[] block : blocks) {
            int middle = net.wide(block[0]);
            int out = net.wide(block[1]);
            boolean hard = block[5] == 1;
            String inner = net.conv(x, in, middle, 1, 1, 1);
            inner = hard ? net.hardSwish(inner, oneOperator) : net.relu(inner);
            inner = net.conv(inner, middle, middle, block[2], block[3], middle);
            inner = hard ? net.hardSwish(inner, oneOperator) : net.relu(inner);
            if (block[4] == 1) {
                String squeezed = net.node("GlobalAveragePool", inner);
                squeezed = net.relu(net.conv(squeezed, middle, Math.max(4, middle / 4), 1, 1, 1));
                squeezed = net.conv(squeezed, Math.max(4, middle / 4), middle, 1, 1, 1);
                inner = net.node("Mul", inner, net.hardSigmoid(squeezed, oneOperator));
            }
            inner = net.conv(inner, middle, out, 1, 1, 1);
            x = block[3] == 1 && in == out ? net.node("Add", inner, x) : inner;
            in = out;
        }
        x = net.hardSwish(net.conv(x, in, net.wide(240), 1, 1, 1), oneOperator);
        return net.classifier(x, net.wide(240), 20);
    }

    /** Gates of Sigmoid and activations x·Sigmoid(x). */
    public static OnnxGraph efficientNet(long seed, int size, double width) {
        Architectures net = new Architectures(13, seed, size, width);
        String x = net.swish(net.conv("x", 3, net.wide(32), 3, 2, 1));
        int in = net.wide(32);
        for (int block = 0; block < 3; block++) {
            int middle = 4 * in;
            String inner = net.swish(net.conv(x, in, middle, 1, 1, 1));
            inner = net.swish(net.conv(inner, middle, middle, 3, block == 0 ? 2 : 1, middle));
            String gate = net.swish(net.conv(net.node("GlobalAveragePool", inner), middle, in, 1, 1, 1));
            inner = net.node("Mul", inner, net.node("Sigmoid", net.conv(gate, in, middle, 1, 1, 1)));
            inner = net.conv(inner, middle, in, 1, 1, 1);
            x = block == 0 ? inner : net.node("Add", inner, x);
        }
        return net.classifier(x, in, 20);
    }

    /** Normalization before each convolution, which therefore cannot take it in, and ever longer joins. */
    public static OnnxGraph denseNet(long seed, int size, double width) {
        Architectures net = new Architectures(13, seed, size, width);
        int channels = net.wide(32);
        int growth = net.wide(16);
        String x = net.pool("MaxPool", net.relu(net.conv("x", 3, channels, 3, 2, 1)), 3, 2);
        for (int stage = 0; stage < 2; stage++) {
            for (int layer = 0; layer < 4; layer++) {
                String inner = net.conv(net.relu(net.normalize(x, channels)), channels, 2 * growth, 1, 1, 1);
                inner = net.conv(net.relu(net.normalize(inner, 2 * growth)), 2 * growth, growth, 3, 1, 1);
                x = net.concat(x, inner);
                channels += growth;
            }
            if (stage == 0) {
                x = net.conv(net.relu(net.normalize(x, channels)), channels, channels / 2, 1, 1, 1);
                x = net.pool("AveragePool", x, 2, 2);
                channels /= 2;
            }
        }
        return net.classifier(net.relu(net.normalize(x, channels)), channels, 20);
    }

    /** Fire modules. */
    public static OnnxGraph squeezeNet(long seed, int size, double width) {
        Architectures net = new Architectures(13, seed, size, width);
        String x = net.pool("MaxPool", net.relu(net.conv("x", 3, net.wide(64), 3, 2, 1)), 3, 2);
        int in = net.wide(64);
        for (int fire = 0; fire < 4; fire++) {
            int squeeze = net.wide(16 + 16 * (fire / 2));
            int expand = 4 * squeeze;
            String s = net.relu(net.conv(x, in, squeeze, 1, 1, 1));
            x = net.concat(
                    net.relu(net.conv(s, squeeze, expand, 1, 1, 1)), net.relu(net.conv(s, squeeze, expand, 3, 1, 1)));
            x = fire == 1 ? net.pool("MaxPool", x, 3, 2) : x;
            in = 2 * expand;
        }
        return net.classifier(x, in, 20);
    }

    /** Four branches a module, one of them through a pool. */
    public static OnnxGraph inception(long seed, int size, double width) {
        Architectures net = new Architectures(13, seed, size, width);
        String x = net.pool("MaxPool", net.relu(net.conv("x", 3, net.wide(48), 3, 2, 1)), 3, 2);
        int in = net.wide(48);
        for (int module = 0; module < 3; module++) {
            int part = net.wide(32);
            String one = net.relu(net.conv(x, in, part, 1, 1, 1));
            String three = net.relu(net.conv(net.relu(net.conv(x, in, part, 1, 1, 1)), part, part, 3, 1, 1));
            String five = net.relu(net.conv(net.relu(net.conv(x, in, part / 2, 1, 1, 1)), part / 2, part, 5, 1, 1));
            String pooled = net.relu(net.conv(net.pool("MaxPool", x, 3, 1), in, part, 1, 1, 1));
            x = net.concat(one, three, five, pooled);
            in = 4 * part;
        }
        return net.classifier(x, in, 20);
    }

    /** Down, up again by transposed convolutions or by enlarging, joined with what was before. */
    public static OnnxGraph uNet(long seed, int size, double width, String up) {
        Architectures net = new Architectures(13, seed, size, width);
        net.b.constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, 2, 2}, 4));
        int c = net.wide(16);
        String one = net.relu(net.conv("x", 3, c, 3, 1, 1));
        String two = net.relu(net.conv(net.pool("MaxPool", one, 2, 2), c, 2 * c, 3, 1, 1));
        String three = net.relu(net.conv(net.pool("MaxPool", two, 2, 2), 2 * c, 4 * c, 3, 1, 1));
        String x = net.relu(net.conv(net.concat(net.up(three, 4 * c, up), two), 6 * c, 2 * c, 3, 1, 1));
        x = net.relu(net.conv(net.concat(net.up(x, 2 * c, up), one), 3 * c, c, 3, 1, 1));
        net.weight("head_w", c, 4, c, 1, 1);
        net.b.weight("head_b", 0.1, 4);
        net.b.node("Conv", "y", x, "head_w", "head_b");
        return net.b.output("y", 4).graph();
    }

    private int wide(int channels) {
        return Math.max(4, (int) Math.round(channels * width / 4) * 4);
    }

    private String fresh() {
        return "v" + count++;
    }

    private String node(String op, String... inputs) {
        String name = fresh();
        b.node(op, name, inputs);
        return name;
    }

    private void weight(String name, int fanIn, long... dims) {
        b.weight(name, Math.sqrt(2.0 / fanIn), dims);
    }

    private String conv(String from, int in, int out, int kernel, int stride, int group) {
        String name = fresh();
        long pad = kernel / 2L;
        weight(name + "_w", kernel * kernel * in / group, out, in / group, kernel, kernel);
        b.weight(name + "_b", 0.1, out);
        b.node("Conv", name, from, name + "_w", name + "_b")
                .attribute("kernel_shape", new long[] {kernel, kernel})
                .attribute("pads", new long[] {pad, pad, pad, pad})
                .attribute("strides", new long[] {stride, stride})
                .attribute("group", group);
        return name;
    }

    private String relu(String from) {
        return node("Relu", from);
    }

    private String swish(String from) {
        return node("Mul", from, node("Sigmoid", from));
    }

    private String hardSigmoid(String from, boolean oneOperator) {
        if (!oneOperator) {
            b.constant("three", OnnxTensor.scalar(3f));
            return node("Div", node("Clip", node("Add", from, "three"), "zero", "six"), "six");
        }
        String name = fresh();
        b.node("HardSigmoid", name, from)
                .attribute("alpha", new OnnxAttribute.OfFloat(1 / 6f))
                .attribute("beta", 0.5f);
        return name;
    }

    private String hardSwish(String from, boolean oneOperator) {
        return oneOperator ? node("HardSwish", from) : node("Mul", from, hardSigmoid(from, false));
    }

    private String normalize(String from, int channels) {
        String name = fresh();
        float[] scale = new float[channels];
        float[] variance = new float[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = 0.5f + random.nextFloat();
            variance[c] = 0.5f + random.nextFloat();
        }
        b.constant(name + "_s", OnnxTensor.ofFloats(scale, channels)).weight(name + "_o", 0.3, channels);
        b.weight(name + "_m", 0.3, channels).constant(name + "_v", OnnxTensor.ofFloats(variance, channels));
        b.node("BatchNormalization", name, from, name + "_s", name + "_o", name + "_m", name + "_v");
        return name;
    }

    private String pool(String op, String from, int kernel, int stride) {
        String name = fresh();
        long pad = (kernel - 1L) / 2;
        b.node(op, name, from)
                .attribute("kernel_shape", new long[] {kernel, kernel})
                .attribute("pads", new long[] {pad, pad, pad, pad})
                .attribute("strides", new long[] {stride, stride});
        return name;
    }

    private String concat(String... parts) {
        String name = fresh();
        b.node("Concat", name, parts).attribute("axis", 1);
        return name;
    }

    private String up(String from, int channels, String how) {
        String name = fresh();
        if (how.equals("ConvTranspose")) {
            weight(name + "_w", channels, channels, channels, 2, 2);
            b.node("ConvTranspose", name, from, name + "_w")
                    .attribute("kernel_shape", new long[] {2, 2})
                    .attribute("strides", new long[] {2, 2});
            return name;
        }
        OnnxNode resize = b.node("Resize", name, from, "", "scales").attribute("mode", how);
        resize.attribute("coordinate_transformation_mode", how.equals("nearest") ? "asymmetric" : "half_pixel");
        if (how.equals("nearest")) {
            resize.attribute("nearest_mode", "floor");
        }
        return name;
    }

    private OnnxGraph classifier(String from, int channels, int classes) {
        String flat = node("Flatten", node("GlobalAveragePool", from));
        b.weight("fc_w", Math.sqrt(1.0 / channels), channels, classes).weight("fc_b", 0.1, classes);
        b.node("Gemm", "y", flat, "fc_w", "fc_b");
        return b.output("y", 2).graph();
    }
}
