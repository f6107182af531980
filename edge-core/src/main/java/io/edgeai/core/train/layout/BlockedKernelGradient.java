package io.edgeai.core.train.layout;

import io.edgeai.core.train.gradient.GraphEmitter;
import io.edgeai.core.train.gradient.KernelGradient;
import io.edgeai.core.train.gradient.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The derivative of a convolution by its kernel as another convolution: examples take the place of channels, the output's
 * gradient that of the kernel, strides and dilations change roles. Rows are taken in parts, so that a part's gradient
 * stays in the cache and no running sum is longer than 4,096 products.
 */
final class BlockedKernelGradient {
    private static final long LONGEST_SUM = 4096;
    private static final long LARGEST_PART = 8192;
    private static final long MOST_PARTS = 8;

    private final BlockedGraph graph;
    private final KernelGradient kernel;
    private final Window window;
    private final long rows;

    BlockedKernelGradient(BlockedGraph graph, KernelGradient kernel) {
        this.graph = graph;
        this.kernel = kernel;
        this.window = kernel.window();
        long places = window.places();
        long parts = Math.max(
                ceiling(places * graph.block(), LONGEST_SUM), ceiling(places * kernel.outputs(), LARGEST_PART));
        this.rows = ceiling(window.output()[0], Math.max(1, parts));
    }

    /** Whether this form is the faster one: larger maps and windows of one element are better off as matrices. */
    boolean fits() {
        return graph.divides(kernel.outputs()) && window.taps() > 1 && ceiling(window.output()[0], rows) <= MOST_PARTS;
    }

    /** Appends the nodes that give the derivative. */
    void emit() {
        GraphEmitter out = graph.out();
        String x = out.transpose(kernel.input(), 1, 0, 2, 3);
        String padded = out.op("Pad", x, pads());
        String dy = graph.filled(graph.blocked(kernel.outputGradient()), kernel.outputGradient());
        List<String> parts = new ArrayList<>();
        for (long from = 0; from < window.output()[0]; from += rows) {
            parts.add(part(padded, dy, from, Math.min(window.output()[0], from + rows)));
        }
        String sum = parts.get(0);
        for (String part : parts.subList(1, parts.size())) {
            sum = out.add(sum, part);
        }
        String plain = graph.plain(sum, kernel.outputs()).output(0);
        out.node("Transpose", plain)
                .attribute("perm", new long[] {1, 0, 2, 3})
                .outputs()
                .set(0, kernel.result());
    }

    /** @return [channels, outputs, window...] in blocks: the share of output rows {@code from} to {@code to} */
    private String part(String x, String dy, long from, long to) {
        GraphEmitter out = graph.out();
        long block = graph.block();
        long stride = window.strides()[0];
        long reach = window.dilations()[0] * (window.kernel()[0] - 1);
        String input = x;
        if (to - from < window.output()[0]) {
            long end = (to - 1) * stride + reach + 1;
            input = out.slice(x, new long[] {2}, new long[] {from * stride}, new long[] {end}, new long[] {1});
        }
        long width = window.output()[1];
        long many = kernel.outputs() / block;
        String split = out.reshape(dy, -1, block, many, window.output()[0] * width, block);
        if (to - from < window.output()[0]) {
            split = out.slice(
                    split, new long[] {3}, new long[] {from * width}, new long[] {to * width}, new long[] {1});
        }
        String weight = out.reshape(out.transpose(split, 2, 0, 3, 1, 4), kernel.outputs(), -1, to - from, width);
        return graph.node("Conv", graph.node("ReorderInput", input).output(0), weight)
                .attribute("kernel_shape", new long[] {to - from, width})
                .attribute("strides", window.dilations())
                .attribute("dilations", window.strides())
                .output(0);
    }

    /** Of [channels, N, height, width]: whole blocks of examples, and what the window reaches. */
    private String pads() {
        long[] begin = window.begin();
        long[] end = new long[2];
        for (int i = 0; i < 2; i++) {
            long reached =
                    (window.output()[i] - 1) * window.strides()[i] + window.dilations()[i] * (window.kernel()[i] - 1);
            end[i] = reached + 1 - window.input()[i] - begin[i];
        }
        return graph.pads(
                kernel.outputGradient(), new long[] {0, 0, begin[0], begin[1], 0}, new long[] {end[0], end[1]});
    }

    private static long ceiling(long value, long by) {
        return (value + by - 1) / by;
    }
}
