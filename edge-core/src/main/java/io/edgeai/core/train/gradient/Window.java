package io.edgeai.core.train.gradient;

import java.util.Arrays;

/** A sliding window over spatial axes, with its padding resolved to numbers. Arrays are not copied. */
public final class Window {
    private final long[] input;
    private final long[] output;
    private final long[] kernel;
    private final long[] strides;
    private final long[] dilations;
    private final long[] begin;
    private final long[] end;

    private Window(
            long[] input, long[] output, long[] kernel, long[] strides, long[] dilations, long[] begin, long[] end) {
        this.input = input;
        this.output = output;
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.begin = begin;
        this.end = end;
    }

    /** The window of a Conv or pool. */
    static Window of(NodeGradient g, long[] kernel) {
        int axes = kernel.length;
        long[] ones = filled(axes, 1);
        long[] strides = g.ints("strides", ones);
        long[] dilations = g.ints("dilations", ones);
        long[] input = spatial(g, g.x(), axes);
        long[] output = spatial(g, g.y(), axes);
        long[] begin = new long[axes];
        long[] end = new long[axes];
        String auto = g.node().stringAttribute("auto_pad", "NOTSET");
        if (auto.startsWith("SAME")) {
            for (int i = 0; i < axes; i++) {
                long total = Math.max(0, (output[i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1 - input[i]);
                begin[i] = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
                end[i] = total - begin[i];
            }
        } else if (auto.equals("NOTSET")) {
            long[] pads = g.ints("pads", new long[2 * axes]);
            begin = Arrays.copyOf(pads, axes);
            end = Arrays.copyOfRange(pads, axes, 2 * axes);
        }
        return new Window(input, output, kernel, strides, dilations, begin, end);
    }

    /** The window of the Conv whose adjoint a ConvTranspose is. */
    static Window transposed(NodeGradient g, long[] kernel) {
        int axes = kernel.length;
        String auto = g.node().stringAttribute("auto_pad", "NOTSET");
        if (auto.startsWith("SAME") || g.node().intsAttribute("output_shape") != null) {
            throw g.refuse("its padding follows from an output shape");
        }
        long[] pads = auto.equals("VALID") ? new long[2 * axes] : g.ints("pads", new long[2 * axes]);
        return new Window(
                spatial(g, g.y(), axes),
                spatial(g, g.x(), axes),
                kernel,
                g.ints("strides", filled(axes, 1)),
                g.ints("dilations", filled(axes, 1)),
                Arrays.copyOf(pads, axes),
                Arrays.copyOfRange(pads, axes, 2 * axes));
    }

    /** Sizes of the padded side: the input of a Conv or pool, the output of a ConvTranspose. */
    public long[] input() {
        return input;
    }

    /** Number of places of the window. */
    public long[] output() {
        return output;
    }

    /** Sizes of the window. */
    public long[] kernel() {
        return kernel;
    }

    /** Steps between places. */
    public long[] strides() {
        return strides;
    }

    /** Steps between elements of the window. */
    public long[] dilations() {
        return dilations;
    }

    /** Padding before. */
    public long[] begin() {
        return begin;
    }

    /** Padding after; what floor cuts off is not counted. */
    public long[] end() {
        return end;
    }

    int axes() {
        return kernel.length;
    }

    /** Elements of the window. */
    public int taps() {
        return (int) product(kernel);
    }

    /** Places of the window. */
    public long places() {
        return product(output);
    }

    boolean unitStride() {
        return Arrays.stream(strides).allMatch(s -> s == 1);
    }

    /** Whether window and input coincide: each place is one element. */
    boolean pointwise() {
        return unitStride() && taps() == 1 && !padded();
    }

    boolean padded() {
        return Arrays.stream(begin).anyMatch(p -> p != 0) || Arrays.stream(end).anyMatch(p -> p != 0);
    }

    /** Whether no element of the input lies in two places. */
    boolean disjoint() {
        for (int i = 0; i < axes(); i++) {
            if (strides[i] < dilations[i] * (kernel[i] - 1) + 1) {
                return false;
            }
        }
        return true;
    }

    /** Elements at the end that no place reaches: the output padding of the adjoint; negative where places overhang. */
    long[] rest() {
        long[] rest = new long[axes()];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = input[i] + begin[i] + end[i] - (output[i] - 1) * strides[i] - dilations[i] * (kernel[i] - 1) - 1;
        }
        return rest;
    }

    long[] pads() {
        long[] pads = Arrays.copyOf(begin, 2 * axes());
        System.arraycopy(end, 0, pads, axes(), axes());
        return pads;
    }

    /** Padding of the Conv with turned kernel that is the adjoint where strides are 1. */
    long[] turnedPads() {
        long[] pads = new long[2 * axes()];
        for (int i = 0; i < axes(); i++) {
            long reach = dilations[i] * (kernel[i] - 1);
            pads[i] = reach - begin[i];
            pads[axes() + i] = reach - end[i];
        }
        return pads;
    }

    /** Offsets of the i-th element of the window, in row-major order. */
    long[] tap(int index) {
        long[] offsets = new long[axes()];
        int rest = index;
        for (int i = axes() - 1; i >= 0; i--) {
            offsets[i] = rest % kernel[i] * dilations[i];
            rest = (int) (rest / kernel[i]);
        }
        return offsets;
    }

    private static long[] spatial(NodeGradient g, String value, int axes) {
        long[] sizes = new long[axes];
        for (int i = 0; i < axes; i++) {
            sizes[i] = g.fixed(value, 2 + i);
        }
        return sizes;
    }

    static long[] filled(int size, long value) {
        long[] values = new long[size];
        Arrays.fill(values, value);
        return values;
    }

    static long product(long... values) {
        return Arrays.stream(values).reduce(1, Math::multiplyExact);
    }
}
