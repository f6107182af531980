package io.edgeai.optimize.prune.solve;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.Layer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A layer as a matrix product: every output position is a row of input features times a matrix of weights. A
 * convolution's features are the values under its window (im2col), channel by channel. Stateless apart from its node's
 * attributes.
 */
final class Features {
    private final OnnxNode node;
    private final OnnxTensor weight;
    private final int channels;
    private final int block;
    private final int outputs;
    private final boolean conv;
    private final boolean transposed;

    private Features(OnnxNode node, OnnxTensor weight, Layer layer) {
        this.node = node;
        this.weight = weight;
        this.conv = node.op().equals("Conv");
        this.transposed = layer.weightOut() == 0;
        this.channels = (int) weight.dim(layer.weightIn());
        this.outputs = (int) weight.dim(layer.weightOut());
        this.block = (int) (weight.elements() / channels / outputs);
    }

    /** Null where the layer does not sum over its channels in a way that is read here. */
    static @Nullable Features of(Layer layer, OnnxGraph graph) {
        OnnxNode node = layer.operator();
        OnnxTensor weight = graph.initializers().get(layer.weight());
        if (weight == null || weight.type() != ElementType.FLOAT || !layer.mixes()) {
            return null;
        }
        boolean padded = node.attributes().containsKey("auto_pad")
                && !node.stringAttribute("auto_pad", "NOTSET").equals("NOTSET");
        boolean known =
                switch (node.op()) {
                    case "Conv" -> !padded && (weight.rank() == 4 || weight.rank() == 3);
                    case "Gemm", "MatMul" -> weight.rank() == 2;
                    default -> false;
                };
        return known ? new Features(node, weight, layer) : null;
    }

    /** Features of a row. */
    int size() {
        return channels * block;
    }

    /** Features of one input channel, which lie side by side. */
    int block() {
        return block;
    }

    int outputs() {
        return outputs;
    }

    boolean conv() {
        return conv;
    }

    /** The weights as {@code [size × outputs]}. */
    double[] matrix() {
        float[] values = weight.floats();
        double[] matrix = new double[values.length];
        for (int i = 0; i < size(); i++) {
            for (int o = 0; o < outputs; o++) {
                matrix[i * outputs + o] = values[transposed ? o * size() + i : i * outputs + o];
            }
        }
        return matrix;
    }

    /** The stored form of a matrix {@code [size × outputs]}. */
    OnnxTensor stored(double[] matrix) {
        float[] values = new float[matrix.length];
        for (int i = 0; i < size(); i++) {
            for (int o = 0; o < outputs; o++) {
                values[transposed ? o * size() + i : i * outputs + o] = (float) matrix[i * outputs + o];
            }
        }
        return OnnxTensor.ofFloats(values, weight.dims());
    }

    /** Output positions of an input of the given shape. */
    long positions(long[] shape) {
        if (!conv) {
            long rows = 1;
            for (int i = 0; i < shape.length - 1; i++) {
                rows *= shape[i];
            }
            return rows;
        }
        return shape[0] * out(shape, 0) * (shape.length > 3 ? out(shape, 1) : 1);
    }

    /** Features of one output position, written to {@code row[at …]}. */
    void read(FloatBuffer x, long[] shape, long position, float[] row, int at) {
        if (!conv) {
            x.get((int) (position * channels), row, at, channels);
            return;
        }
        int rank = shape.length - 2;
        int height = rank == 2 ? (int) shape[2] : 1;
        int width = (int) shape[shape.length - 1];
        int outWidth = out(shape, rank - 1);
        int outHeight = rank == 2 ? out(shape, 0) : 1;
        int kernelHeight = rank == 2 ? (int) weight.dim(2) : 1;
        int kernelWidth = (int) weight.dim(weight.rank() - 1);
        int ox = (int) (position % outWidth);
        int oy = (int) (position / outWidth % outHeight);
        int image = (int) (position / outWidth / outHeight);
        int top = rank == 2 ? oy * number("strides", 0, 1) - number("pads", 0, 0) : 0;
        int left = ox * number("strides", rank - 1, 1) - number("pads", rank - 1, 0);
        int down = rank == 2 ? number("dilations", 0, 1) : 1;
        int across = number("dilations", rank - 1, 1);
        for (int c = 0; c < channels; c++) {
            int plane = (image * channels + c) * height * width;
            for (int ky = 0; ky < kernelHeight; ky++) {
                for (int kx = 0; kx < kernelWidth; kx++) {
                    int iy = top + ky * down;
                    int ix = left + kx * across;
                    boolean inside = iy >= 0 && ix >= 0 && iy < height && ix < width;
                    row[at++] = inside ? x.get(plane + iy * width + ix) : 0;
                }
            }
        }
    }

    /** The layer's results at one position, from a value of its output's shape. */
    void results(FloatBuffer y, long[] shape, long position, float[] row, int at) {
        if (!conv) {
            y.get((int) (position * outputs), row, at, outputs);
            return;
        }
        long plane = 1;
        for (int i = 2; i < shape.length; i++) {
            plane *= shape[i];
        }
        int start = (int) (position / plane * plane * outputs + position % plane);
        for (int o = 0; o < outputs; o++) {
            row[at + o] = y.get((int) (start + o * plane));
        }
    }

    private int out(long[] shape, int axis) {
        int rank = shape.length - 2;
        long window = number("dilations", axis, 1) * (weight.dim(2 + axis) - 1) + 1;
        long padded = shape[2 + axis] + number("pads", axis, 0) + number("pads", axis + rank, 0);
        return (int) ((padded - window) / number("strides", axis, 1) + 1);
    }

    private int number(String attribute, int index, int otherwise) {
        long[] values = node.intsAttribute(attribute);
        return values == null ? otherwise : (int) values[index];
    }
}
