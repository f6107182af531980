package io.edgeai.core.runtime;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A FLOAT tensor that a {@link StatefulSession} keeps in its own memory between runs, so that neither Java arrays nor
 * copies are needed to bring it in and out.
 *
 * @param input the model's input that reads it; empty where none does
 * @param output the model's output that writes it; empty where none does
 * @param dims its dimensions, all known; empty for a scalar
 */
public record StateTensor(String input, String output, List<Long> dims) {
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

    public StateTensor {
        dims = List.copyOf(dims);
        if (input.isEmpty() && output.isEmpty()) {
            throw new InvalidInputException("A state tensor of dimensions (" + dims
                    + ") names neither an input nor an output. Maybe use StateTensor.carried.");
        }
        long elements = 1;
        for (long dim : dims) {
            if (dim < 0 || dim > MOST_ELEMENTS || elements * dim > MOST_ELEMENTS) {
                throw new InvalidInputException("State (" + (input.isEmpty() ? output : input) + ") cannot have"
                        + " dimensions (" + dims + "). Maybe one is still unknown; a state holds 0 to " + MOST_ELEMENTS
                        + " values.");
            }
            elements *= dim;
        }
    }

    /** What one run writes to {@code output} the next run reads from {@code input}; zeros before the first. */
    public static StateTensor carried(String input, String output, long... dims) {
        return new StateTensor(input, output, boxed(dims));
    }

    /** An input that stays as it was written; zeros at first. */
    public static StateTensor held(String input, long... dims) {
        return new StateTensor(input, "", boxed(dims));
    }

    /** An output that the session keeps instead of handing it out as a new tensor at each run. */
    public static StateTensor kept(String output, long... dims) {
        return new StateTensor("", output, boxed(dims));
    }

    /** The input's name, or the output's where there is no input. */
    public String name() {
        return input.isEmpty() ? output : input;
    }

    /** Number of values; 1 for a scalar. */
    public int elements() {
        return (int) dims.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    }

    /** A zero-filled tensor of this form. */
    public Tensor zeros() {
        return Tensor.allocate(
                ElementType.FLOAT, dims.stream().mapToLong(Long::longValue).toArray());
    }

    private static List<Long> boxed(long... dims) {
        return Arrays.stream(dims).boxed().toList();
    }
}
