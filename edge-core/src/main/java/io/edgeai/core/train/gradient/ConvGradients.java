package io.edgeai.core.train.gradient;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Convolutions of any number of spatial axes. The derivative by the input is a Conv with the turned kernel where strides
 * are 1 and there are at least 8 channels, else a ConvTranspose: the fastest of each kind in ONNX Runtime.
 */
final class ConvGradients {
    private static final long FEW_CHANNELS = 8;

    private ConvGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Conv", ConvGradients::conv);
        table.put("ConvTranspose", ConvGradients::transposed);
    }

    private static void conv(NodeGradient g) {
        long[] weight = weight(g);
        Window window = Window.of(g, Arrays.copyOfRange(weight, 2, weight.length));
        long group = g.node().intAttribute("group", 1);
        if (g.wants(0)) {
            g.give(0, input(g, window, weight, group));
        }
        if (g.wants(1)) {
            String gradient = new ConvWeightGradient(g.out(), window, group).of(g.x(), g.dy(), weight);
            g.give(1, gradient);
            if (group == 1 && window.axes() == 2) {
                g.mark(new KernelGradient(g.x(), g.dy(), gradient, weight[0], weight[1], window));
            }
        }
        bias(g);
    }

    private static String input(NodeGradient g, Window window, long[] weight, long group) {
        boolean many = weight[1] * group >= FEW_CHANNELS;
        if (window.unitStride()
                && many
                && Arrays.stream(window.turnedPads()).allMatch(p -> p >= 0)
                && Arrays.stream(window.rest()).allMatch(r -> r == 0)) {
            return g.out()
                    .node("Conv", g.dy(), turned(g, weight, group))
                    .attribute("kernel_shape", window.kernel())
                    .attribute("pads", window.turnedPads())
                    .attribute("dilations", window.dilations())
                    .attribute("group", group)
                    .output(0);
        }
        return adjoint(g.out(), window, g.dy(), g.input(1), group);
    }

    /** The ConvTranspose that is the adjoint of a Conv. */
    static String adjoint(GraphEmitter out, Window window, String dy, String weight, long group) {
        OnnxNode node = out.node("ConvTranspose", dy, weight)
                .attribute("kernel_shape", window.kernel())
                .attribute("strides", window.strides())
                .attribute("pads", window.pads())
                .attribute("dilations", window.dilations())
                .attribute("group", group);
        long[] rest = window.rest();
        if (Arrays.stream(rest).anyMatch(r -> r != 0)) {
            node.attribute("output_padding", rest);
        }
        return node.output(0);
    }

    /** The weight with input and output channels exchanged in each group and its window turned around. */
    private static String turned(NodeGradient g, long[] weight, long group) {
        GraphEmitter out = g.out();
        int axes = weight.length - 2;
        String swapped = g.input(1);
        long[] spatial = LongStream.range(2, weight.length).toArray();
        if (group == 1) {
            swapped = out.transpose(swapped, join(new long[] {1, 0}, spatial));
        } else if (weight[0] != group || weight[1] != 1) {
            long[] kernel = Arrays.copyOfRange(weight, 2, weight.length);
            String grouped = out.reshape(swapped, join(new long[] {group, weight[0] / group, weight[1]}, kernel));
            long[] later = Arrays.stream(spatial).map(axis -> axis + 1).toArray();
            grouped = out.transpose(grouped, join(new long[] {0, 2, 1}, later));
            swapped = out.reshape(grouped, join(new long[] {group * weight[1], weight[0] / group}, kernel));
        }
        if (Window.product(Arrays.copyOfRange(weight, 2, weight.length)) == 1) {
            return swapped;
        }
        long[] minus = Window.filled(axes, -1);
        return out.slice(swapped, spatial, minus, Window.filled(axes, -1_000_000_000), minus);
    }

    private static void transposed(NodeGradient g) {
        long[] weight = weight(g);
        Window window = Window.transposed(g, Arrays.copyOfRange(weight, 2, weight.length));
        long group = g.node().intAttribute("group", 1);
        if (g.wants(0)) {
            g.give(
                    0,
                    g.out()
                            .node("Conv", g.dy(), g.input(1))
                            .attribute("kernel_shape", window.kernel())
                            .attribute("strides", window.strides())
                            .attribute("pads", window.pads())
                            .attribute("dilations", window.dilations())
                            .attribute("group", group)
                            .output(0));
        }
        if (g.wants(1)) {
            g.give(1, new ConvWeightGradient(g.out(), window, group).of(g.dy(), g.x(), weight));
        }
        bias(g);
    }

    private static void bias(NodeGradient g) {
        if (!g.input(2).isEmpty() && g.wants(2)) {
            long[] axes =
                    LongStream.range(0, g.rank(g.y())).filter(axis -> axis != 1).toArray();
            g.give(2, g.out().sum(g.dy(), false, axes));
        }
    }

    private static long[] weight(NodeGradient g) {
        long[] dims = g.dims(g.input(1));
        if (Arrays.stream(dims).anyMatch(dim -> dim < 0)) {
            throw g.refuse("the shape of its weight (" + g.input(1) + ") is not fixed");
        }
        return dims;
    }

    static long[] join(long[] a, long... b) {
        return LongStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }
}
