package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/**
 * The inputs and outputs of a model, in the model's own order.
 *
 * @param inputs what must be fed
 * @param outputs what comes back
 */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    /** The signature of a model whose inputs and outputs are not known without its engine. */
    public static final Signature UNKNOWN = new Signature(List.of(), List.of());

    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** @throws InvalidInputException where no input has that name */
    public TensorSpec input(String name) {
        return find(inputs, name, "input");
    }

    /** @throws InvalidInputException where no output has that name */
    public TensorSpec output(String name) {
        return find(outputs, name, "output");
    }

    private static TensorSpec find(List<TensorSpec> specs, String name, String what) {
        for (TensorSpec spec : specs) {
            if (spec.name().equals(name)) {
                return spec;
            }
        }
        throw new InvalidInputException("The model has no " + what + " (" + name + "). Maybe one of "
                + specs.stream().map(TensorSpec::name).toList() + "?");
    }
}
