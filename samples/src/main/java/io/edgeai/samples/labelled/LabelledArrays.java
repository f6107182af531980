package io.edgeai.samples.labelled;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.samples.data.Cells;
import java.nio.file.Path;
import java.util.Arrays;

/** An array [samples, …] of numbers and one [samples] or [samples, 1] of labels. */
final class LabelledArrays {
    private LabelledArrays() {}

    static LabelledSet read(Tensor samples, Path file, Tensor labels, Path labelFile, DataShape shape) {
        long[] dims = samples.shape();
        long count = dims.length == 0 ? 0 : dims[0];
        if (dims.length < 2 || count < 1 || samples.elements() / count != shape.features()) {
            throw new InvalidInputException("Array (" + file + ") has the shape " + Arrays.toString(dims)
                    + ", the federation's samples have " + shape.features()
                    + " values. Maybe its shape must be [samples, "
                    + shape.features() + "].");
        }
        if (labels.elements() != count || (labels.shape().length > 1 && labels.shape()[0] != count)) {
            throw new InvalidInputException("Labels (" + labelFile + ") have the shape "
                    + Arrays.toString(labels.shape()) + ", the samples of (" + file + ") are " + count
                    + ". Maybe the files do not belong together.");
        }
        return LabelledSet.of(
                numbers(samples, file, shape.features()),
                shape.features(),
                classes(labels, labelFile, shape),
                shape.classes());
    }

    private static float[] numbers(Tensor samples, Path file, int width) {
        if (samples.type() == ElementType.STRING || samples.type() == ElementType.BOOL) {
            throw new InvalidInputException(
                    "Array (" + file + ") holds " + samples.type() + ", and features are numbers. Maybe write floats.");
        }
        boolean floats = samples.type() == ElementType.FLOAT;
        float[] values = floats ? samples.floats() : new float[(int) samples.elements()];
        Cells cells = floats ? null : Cells.of(samples);
        for (int i = 0; i < values.length; i++) {
            if (cells != null) {
                values[i] = ((Number) cells.at(i)).floatValue();
            }
            if (!Float.isFinite(values[i])) {
                throw new InvalidInputException("Value (" + values[i] + ") of sample " + i / width + " of (" + file
                        + ") is missing or too large. Maybe fill it in, or remove the sample.");
            }
        }
        return values;
    }

    private static int[] classes(Tensor labels, Path file, DataShape shape) {
        ClassNames names = new ClassNames(shape);
        Cells cells = Cells.of(labels);
        int[] classes = new int[(int) labels.elements()];
        for (int i = 0; i < classes.length; i++) {
            Object label = cells.at(i);
            String written =
                    label instanceof Number number ? ClassNames.written(number.doubleValue()) : label.toString();
            classes[i] = names.of(written, "of sample " + i + " of (" + file + ")");
        }
        return classes;
    }
}
