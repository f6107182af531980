package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Random;

/**
 * Networks from x [N,3,8,8] to y [N,5] of three convolutions that are wider than they need to be, beside the narrow
 * network that answers the same: so much of their channels can go without loss, by construction.
 */
public final class RedundantNets {
    private static final int CLASSES = 5;

    private RedundantNets() {}

    /** Three convolutions of {@code width} channels, a pool and a classifier. */
    public static OnnxGraph narrow(int width, long seed) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, width);
        b.node("Relu", "r1", "c1");
        b.conv("c2", "r1", width, width);
        b.node("Relu", "r2", "c2");
        b.conv("c3", "r2", width, width);
        b.node("Relu", "r3", "c3");
        b.node("GlobalMaxPool", "pool", "r3");
        b.node("Flatten", "flat", "pool");
        b.weight("fc_w", 0.5, width, CLASSES).weight("fc_b", 0.1, CLASSES);
        b.node("Gemm", "y", "flat", "fc_w", "fc_b");
        return b.output("y", 2).graph();
    }

    /** The narrow network with every channel twice, and each reader taking a random part of one and the rest of the other. */
    public static OnnxGraph doubled(int width, long seed) {
        OnnxGraph wide = narrow(width, seed).copy();
        Random shares = new Random(seed);
        double[] share = new double[width];
        for (int i = 0; i < width; i++) {
            share[i] = 0.2 + 0.6 * shares.nextDouble();
        }
        kernel(wide, "c1", width, 3, null, share);
        kernel(wide, "c2", width, width, share, share);
        kernel(wide, "c3", width, width, share, share);
        float[] head = wide.initializers().get("fc_w").floats();
        float[] both = new float[2 * head.length];
        for (int i = 0; i < width; i++) {
            for (int c = 0; c < CLASSES; c++) {
                both[i * CLASSES + c] = (float) (share[i] * head[i * CLASSES + c]);
                both[(width + i) * CLASSES + c] = (float) ((1 - share[i]) * head[i * CLASSES + c]);
            }
        }
        wide.initializers().put("fc_w", OnnxTensor.ofFloats(both, 2L * width, CLASSES));
        return wide;
    }

    /** Kernels for twice the outputs, and twice the inputs where there are shares of them. */
    private static void kernel(OnnxGraph graph, String layer, int out, int in, double[] shares, double[] outputs) {
        float[] w = graph.initializers().get(layer + "_w").floats();
        float[] b = graph.initializers().get(layer + "_b").floats();
        int inputs = shares == null ? in : 2 * in;
        float[] wide = new float[2 * out * inputs * 9];
        float[] bias = new float[2 * out];
        for (int o = 0; o < outputs.length * 2; o++) {
            bias[o] = b[o % out];
            for (int i = 0; i < inputs; i++) {
                double share = shares == null ? 1 : i < in ? shares[i] : 1 - shares[i - in];
                for (int k = 0; k < 9; k++) {
                    wide[(o * inputs + i) * 9 + k] = (float) (share * w[(o % out * in + i % in) * 9 + k]);
                }
            }
        }
        graph.initializers().put(layer + "_w", OnnxTensor.ofFloats(wide, 2L * out, inputs, 3, 3));
        graph.initializers().put(layer + "_b", OnnxTensor.ofFloats(bias, 2L * out));
    }

    /** The narrow network with as many channels more that are always 0. */
    public static OnnxGraph padded(int width, long seed) {
        OnnxGraph wide = doubled(width, seed);
        OnnxGraph narrow = narrow(width, seed);
        for (String layer : new String[] {"c1", "c2", "c3"}) {
            float[] w = narrow.initializers().get(layer + "_w").floats();
            OnnxTensor doubled = wide.initializers().get(layer + "_w");
            int in = (int) doubled.dim(1);
            int used = layer.equals("c1") ? in : width;
            float[] all = new float[2 * width * in * 9];
            float[] bias = new float[2 * width];
            for (int o = 0; o < width; o++) {
                bias[o] = narrow.initializers().get(layer + "_b").floats()[o];
                for (int i = 0; i < used; i++) {
                    System.arraycopy(w, (o * used + i) * 9, all, (o * in + i) * 9, 9);
                }
            }
            wide.initializers().put(layer + "_w", OnnxTensor.ofFloats(all, 2L * width, in, 3, 3));
            wide.initializers().put(layer + "_b", OnnxTensor.ofFloats(bias, 2L * width));
        }
        float[] head = new float[2 * width * CLASSES];
        System.arraycopy(narrow.initializers().get("fc_w").floats(), 0, head, 0, width * CLASSES);
        wide.initializers().put("fc_w", OnnxTensor.ofFloats(head, 2L * width, CLASSES));
        return wide;
    }
}
