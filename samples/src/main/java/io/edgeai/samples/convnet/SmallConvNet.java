package io.edgeai.samples.convnet;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A classifier of square grey images: two blocks of 3×3 convolution, ReLU and 2×2 max pooling (32 and 64 channels),
 * then 64 hidden units and one logit for each class. He initialisation from a seed. Not thread-safe while training.
 */
public final class SmallConvNet {
    private static final int FIRST = 32;
    private static final int SECOND = 64;
    private static final int HIDDEN = 64;

    private final int side;
    private final int classes;
    private final ConvBlock first;
    private final ConvBlock second;
    private final DenseLayer hidden;
    private final DenseLayer last;
    private final float[] parameters;

    /**
     * @param side width and height of an image in pixels, a multiple of 4
     * @param classes number of classes, at least 2
     */
    public SmallConvNet(int side, int classes, long seed) {
        if (side < 4 || side % 4 != 0 || classes < 2) {
            throw new InvalidInputException("Image side (" + side + ") must be a multiple of 4 and classes (" + classes
                    + ") at least 2. Maybe pad the images.");
        }
        this.side = side;
        this.classes = classes;
        this.first = new ConvBlock(1, FIRST, side, 0);
        this.second = new ConvBlock(FIRST, SECOND, side / 2, first.parameterCount());
        this.hidden = new DenseLayer(second.outputLength(), HIDDEN, second.offset + second.parameterCount());
        this.last = new DenseLayer(HIDDEN, classes, hidden.offset + hidden.parameterCount());
        this.parameters = new float[last.offset + last.parameterCount()];
        Random random = new Random(seed);
        fill(random, first.offset, FIRST * first.columns, first.columns);
        fill(random, second.offset, SECOND * second.columns, second.columns);
        fill(random, hidden.offset, hidden.in * hidden.out, hidden.in);
        fill(random, last.offset, last.in * last.out, last.in);
    }

    private void fill(Random random, int from, int count, int fanIn) {
        double scale = Math.sqrt(2.0 / fanIn);
        for (int i = 0; i < count; i++) {
            parameters[from + i] = (float) (scale * random.nextGaussian());
        }
    }

    /** The live weights and biases. */
    float[] parameters() {
        return parameters;
    }

    public int parameterCount() {
        return parameters.length;
    }

    public int side() {
        return side;
    }

    public int classes() {
        return classes;
    }

    /** Buffers of one thread. */
    final class Workspace {
        final ConvBlock.Buffers conv1 = first.new Buffers();
        final ConvBlock.Buffers conv2 = second.new Buffers();
        final float[] units = new float[HIDDEN];
        final float[] logits = new float[classes];
        final float[] logitGradient = new float[classes];
        final float[] unitGradient = new float[HIDDEN];
        final float[] featureGradient = new float[hidden.in];
    }

    /** The logits of one image, row-major, in the workspace. */
    float[] forward(float[] image, Workspace work) {
        first.forward(parameters, image, work.conv1);
        second.forward(parameters, work.conv1.output, work.conv2);
        hidden.forward(parameters, work.conv2.output, work.units);
        for (int i = 0; i < HIDDEN; i++) {
            work.units[i] = Math.max(0, work.units[i]);
        }
        last.forward(parameters, work.units, work.logits);
        return work.logits;
    }

    /** Adds the gradient of the cross-entropy of one image to {@code gradients} and returns the loss in nats. */
    double backward(float[] image, int label, Workspace work, float[] gradients) {
        float[] logits = forward(image, work);
        double top = logits[0];
        for (float logit : logits) {
            top = Math.max(top, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - top);
        }
        for (int c = 0; c < classes; c++) {
            double probability = Math.exp(logits[c] - top) / sum;
            work.logitGradient[c] = (float) (probability - (c == label ? 1 : 0));
        }
        last.backward(parameters, work.units, work.logitGradient, gradients, work.unitGradient);
        for (int i = 0; i < HIDDEN; i++) {
            if (work.units[i] <= 0) {
                work.unitGradient[i] = 0;
            }
        }
        hidden.backward(parameters, work.conv2.output, work.unitGradient, gradients, work.featureGradient);
        second.backward(parameters, work.featureGradient, work.conv2, gradients, true);
        first.backward(parameters, work.conv2.inputGradient, work.conv1, gradients, false);
        return Math.log(sum) + top - logits[label];
    }

    /** The class of one image. */
    public int classify(float[] image) {
        float[] logits = forward(image, new Workspace());
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    /** The network as ONNX (opset 17): {@code image} FLOAT[N,1,side,side] to {@code logits} FLOAT[N,classes]. */
    public OnnxGraph toOnnx() {
        OnnxGraph graph = OnnxGraph.create("small-convnet", 17);
        graph.inputs()
                .add(new OnnxValue(
                        "image",
                        new OnnxType.OfTensor(
                                ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(1), Dim.of(side), Dim.of(side)))));
        graph.outputs()
                .add(new OnnxValue(
                        "logits",
                        new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(classes)))));
        String x = conv(graph, first, "image", "conv1");
        x = conv(graph, second, x, "conv2");
        graph.add("Flatten", "flatten", List.of(x), List.of("features")).attribute("axis", 1);
        dense(graph, hidden, "features", "hidden", "hidden_pre");
        graph.add("Relu", "hidden_relu", List.of("hidden_pre"), List.of("hidden_out"));
        dense(graph, last, "hidden_out", "last", "logits");
        return graph;
    }

    private String conv(OnnxGraph graph, ConvBlock block, String input, String name) {
        int weights = block.outChannels * block.columns;
        constant(graph, name + "_w", block.offset, weights, block.outChannels, block.inChannels, 3, 3);
        constant(graph, name + "_b", block.offset + weights, block.outChannels, block.outChannels);
        graph.add("Conv", name, List.of(input, name + "_w", name + "_b"), List.of(name + "_pre"))
                .attribute("kernel_shape", new long[] {3, 3})
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Relu", name + "_relu", List.of(name + "_pre"), List.of(name + "_act"));
        graph.add("MaxPool", name + "_pool", List.of(name + "_act"), List.of(name + "_out"))
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        return name + "_out";
    }

    private void dense(OnnxGraph graph, DenseLayer layer, String input, String name, String output) {
        constant(graph, name + "_w", layer.offset, layer.in * layer.out, layer.in, layer.out);
        constant(graph, name + "_b", layer.offset + layer.in * layer.out, layer.out, layer.out);
        graph.add("Gemm", name, List.of(input, name + "_w", name + "_b"), List.of(output));
    }

    private void constant(OnnxGraph graph, String name, int from, int count, long... dims) {
        graph.initializers().put(name, OnnxTensor.ofFloats(Arrays.copyOfRange(parameters, from, from + count), dims));
    }
}
