package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.List;

/**
 * How a flat {@code float[]} maps to the one input of a model: the shape for a length, and whether the output may be
 * pinned. Immutable.
 */
final class FloatPath {
    private final String input;
    private final String output;
    private final long[] shape;
    private final int freeAxis;
    private final int fixedElements;
    private final boolean pinnable;
    private final boolean batches;

    private FloatPath(TensorSpec input, TensorSpec output, int freeAxis) {
        this.input = input.name();
        this.output = output.name();
        this.shape = input.shape().stream().mapToLong(Dim::size).toArray();
        this.freeAxis = freeAxis;
        this.fixedElements = Math.toIntExact(input.elements());
        this.batches = freeAxis == 0
                && !output.shape().isEmpty()
                && !output.shape().get(0).known();
        this.pinnable = free(output.shape()) == 0
                || freeAxis == 0
                        && free(output.shape()) == 1
                        && !output.shape().get(0).known();
    }

    /** @throws InvalidInputException where the model cannot be fed one flat array of floats */
    static FloatPath of(Signature signature) {
        if (signature.inputs().size() != 1) {
            throw new InvalidInputException(
                    "The model has (" + signature.inputs().size()
                            + ") inputs, so one float[] cannot feed it. Maybe call run with named tensors.");
        }
        TensorSpec input = signature.inputs().get(0);
        TensorSpec output = signature.outputs().get(0);
        if (input.type() != ElementType.FLOAT || output.type() != ElementType.FLOAT) {
            throw new InvalidInputException("The model maps (" + input.type() + ") to (" + output.type()
                    + "), not FLOAT to FLOAT. Maybe call run with named tensors.");
        }
        if (free(input.shape()) > 1) {
            throw new InvalidInputException("Input (" + input + ") has more than one free dimension, so its shape does"
                    + " not follow from a length. Maybe call run with a tensor.");
        }
        int axis = -1;
        for (int i = 0; i < input.shape().size(); i++) {
            if (!input.shape().get(i).known()) {
                axis = i;
            }
        }
        return new FloatPath(input, output, axis);
    }

    String input() {
        return input;
    }

    String output() {
        return output;
    }

    boolean pinnable() {
        return pinnable;
    }

    /** Values of one sample where the leading dimension of input and output is free, else 0. */
    int sampleLength() {
        return batches ? fixedElements : 0;
    }

    long[] shapeFor(int length) {
        if (freeAxis < 0 ? length != fixedElements : fixedElements == 0 || length % fixedElements != 0) {
            throw new InvalidInputException("Input (" + input + ") takes "
                    + (freeAxis < 0 ? "" : "a multiple of ") + fixedElements + " values, not (" + length
                    + "). Maybe check its shape in signature().");
        }
        long[] filled = shape.clone();
        if (freeAxis >= 0) {
            filled[freeAxis] = length / fixedElements;
        }
        return filled;
    }

    private static long free(List<Dim> dims) {
        return dims.stream().filter(dim -> !dim.known()).count();
    }
}
