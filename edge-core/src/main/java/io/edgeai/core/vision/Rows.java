package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An output of one image as a table, whichever way round it lies. Immutable. */
final class Rows {
    private final float[] values;
    private final int count;
    private final int width;
    private final boolean transposed;

    private Rows(float[] values, int count, int width, boolean transposed) {
        this.values = values;
        this.count = count;
        this.width = width;
        this.transposed = transposed;
    }

    /** [1, count, width] or [count, width]. */
    static Rows of(Tensor tensor, String what) {
        long[] shape = tensor.shape();
        if (shape.length < 2 || Arrays.stream(shape, 0, shape.length - 2).anyMatch(dim -> dim != 1)) {
            throw new InvalidInputException("Output " + what + " is " + tensor
                    + ", not [1, boxes, numbers] of one image. Maybe another head reads it.");
        }
        return new Rows(tensor.floats(), (int) shape[shape.length - 2], (int) shape[shape.length - 1], false);
    }

    /** With rows and columns exchanged. */
    Rows transposed() {
        return new Rows(values, width, count, !transposed);
    }

    int count() {
        return count;
    }

    int width() {
        return width;
    }

    float at(int row, int column) {
        return transposed ? values[column * count + row] : values[row * width + column];
    }

    float[] row(int row, int from) {
        float[] some = new float[width - from];
        for (int i = 0; i < some.length; i++) {
            some[i] = at(row, from + i);
        }
        return some;
    }

    /** The named output, or where the name is empty the first. */
    static Tensor output(Map<String, Tensor> outputs, String name) {
        Tensor tensor = name.isEmpty() ? outputs.values().stream().findFirst().orElse(null) : outputs.get(name);
        if (tensor == null) {
            throw new InvalidInputException(
                    "The model has no output (" + name + "). Maybe one of " + outputs.keySet() + "?");
        }
        return tensor;
    }

    static String label(List<String> labels, int index) {
        if (labels.isEmpty()) {
            return Integer.toString(index);
        }
        if (index >= labels.size()) {
            throw new InvalidInputException("Class (" + index + ") has no name among " + labels.size()
                    + " labels. Maybe they are another model's.");
        }
        return labels.get(index);
    }
}
