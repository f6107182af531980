package io.edgeai.core.runtime.adapter;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a flat {@code float[]} maps to the one input of a model: the shape for a length, and whether the output may be
 * pinned. Immutable and thread-safe.
 */
public final class FloatPath {
    private final TensorSpec input;
    private final TensorSpec output;
    private final long[] shape;
    private final int freeAxis;
    private final int fixedElements;

    /** Only for signatures that {@link #refusal} has nothing against. */
    public FloatPath(Signature signature) {
        this.input = signature.inputs().get(0);
        this.output = signature.outputs().get(0);
        this.shape = input.shape().stream().mapToLong(Dim::size).toArray();
        this.fixedElements = (int) input.elements();
        int axis = shape.length - 1;
        while (axis >= 0 && shape[axis] >= 0) {
            axis--;
        }
        this.freeAxis = axis;
    }

    /** Why a model cannot be fed one flat array of floats and answer with one, or null where it can. */
    public static @Nullable String refusal(Signature signature) {
        if (signature.inputs().size() != 1 || signature.outputs().isEmpty()) {
            return "The model has (" + signature.inputs().size()
                    + ") inputs, so one float[] cannot feed it. Maybe give it named tensors: a Map<String, Tensor>.";
        }
        TensorSpec input = signature.inputs().get(0);
        TensorSpec output = signature.outputs().get(0);
        if (input.type() != ElementType.FLOAT || output.type() != ElementType.FLOAT) {
            return "The model maps (" + input.type() + ") to (" + output.type()
                    + "), not FLOAT to FLOAT. Maybe give it named tensors: a Map<String, Tensor>.";
        }
        if (free(input.shape()) > 1) {
            return "Input (" + input + ") has more than one free dimension, so its shape does not follow from a"
                    + " length. Maybe call run with a tensor.";
        }
        return input.elements() <= Integer.MAX_VALUE
                ? null
                : "Input (" + input + ") has more values than a float[] holds. Maybe call run with a tensor.";
    }

    /** The one input's name. */
    public String input() {
        return input.name();
    }

    /** The first output's name. */
    public String output() {
        return output.name();
    }

    /** Whether the output's shape is known before any run. */
    public boolean fixedOutput() {
        return free(output.shape()) == 0;
    }

    /** Whether the output's shape follows from the input's length, as far as the signature tells. */
    public boolean pinnable() {
        return fixedOutput() || sampleLength() > 0 && free(output.shape()) == 1;
    }

    /** Values of one sample where the leading dimension of input and output is free, else 0. */
    public int sampleLength() {
        boolean batches = freeAxis == 0
                && !output.shape().isEmpty()
                && !output.shape().get(0).known();
        return batches ? fixedElements : 0;
    }

    /** @throws InvalidInputException where that many values do not fill the input */
    public long[] shapeFor(int length) {
        if (freeAxis < 0 ? length != fixedElements : fixedElements == 0 || length % fixedElements != 0) {
            throw new InvalidInputException(
                    "Input (" + input.name() + ") takes " + (freeAxis < 0 ? "" : "a multiple of ") + fixedElements
                            + " values, not (" + length + "). Maybe check its shape in signature().");
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
