package io.edgeai.core.train.gradient;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Pooling. Of equal maxima the first in row-major order gets the gradient. */
final class PoolGradients {
    private PoolGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("MaxPool", PoolGradients::max);
        table.put("AveragePool", PoolGradients::average);
        table.put("GlobalAveragePool", PoolGradients::globalAverage);
        table.put("GlobalMaxPool", PoolGradients::globalMax);
    }

    private static void max(NodeGradient g) {
        if (g.node().intAttribute("storage_order", 0) != 0) {
            throw g.refuse("its indices are column-major");
        }
        if (g.node().output(1).isEmpty()) {
            while (g.node().outputs().size() < 2) {
                g.node().outputs().add("");
            }
            g.node().outputs().set(1, g.out().name(g.y() + "_indices"));
        }
        Window window = Window.of(g, kernel(g));
        if (window.disjoint()
                && !window.padded()
                && Arrays.stream(window.rest()).allMatch(r -> r >= 0)) {
            g.give(0, unpooled(g, g.dy(), g.node().output(1), window));
        } else {
            g.give(0, scattered(g, g.dy(), g.node().output(1)));
        }
    }

    private static String unpooled(NodeGradient g, String dy, String indices, Window window) {
        return g.out()
                .node("MaxUnpool", dy, indices, g.out().shape(g.x()))
                .attribute("kernel_shape", window.kernel())
                .attribute("strides", window.strides())
                .output(0);
    }

    /** Indices count through the whole tensor. */
    private static String scattered(NodeGradient g, String dy, String indices) {
        GraphEmitter out = g.out();
        String size = out.reshape(out.op("Size", g.x()), 1);
        String flat = out.node("ScatterElements", out.zeros(size), out.reshape(indices, -1), out.reshape(dy, -1))
                .attribute("axis", 0)
                .attribute("reduction", "add")
                .output(0);
        return g.like(flat, g.x());
    }

    private static long[] kernel(NodeGradient g) {
        long[] kernel = g.node().intsAttribute("kernel_shape");
        if (kernel == null) {
            throw g.refuse("it has no kernel_shape");
        }
        return kernel;
    }

    /** The adjoint of a depth-wise convolution with equal weights. */
    private static void average(NodeGradient g) {
        Window window = Window.of(g, kernel(g));
        if (Arrays.stream(window.rest()).anyMatch(r -> r < 0)) {
            throw g.refuse("windows overhang the padded input (ceil_mode)");
        }
        GraphEmitter out = g.out();
        int channels = (int) g.fixed(g.x(), 1);
        boolean whole = g.node().intAttribute("count_include_pad", 0) != 0 || !window.padded();
        String shares = g.dy();
        float weight = 1f / window.taps();
        if (!whole) {
            shares =
                    out.mul(shares, out.floats(shares(window), ConvGradients.join(new long[] {1, 1}, window.output())));
            weight = 1;
        }
        float[] ones = new float[channels * window.taps()];
        Arrays.fill(ones, weight);
        String kernel = out.floats(ones, ConvGradients.join(new long[] {channels, 1}, window.kernel()));
        g.give(0, ConvGradients.adjoint(out, window, shares, kernel, channels));
    }

    /** One over the number of elements of the input that each place of the window covers. */
    private static float[] shares(Window window) {
        float[] shares = new float[(int) window.places()];
        for (int i = 0; i < shares.length; i++) {
            long covered = 1;
            int rest = i;
            for (int axis = window.axes() - 1; axis >= 0; axis--) {
                long start = rest % window.output()[axis] * window.strides()[axis] - window.begin()[axis];
                rest = (int) (rest / window.output()[axis]);
                long inside = 0;
                for (long k = 0; k < window.kernel()[axis]; k++) {
                    long place = start + k * window.dilations()[axis];
                    inside += place >= 0 && place < window.input()[axis] ? 1 : 0;
                }
                covered *= inside;
            }
            shares[i] = 1f / Math.max(1, covered);
        }
        return shares;
    }

    private static void globalAverage(NodeGradient g) {
        long[] dims = g.fixed(g.x());
        long[] spatial = Arrays.copyOfRange(dims, 2, dims.length);
        float[] shares = new float[(int) Window.product(spatial)];
        Arrays.fill(shares, 1f / shares.length);
        g.give(0, g.out().mul(g.dy(), g.out().floats(shares, ConvGradients.join(new long[] {1, 1}, spatial))));
    }

    private static void globalMax(NodeGradient g) {
        long[] dims = g.fixed(g.x());
        long[] spatial = Arrays.copyOfRange(dims, 2, dims.length);
        OnnxNode pool = g.out()
                .node("MaxPool", 2, g.x())
                .attribute("kernel_shape", spatial)
                .attribute("strides", spatial);
        g.give(0, scattered(g, g.dy(), pool.output(1)));
    }

    /** Axes after batch and channel. */
    static long[] spatialAxes(int rank) {
        return LongStream.range(2, rank).toArray();
    }
}
