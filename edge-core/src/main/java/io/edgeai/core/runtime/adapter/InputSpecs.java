package io.edgeai.core.runtime.adapter;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What callers must feed, and whether they do. Immutable and thread-safe. */
public final class InputSpecs {
    private final Map<String, TensorSpec> specs = new LinkedHashMap<>();

    /** @param inputs all that must be fed */
    public InputSpecs(List<TensorSpec> inputs) {
        inputs.forEach(spec -> specs.put(spec.name(), spec));
    }

    /** @throws InvalidInputException for a missing, unknown or wrongly typed or shaped input */
    public void check(Map<String, Tensor> named) {
        named.forEach(this::check);
        checkComplete(named);
    }

    /** @throws InvalidInputException where an input is missing */
    public void checkComplete(Map<String, Tensor> named) {
        for (TensorSpec spec : specs.values()) {
            if (!named.containsKey(spec.name())) {
                throw new InvalidInputException("Input (" + spec + ") is missing. Maybe add it to the map of inputs.");
            }
        }
    }

    /** @throws InvalidInputException where there is no such input, or it has another type or shape */
    public void check(String name, Tensor tensor) {
        TensorSpec spec = specs.get(name);
        if (spec == null) {
            throw new InvalidInputException("The model has no input (" + name + "). Maybe one of " + specs.values()
                    + "? Inputs with a default value cannot be fed.");
        }
        if (tensor.type() != spec.type() || !fits(spec, tensor.shape())) {
            throw new InvalidInputException("Input (" + spec + ") cannot take " + tensor.type()
                    + Arrays.toString(tensor.shape()) + ". Maybe reshape or convert it.");
        }
    }

    /** Whether known dimensions agree. Engines report none both for scalars and for unknown ranks, and check those. */
    public static boolean fits(TensorSpec spec, long[] shape) {
        if (spec.shape().isEmpty()) {
            return true;
        }
        if (spec.shape().size() != shape.length) {
            return false;
        }
        for (int i = 0; i < shape.length; i++) {
            Dim dim = spec.shape().get(i);
            if (dim.known() && dim.size() != shape[i]) {
                return false;
            }
        }
        return true;
    }
}
