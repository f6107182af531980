package io.edgeai.samples.convnet;

/**
 * 3×3 convolution with padding 1, ReLU and 2×2 max pooling for one image at a time. Weights are {@code [out][in·9]}
 * row-major from {@code offset} in the network's flat parameters, biases follow. Immutable; buffers live in
 * {@link Buffers}.
 */
final class ConvBlock {
    final int inChannels;
    final int outChannels;
    final int side;
    final int offset;
    final int columns;
    final int pixels;

    ConvBlock(int inChannels, int outChannels, int side, int offset) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.side = side;
        this.offset = offset;
        this.columns = inChannels * 9;
        this.pixels = side * side;
    }

    int parameterCount() {
        return outChannels * columns + outChannels;
    }

    int outputLength() {
        return outChannels * (side / 2) * (side / 2);
    }

    /** What one image needs between forward and backward. */
    final class Buffers {
        /** Column matrix by pixel: {@code [pixel][column]}. */
        final float[] byPixel = new float[pixels * columns];
        /** Column matrix by column: {@code [column][pixel]}. */
        final float[] byColumn = new float[columns * pixels];

        final float[] activation = new float[outChannels * pixels];
        final float[] activationGradient = new float[outChannels * pixels];
        /** By pixel, like {@link #byPixel}. */
        final float[] columnGradient = new float[pixels * columns];

        final float[] output = new float[outputLength()];
        final int[] winner = new int[outputLength()];
        final float[] inputGradient = new float[inChannels * pixels];
    }

    void forward(float[] parameters, float[] input, Buffers work) {
        gather(input, work);
        int biases = offset + outChannels * columns;
        for (int m = 0; m < outChannels; m++) {
            int row = m * pixels;
            java.util.Arrays.fill(work.activation, row, row + pixels, parameters[biases + m]);
            int weights = offset + m * columns;
            int k = 0;
            for (; k + 4 <= columns; k += 4) {
                axpyFour(parameters, weights + k, work.byColumn, k * pixels, work.activation, row, pixels);
            }
            for (; k < columns; k++) {
                axpy(parameters[weights + k], work.byColumn, k * pixels, work.activation, row, pixels);
            }
        }
        pool(work);
    }

    /** Adds to the gradients; leaves the gradient of the input in the workspace where {@code propagate}. */
    void backward(float[] parameters, float[] outputGradient, Buffers work, float[] gradients, boolean propagate) {
        java.util.Arrays.fill(work.activationGradient, 0);
        for (int i = 0; i < outputGradient.length; i++) {
            if (work.output[i] > 0) {
                work.activationGradient[work.winner[i]] = outputGradient[i];
            }
        }
        if (propagate) {
            java.util.Arrays.fill(work.columnGradient, 0);
        }
        int biases = offset + outChannels * columns;
        for (int m = 0; m < outChannels; m++) {
            int weights = offset + m * columns;
            float sum = 0;
            for (int p = 0; p < pixels; p++) {
                float slope = work.activationGradient[m * pixels + p];
                if (slope != 0) {
                    sum += slope;
                    axpy(slope, work.byPixel, p * columns, gradients, weights, columns);
                    if (propagate) {
                        axpy(slope, parameters, weights, work.columnGradient, p * columns, columns);
                    }
                }
            }
            gradients[biases + m] += sum;
        }
        if (propagate) {
            scatter(work);
        }
    }

    private void gather(float[] input, Buffers work) {
        for (int c = 0; c < inChannels; c++) {
            for (int tap = 0; tap < 9; tap++) {
                int dy = tap / 3 - 1;
                int dx = tap % 3 - 1;
                int k = c * 9 + tap;
                for (int y = 0; y < side; y++) {
                    int sy = y + dy;
                    for (int x = 0; x < side; x++) {
                        int sx = x + dx;
                        boolean inside = sy >= 0 && sy < side && sx >= 0 && sx < side;
                        float value = inside ? input[c * pixels + sy * side + sx] : 0;
                        int p = y * side + x;
                        work.byColumn[k * pixels + p] = value;
                        work.byPixel[p * columns + k] = value;
                    }
                }
            }
        }
    }

    private void scatter(Buffers work) {
        java.util.Arrays.fill(work.inputGradient, 0);
        for (int c = 0; c < inChannels; c++) {
            for (int tap = 0; tap < 9; tap++) {
                int dy = tap / 3 - 1;
                int dx = tap % 3 - 1;
                int k = c * 9 + tap;
                for (int y = Math.max(0, -dy); y < side - Math.max(0, dy); y++) {
                    for (int x = Math.max(0, -dx); x < side - Math.max(0, dx); x++) {
                        work.inputGradient[c * pixels + (y + dy) * side + x + dx] +=
                                work.columnGradient[(y * side + x) * columns + k];
                    }
                }
            }
        }
    }

    private void pool(Buffers work) {
        int half = side / 2;
        for (int m = 0; m < outChannels; m++) {
            for (int y = 0; y < half; y++) {
                for (int x = 0; x < half; x++) {
                    int best = m * pixels + 2 * y * side + 2 * x;
                    for (int i = 1; i < 4; i++) {
                        int at = m * pixels + (2 * y + i / 2) * side + 2 * x + i % 2;
                        if (work.activation[at] > work.activation[best]) {
                            best = at;
                        }
                    }
                    int to = (m * half + y) * half + x;
                    work.winner[to] = best;
                    work.output[to] = Math.max(0, work.activation[best]);
                }
            }
        }
    }

    /** Adds four scaled rows at once, which saves three of four passes over the sum. */
    private static void axpyFour(
            float[] factors, int factorAt, float[] from, int fromAt, float[] to, int toAt, int length) {
        float a = factors[factorAt];
        float b = factors[factorAt + 1];
        float c = factors[factorAt + 2];
        float d = factors[factorAt + 3];
        int second = fromAt + length;
        int third = second + length;
        int fourth = third + length;
        for (int i = 0; i < length; i++) {
            to[toAt + i] += a * from[fromAt + i] + b * from[second + i] + c * from[third + i] + d * from[fourth + i];
        }
    }

    static void axpy(float factor, float[] from, int fromAt, float[] to, int toAt, int length) {
        for (int i = 0; i < length; i++) {
            to[toAt + i] += factor * from[fromAt + i];
        }
    }
}
