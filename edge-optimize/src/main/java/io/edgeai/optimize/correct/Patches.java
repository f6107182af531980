package io.edgeai.optimize.correct;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxNode;
import java.nio.FloatBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Reads what a layer multiplies its weights with: the window under one output position, or one row. */
final class Patches {
    private final WeightedLayer layer;
    private final FloatBuffer x;
    private final long[] shape;
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int[] begin;
    private final int[] out;
    private final int positions;

    private Patches(
            WeightedLayer layer, Tensor input, int[] kernel, int[] strides, int[] dilations, int[] begin, int[] out) {
        this.layer = layer;
        this.x = input.buffer().asFloatBuffer();
        this.shape = input.shape();
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.begin = begin;
        this.out = out;
        int count = layer.conv() ? (int) shape[0] : (int) (input.elements() / layer.depth());
        for (int size : out) {
            count *= size;
        }
        this.positions = count;
    }

    /** Null where the layer's windows have more than two axes, or the input does not fit. */
    static @Nullable Patches of(WeightedLayer layer, Tensor input) {
        if (!layer.conv()) {
            boolean fits = input.elements() > 0 && input.elements() % layer.depth() == 0;
            return fits ? new Patches(layer, input, new int[0], new int[0], new int[0], new int[0], new int[0]) : null;
        }
        int spatial = layer.weight().rank() - 2;
        if (spatial < 1 || spatial > 2 || input.shape().length != spatial + 2 || input.elements() == 0) {
            return null;
        }
        OnnxNode node = layer.node();
        int[] kernel = new int[2];
        int[] strides = new int[2];
        int[] dilations = new int[2];
        int[] begin = new int[2];
        int[] out = new int[2];
        long[] shape = new long[] {input.shape()[0], input.shape()[1], 1, input.shape()[spatial + 1]};
        shape[2] = spatial == 2 ? input.shape()[2] : 1;
        for (int axis = 0; axis < 2; axis++) {
            int at = axis - (2 - spatial);
            kernel[axis] = at < 0 ? 1 : (int) layer.weight().dim(2 + at);
            strides[axis] = at < 0 ? 1 : value(node, "strides", at, 1);
            dilations[axis] = at < 0 ? 1 : value(node, "dilations", at, 1);
            int reach = dilations[axis] * (kernel[axis] - 1) + 1;
            int before = at < 0 ? 0 : value(node, "pads", at, 0);
            int after = at < 0 ? 0 : value(node, "pads", spatial + at, 0);
            int size = (int) shape[2 + axis];
            String auto = node.stringAttribute("auto_pad", "NOTSET");
            if (auto.startsWith("SAME")) {
                int total =
                        Math.max(0, ((size + strides[axis] - 1) / strides[axis] - 1) * strides[axis] + reach - size);
                before = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
                after = total - before;
            } else if (auto.equals("VALID")) {
                before = 0;
                after = 0;
            }
            begin[axis] = before;
            out[axis] = (size + before + after - reach) / strides[axis] + 1;
        }
        Tensor two = input.reshape(shape);
        return out[0] < 1 || out[1] < 1 ? null : new Patches(layer, two, kernel, strides, dilations, begin, out);
    }

    private static int value(OnnxNode node, String key, int at, int otherwise) {
        long[] values = node.intsAttribute(key);
        return values == null ? otherwise : (int) values[at];
    }

    int positions() {
        return positions;
    }

    int randomPosition(Random random) {
        return random.nextInt(positions);
    }

    /** The window of one position as one group sees it, in the order of the weights. */
    void read(int position, int group, double[] into) {
        if (!layer.conv()) {
            for (int d = 0; d < layer.depth(); d++) {
                into[d] = x.get(position * layer.depth() + d);
            }
            return;
        }
        int column = position % out[1];
        int row = position / out[1] % out[0];
        int sample = position / (out[0] * out[1]);
        int channels = (int) shape[1] / layer.groups();
        int height = (int) shape[2];
        int width = (int) shape[3];
        int at = 0;
        for (int c = 0; c < channels; c++) {
            int plane = (sample * (int) shape[1] + group * channels + c) * height;
            for (int ky = 0; ky < kernel[0]; ky++) {
                int y = row * strides[0] - begin[0] + ky * dilations[0];
                for (int kx = 0; kx < kernel[1]; kx++) {
                    int z = column * strides[1] - begin[1] + kx * dilations[1];
                    boolean inside = y >= 0 && z >= 0 && y < height && z < width;
                    into[at++] = inside ? x.get((plane + y) * width + z) : 0;
                }
            }
        }
    }
}
