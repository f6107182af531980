package io.edgeai.core.train.gradient;

import static io.edgeai.core.train.gradient.ConvGradients.join;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The derivative of a convolution by its weight: for each element of the window, the product of the output's gradient
 * and the input shifted by that element. Which of the equivalent forms is emitted follows measurements on ONNX Runtime:
 * products per sample for windows of one element or few channels, shifted rows for windows of 5 and more, channels last
 * for strides with many channels, else one product for each element.
 */
final class ConvWeightGradient {
    private static final long FEW_CHANNELS = 8;
    private static final long MANY_CHANNELS = 32;
    private static final long WIDE_KERNEL = 5;

    private final GraphEmitter out;
    private final Window window;
    private final long group;

    ConvWeightGradient(GraphEmitter out, Window window, long group) {
        this.out = out;
        this.window = window;
        this.group = group;
    }

    /**
     * @param x [N, C, input...]
     * @param dy [N, M, output...]
     * @param weight M, C/group, kernel...
     */
    String of(String x, String dy, long[] weight) {
        if (group > 1 && weight[1] == 1 && weight[0] == group) {
            return depthwise(x, dy, weight);
        }
        if (group > 1) {
            return grouped(x, dy, weight);
        }
        if (window.taps() == 1 || weight[1] < FEW_CHANNELS) {
            return perSample(x, dy, weight);
        }
        if (window.axes() == 2 && Arrays.stream(window.kernel()).min().orElse(0) >= WIDE_KERNEL) {
            return byRows(x, dy, weight);
        }
        if (!window.unitStride() && weight[1] >= MANY_CHANNELS) {
            return channelsLast(x, dy, weight);
        }
        return byTaps(x, dy, weight);
    }

    /** Products of [M, P] and [P, K*C] for each sample, then their sum. */
    private String perSample(String x, String dy, long[] weight) {
        String padded = padded(x, 2);
        List<String> taps = new ArrayList<>();
        for (int i = 0; i < window.taps(); i++) {
            taps.add(window.pointwise() ? padded : shifted(padded, i, 2));
        }
        String columns = out.reshape(out.concat(1, taps), 0, window.taps() * weight[1], window.places());
        String rows = out.reshape(dy, 0, weight[0], window.places());
        String products = out.op("MatMul", rows, out.transpose(columns, 0, 2, 1));
        return ordered(out.sum(products, false, 0), weight);
    }

    /** One product of [M, N*P] and [C, N*P] transposed for each element. */
    private String byTaps(String x, String dy, long[] weight) {
        String padded = padded(channelsFirst(x), 2);
        String rows = out.reshape(channelsFirst(dy), weight[0], -1);
        List<String> products = new ArrayList<>();
        for (int i = 0; i < window.taps(); i++) {
            products.add(product(rows, out.reshape(shifted(padded, i, 2), weight[1], -1)));
        }
        return ordered(out.concat(1, products), weight);
    }

    /** All shifts along the last axis at once, then one product for each along the first. */
    private String byRows(String x, String dy, long[] weight) {
        String padded = padded(channelsFirst(x), 2);
        String rows = out.reshape(channelsFirst(dy), weight[0], -1);
        long height = window.kernel()[0];
        long width = window.kernel()[1];
        List<String> shifts = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            shifts.add(shifted(padded, new long[] {window.dilations()[1] * i}, 1, 3));
        }
        String wide = out.concat(0, shifts);
        List<String> products = new ArrayList<>();
        for (int i = 0; i < height; i++) {
            String shift = shifted(wide, new long[] {window.dilations()[0] * i}, 0, 2);
            products.add(product(rows, out.reshape(shift, width * weight[1], -1)));
        }
        return ordered(out.concat(1, products), weight);
    }

    private String product(String rows, String columns) {
        return out.node("Gemm", rows, columns).attribute("transB", 1).output(0);
    }

    /** One product of [N*P, M] transposed and [N*P, C] for each element. */
    private String channelsLast(String x, String dy, long[] weight) {
        int axes = window.axes();
        long[] last = join(join(new long[] {0}, LongStream.range(2, axes + 2).toArray()), 1);
        String padded = padded(out.transpose(x, last), 1);
        String rows = out.reshape(out.transpose(dy, last), -1, weight[0]);
        List<String> products = new ArrayList<>();
        for (int i = 0; i < window.taps(); i++) {
            String columns = out.reshape(shifted(padded, i, 1), -1, weight[1]);
            products.add(out.node("Gemm", rows, columns).attribute("transA", 1).output(0));
        }
        return ordered(out.concat(1, products), weight);
    }

    /** As {@link #byTaps} for each group. */
    private String grouped(String x, String dy, long[] weight) {
        String padded = padded(channelsFirst(x), 2);
        String rows = out.reshape(channelsFirst(dy), group, weight[0] / group, -1);
        List<String> products = new ArrayList<>();
        for (int i = 0; i < window.taps(); i++) {
            String columns = out.reshape(shifted(padded, i, 2), group, weight[1], -1);
            products.add(out.op("MatMul", rows, out.transpose(columns, 0, 2, 1)));
        }
        return ordered(out.concat(2, products), weight);
    }

    /** One channel for each group: sums of elementwise products. */
    private String depthwise(String x, String dy, long[] weight) {
        String padded = padded(x, 2);
        long[] axes =
                join(new long[] {0}, LongStream.range(2, window.axes() + 2).toArray());
        List<String> sums = new ArrayList<>();
        for (int i = 0; i < window.taps(); i++) {
            String product = out.mul(dy, shifted(padded, i, 2));
            sums.add(out.unsqueeze(out.sum(product, false, axes), 1));
        }
        return out.reshape(out.concat(1, sums), weight);
    }

    /** From [M, K*C], in groups or not, to [M, C, K...]. */
    private String ordered(String products, long[] weight) {
        String split = out.reshape(products, weight[0], window.taps(), weight[1]);
        return out.reshape(out.transpose(split, 0, 2, 1), weight);
    }

    private String channelsFirst(String value) {
        return out.transpose(
                value,
                join(new long[] {1, 0}, LongStream.range(2, window.axes() + 2).toArray()));
    }

    /** @param first the first spatial axis */
    private String padded(String value, int first) {
        int rank = window.axes() + 2;
        long[] pads = new long[2 * rank];
        for (int i = 0; i < window.axes(); i++) {
            pads[first + i] = window.begin()[i];
            pads[rank + first + i] = window.end()[i];
        }
        return out.pad(value, pads);
    }

    private String shifted(String padded, int tap, int first) {
        return shifted(padded, window.tap(tap), 0, first);
    }

    /** The elements under one element of the window, for consecutive window axes from {@code from} on. */
    private String shifted(String padded, long[] offsets, int from, int first) {
        int axes = offsets.length;
        long[] ends = new long[axes];
        long[] steps = new long[axes];
        for (int i = 0; i < axes; i++) {
            steps[i] = window.strides()[from + i];
            ends[i] = offsets[i] + (window.output()[from + i] - 1) * steps[i] + 1;
        }
        return out.slice(padded, LongStream.range(first, first + axes).toArray(), offsets, ends, steps);
    }
}
