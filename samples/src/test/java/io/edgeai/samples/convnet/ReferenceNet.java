package io.edgeai.samples.convnet;

/**
 * The network of {@link SmallConvNet} in double numbers and by definition: convolution as a sum over its window, pooling
 * as a maximum, no column matrices, no gradients.
 */
final class ReferenceNet {
    private final int side;
    private final int classes;
    private final double[] parameters;

    ReferenceNet(int side, int classes, double[] parameters) {
        this.side = side;
        this.classes = classes;
        this.parameters = parameters;
    }

    static double[] widened(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    /** Convolution 3×3 with padding 1 of [in][side][side], weights [out][in][3][3] from {@code at}, then biases. */
    static double[] convolution(double[] parameters, int at, double[] input, int in, int out, int side) {
        double[] result = new double[out * side * side];
        for (int m = 0; m < out; m++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double sum = parameters[at + out * in * 9 + m];
                    for (int c = 0; c < in; c++) {
                        for (int ky = 0; ky < 3; ky++) {
                            for (int kx = 0; kx < 3; kx++) {
                                int sy = y + ky - 1;
                                int sx = x + kx - 1;
                                if (sy >= 0 && sy < side && sx >= 0 && sx < side) {
                                    sum += parameters[at + ((m * in + c) * 3 + ky) * 3 + kx]
                                            * input[(c * side + sy) * side + sx];
                                }
                            }
                        }
                    }
                    result[(m * side + y) * side + x] = sum;
                }
            }
        }
        return result;
    }

    /** ReLU and the largest of each 2×2 window. */
    static double[] pooled(double[] input, int channels, int side) {
        int half = side / 2;
        double[] result = new double[channels * half * half];
        for (int i = 0; i < result.length; i++) {
            int m = i / (half * half);
            int y = i / half % half * 2;
            int x = i % half * 2;
            for (int k = 0; k < 4; k++) {
                result[i] = Math.max(result[i], input[(m * side + y + k / 2) * side + x + k % 2]);
            }
        }
        return result;
    }

    /** Weights [in][out] from {@code at}, then biases. */
    static double[] dense(double[] parameters, int at, double[] input, int out) {
        double[] result = new double[out];
        for (int o = 0; o < out; o++) {
            result[o] = parameters[at + input.length * out + o];
            for (int i = 0; i < input.length; i++) {
                result[o] += input[i] * parameters[at + i * out + o];
            }
        }
        return result;
    }

    double[] logits(double[] image) {
        int at = 0;
        double[] x = pooled(convolution(parameters, at, image, 1, 32, side), 32, side);
        at += 32 * 9 + 32;
        x = pooled(convolution(parameters, at, x, 32, 64, side / 2), 64, side / 2);
        at += 64 * 32 * 9 + 64;
        double[] units = dense(parameters, at, x, 64);
        at += x.length * 64 + 64;
        for (int i = 0; i < units.length; i++) {
            units[i] = Math.max(0, units[i]);
        }
        return dense(parameters, at, units, classes);
    }

    /** Cross-entropy in nats. */
    double loss(double[] image, int label) {
        double[] logits = logits(image);
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - logits[label]);
        }
        return Math.log(sum);
    }
}
