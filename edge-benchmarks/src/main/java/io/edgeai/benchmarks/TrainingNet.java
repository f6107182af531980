package io.edgeai.benchmarks;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Nets to train, with seeded weights; initializers come in the order in which {@link DjlTraining} has its parameters. */
public enum TrainingNet {
    /** Dense 784→200→200→10, the 2NN of McMahan et al. 2017. */
    MLP_2NN(784),
    /** Two 3×3 convolutions of 16 and 32 channels with pooling, dense 64 and 10. */
    SMALL_CNN(1, 28, 28),
    /** ResNet-20 for 32×32 images (He et al. 2016), projections where the shape changes. */
    RESNET_20(3, 32, 32);

    private final long[] sample;

    TrainingNet(long... sample) {
        this.sample = sample;
    }

    /** Dimensions of one example. */
    public long[] sample() {
        return sample.clone();
    }

    /** Values of {@code rows} examples. */
    public float[] examples(long seed, int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[rows * (int) Arrays.stream(sample).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    public OnnxGraph graph() {
        Writer net = new Writer(name());
        long[] dims = new long[sample.length + 1];
        dims[0] = -1;
        System.arraycopy(sample, 0, dims, 1, sample.length);
        net.graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, dims));
        switch (this) {
            case MLP_2NN -> {
                net.dense(784, 200);
                net.relu();
                net.dense(200, 200);
                net.relu();
                net.dense(200, 10);
            }
            case SMALL_CNN -> {
                net.conv(1, 16, 3, 1, true);
                net.relu();
                net.pool();
                net.conv(16, 32, 3, 1, true);
                net.relu();
                net.pool();
                net.op("Flatten");
                net.dense(32 * 49, 64);
                net.relu();
                net.dense(64, 10);
            }
            case RESNET_20 -> {
                net.conv(3, 16, 3, 1, false);
                net.normalize(16);
                net.relu();
                int width = 16;
                for (int out : new int[] {16, 32, 64}) {
                    for (int block = 0; block < 3; block++) {
                        net.residual(width, out);
                        width = out;
                    }
                }
                net.op("GlobalAveragePool");
                net.op("Flatten");
                net.dense(64, 10);
            }
        }
        net.graph.add("Identity", "answer", List.of(net.at), List.of("y"));
        net.graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 10));
        return net.graph;
    }

    /** Appends layer after layer. */
    private static final class Writer {
        private final SplittableRandom random = new SplittableRandom(20);
        private final OnnxGraph graph;
        private String at = "x";
        private int made;

        Writer(String name) {
            this.graph = OnnxGraph.create(name, 17);
        }

        OnnxNode op(String type, String... constants) {
            String out = "v" + made++;
            String[] inputs = new String[constants.length + 1];
            inputs[0] = at;
            System.arraycopy(constants, 0, inputs, 1, constants.length);
            at = out;
            return graph.add(type, type + out, List.of(inputs), List.of(out));
        }

        void relu() {
            op("Relu");
        }

        void pool() {
            op("MaxPool").attribute("kernel_shape", new long[] {2, 2}).attribute("strides", new long[] {2, 2});
        }

        void dense(int in, int out) {
            String w = weights(in, out, in);
            op("Gemm", w, constant(0, out)).attribute("transB", 1);
        }

        void conv(int in, int out, int kernel, int stride, boolean bias) {
            String w = weights(in * kernel * kernel, out, in, kernel, kernel);
            long pad = kernel / 2;
            (bias ? op("Conv", w, constant(0, out)) : op("Conv", w))
                    .attribute("kernel_shape", new long[] {kernel, kernel})
                    .attribute("pads", new long[] {pad, pad, pad, pad})
                    .attribute("strides", new long[] {stride, stride});
        }

        void normalize(int channels) {
            op(
                            "BatchNormalization",
                            constant(1, channels),
                            constant(0, channels),
                            constant(0, channels),
                            constant(1, channels))
                    .attribute("epsilon", 1e-5f);
        }

        void residual(int in, int out) {
            String from = at;
            int stride = in == out ? 1 : 2;
            conv(in, out, 3, stride, false);
            normalize(out);
            relu();
            conv(out, out, 3, 1, false);
            normalize(out);
            String main = at;
            at = from;
            if (in != out) {
                conv(in, out, 1, stride, false);
                normalize(out);
            }
            op("Add", main);
            relu();
        }

        private String weights(int fanIn, long... dims) {
            float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
            double bound = Math.sqrt(3.0 / fanIn);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
            String name = "p" + graph.initializers().size();
            graph.initializers().put(name, OnnxTensor.ofFloats(values, dims));
            return name;
        }

        private String constant(float value, int length) {
            float[] values = new float[length];
            Arrays.fill(values, value);
            String name = "p" + graph.initializers().size();
            graph.initializers().put(name, OnnxTensor.ofFloats(values, length));
            return name;
        }
    }
}
