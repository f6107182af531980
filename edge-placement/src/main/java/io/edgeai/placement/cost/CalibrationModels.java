package io.edgeai.placement.cost;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Five small networks that together are of every common kind of work; random weights, input {@code x}. */
final class CalibrationModels {
    /** Raised by whoever changes a network, for times of the old one say nothing of the new one. */
    static final int SET = 1;

    private static final int OPSET = 17;

    private final OnnxGraph graph;
    private final Random random = new Random(1);
    private String last = "x";
    private int channels;
    private int names;

    private CalibrationModels(String name, long... input) {
        graph = OnnxGraph.create(name, OPSET);
        graph.inputs().add(OnnxValue.tensor(last, ElementType.FLOAT, input));
        channels = (int) input[1];
    }

    static List<OnnxGraph> all() {
        return List.of(convolutions(), separable(), attention(), recurrent(), pieces());
    }

    static Set<String> names() {
        return Set.of("convolutions", "separable", "attention", "recurrent", "pieces");
    }

    private static OnnxGraph convolutions() {
        CalibrationModels model = new CalibrationModels("convolutions", 1, 3, 64, 64);
        return model.convolve(16, 3, 1)
                .convolve(32, 3, 2)
                .convolve(64, 3, 2)
                .convolve(64, 3, 1)
                .convolve(128, 3, 2)
                .done();
    }

    private static OnnxGraph separable() {
        CalibrationModels model = new CalibrationModels("separable", 1, 3, 96, 96);
        model.convolve(16, 3, 2);
        for (int width : new int[] {32, 64, 128, 256}) {
            model.depthwise().convolve(width, 1, 1).depthwise().convolve(width, 1, 1);
            model.op("MaxPool", model.last)
                    .attribute("kernel_shape", new long[] {2, 2})
                    .attribute("strides", new long[] {2, 2});
        }
        return model.done();
    }

    private static OnnxGraph attention() {
        int width = 128;
        CalibrationModels model = new CalibrationModels("attention", 1, 64, width);
        for (int block = 0; block < 2; block++) {
            String in = model.last;
            String normal = model.normalised(width);
            String query = model.dense(normal, width, width);
            String key = model.dense(normal, width, width);
            String value = model.dense(normal, width, width);
            model.op("Transpose", key).attribute("perm", new long[] {0, 2, 1});
            model.op("MatMul", query, model.last);
            model.op("Softmax", model.last).attribute("axis", -1L);
            model.op("MatMul", model.last, value);
            model.op("Add", model.last, in);
            String middle = model.last;
            model.dense(model.normalised(width), width, 4 * width);
            model.op("Tanh", model.last);
            model.dense(model.last, 4 * width, width);
            model.op("Add", model.last, middle);
        }
        return model.done();
    }

    private static OnnxGraph recurrent() {
        int in = 64;
        long hidden = 128;
        CalibrationModels model = new CalibrationModels("recurrent", 40, 1, in);
        String memory = model.weight(1, 8 * hidden);
        model.op("LSTM", "x", model.weight(1, 4 * hidden, in), model.weight(1, 4 * hidden, hidden), memory)
                .attribute("hidden_size", hidden);
        return model.done();
    }

    /** Vectors by matrices, then small and large elementwise operators. */
    private static OnnxGraph pieces() {
        CalibrationModels model = new CalibrationModels("pieces", 1, 512);
        for (int layer = 0; layer < 4; layer++) {
            model.dense(model.last, 512, 512);
            model.op("Relu", model.last);
        }
        for (int small = 0; small < 30; small++) {
            model.op(small % 2 == 0 ? "Add" : "Mul", model.last, model.weight(1, 512));
        }
        model.dense(model.last, 512, 128);
        model.op("Mul", model.last, model.weight(512, 1));
        for (int large = 0; large < 4; large++) {
            model.op("Sigmoid", model.last);
            model.op("Add", model.last, model.last);
        }
        return model.done();
    }

    private CalibrationModels convolve(int out, int kernel, int stride) {
        convolution(weight(out, channels, kernel, kernel), kernel, stride, 1);
        channels = out;
        op("Relu", last);
        return this;
    }

    private CalibrationModels depthwise() {
        convolution(weight(channels, 1, 3, 3), 3, 1, channels);
        op("Relu", last);
        return this;
    }

    private void convolution(String weights, int kernel, int stride, int group) {
        long half = kernel / 2;
        op("Conv", last, weights)
                .attribute("kernel_shape", new long[] {kernel, kernel})
                .attribute("pads", new long[] {half, half, half, half})
                .attribute("strides", new long[] {stride, stride})
                .attribute("group", (long) group);
    }

    private String dense(String from, int in, int out) {
        op("MatMul", from, weight(in, out));
        op("Add", last, weight(out));
        return last;
    }

    private String normalised(int width) {
        op("LayerNormalization", last, weight(width), weight(width)).attribute("axis", -1L);
        return last;
    }

    private String weight(long... shape) {
        int elements = 1;
        for (long side : shape) {
            elements *= (int) side;
        }
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian() / 16;
        }
        String name = "w" + names++;
        graph.initializers().put(name, OnnxTensor.ofFloats(values, shape));
        return name;
    }

    private OnnxNode op(String op, String... inputs) {
        last = "v" + names++;
        return graph.add(op, last, List.of(inputs), List.of(last));
    }

    private OnnxGraph done() {
        graph.outputs().add(new OnnxValue(last, new OnnxType.OfTensor(ElementType.FLOAT, null)));
        return graph;
    }
}
