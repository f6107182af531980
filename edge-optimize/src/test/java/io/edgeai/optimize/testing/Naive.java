package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxNode;

/** Convolutions and products in doubles, written straight from their definitions: an oracle with nothing to hide. */
public final class Naive {
    private Naive() {}

    /** Result and, beside it, the sum of |x| under each output's window: what a weight error of one would change. */
    public record Answer(double[] values, double[] reach, int channels, int inner) {
        public int channel(int index) {
            return index / inner % channels;
        }
    }

    /** A 2-D Conv of x [n,c,h,w] with a weight [m,c/group,kh,kw] and a bias of m values. */
    public static Answer conv(float[] x, long[] shape, float[] weight, long[] dims, float[] bias, OnnxNode node) {
        int[] at = ints(shape);
        int[] k = ints(dims);
        int[] pads = ints(node, "pads", 0, 0, 0, 0);
        int[] strides = ints(node, "strides", 1, 1);
        int[] dilations = ints(node, "dilations", 1, 1);
        int group = (int) node.intAttribute("group", 1);
        int height = (at[2] + pads[0] + pads[2] - dilations[0] * (k[2] - 1) - 1) / strides[0] + 1;
        int width = (at[3] + pads[1] + pads[3] - dilations[1] * (k[3] - 1) - 1) / strides[1] + 1;
        double[] values = new double[at[0] * k[0] * height * width];
        double[] reach = new double[values.length];
        int out = 0;
        for (int n = 0; n < at[0]; n++) {
            for (int m = 0; m < k[0]; m++) {
                int first = m / (k[0] / group) * k[1];
                for (int oy = 0; oy < height; oy++) {
                    for (int ox = 0; ox < width; ox++, out++) {
                        double sum = bias.length == 0 ? 0 : bias[m];
                        for (int c = 0; c < k[1]; c++) {
                            for (int ky = 0; ky < k[2]; ky++) {
                                for (int kx = 0; kx < k[3]; kx++) {
                                    int iy = oy * strides[0] - pads[0] + ky * dilations[0];
                                    int ix = ox * strides[1] - pads[1] + kx * dilations[1];
                                    if (iy < 0 || ix < 0 || iy >= at[2] || ix >= at[3]) {
                                        continue;
                                    }
                                    double v = x[((n * at[1] + first + c) * at[2] + iy) * at[3] + ix];
                                    sum += v * weight[((m * k[1] + c) * k[2] + ky) * k[3] + kx];
                                    reach[out] += Math.abs(v);
                                }
                            }
                        }
                        values[out] = sum;
                    }
                }
            }
        }
        return new Answer(values, reach, k[0], height * width);
    }

    /** A product of x [n,k] with a weight [k,m], or [m,k] where transposed, and a bias of m values. */
    public static Answer product(float[] x, float[] weight, long[] dims, boolean transposed, float[] bias) {
        int depth = (int) dims[transposed ? 1 : 0];
        int columns = (int) dims[transposed ? 0 : 1];
        int rows = x.length / depth;
        double[] values = new double[rows * columns];
        double[] reach = new double[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                double sum = bias.length == 0 ? 0 : bias[c];
                for (int k = 0; k < depth; k++) {
                    double v = x[r * depth + k];
                    sum += v * weight[transposed ? c * depth + k : k * columns + c];
                    reach[r * columns + c] += Math.abs(v);
                }
                values[r * columns + c] = sum;
            }
        }
        return new Answer(values, reach, columns, 1);
    }

    /** Largest magnitude of each slice along an axis. */
    public static double[] largest(float[] values, long[] dims, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= (int) dims[i];
        }
        double[] largest = new double[(int) dims[axis]];
        for (int i = 0; i < values.length; i++) {
            int c = i / inner % largest.length;
            largest[c] = Math.max(largest[c], Math.abs((double) values[i]));
        }
        return largest;
    }

    private static int[] ints(OnnxNode node, String key, int... otherwise) {
        long[] values = node.intsAttribute(key);
        return values == null ? otherwise : ints(values);
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }
}
