package io.edgeai.formats.tflite;

import java.util.Random;

/** One dimension of a sliding window as the TFLite kernels lay it out (kernels/padding.h). */
record Sliding(int size, int kernel, int stride, int dilation, boolean same) {
    /** A window that fits into the size even where the edges are not filled. */
    static Sliding random(Random random, int size, boolean dilated, boolean same) {
        int dilation = dilated ? 1 + random.nextInt(2) : 1;
        int kernel = 1 + random.nextInt(Math.min(3, (size - 1) / dilation + 1));
        return new Sliding(size, kernel, dilation > 1 ? 1 : 1 + random.nextInt(3), dilation, same);
    }

    private int reach() {
        return (kernel - 1) * dilation + 1;
    }

    int outputs() {
        return same ? (size + stride - 1) / stride : (size - reach() + stride) / stride;
    }

    private int before() {
        return same ? Math.max(0, (outputs() - 1) * stride + reach() - size) / 2 : 0;
    }

    /** Where a tap of the window of an output lies; outside of the input where there is only filling. */
    int at(int output, int tap) {
        return output * stride - before() + tap * dilation;
    }

    boolean inside(int output, int tap) {
        return at(output, tap) >= 0 && at(output, tap) < size;
    }
}
