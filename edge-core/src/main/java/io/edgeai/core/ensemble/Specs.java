package io.edgeai.core.ensemble;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Whether tensors fit what a signature says of them. A specification without dimensions fits every shape, since engines
 * report scalars and unknown ranks alike. Stateless.
 */
final class Specs {
    private Specs() {}

    /** @throws InvalidInputException for a missing, unknown or wrongly typed or shaped input */
    static void check(List<TensorSpec> inputs, Map<String, Tensor> named) {
        for (TensorSpec spec : inputs) {
            Tensor tensor = named.get(spec.name());
            if (tensor == null) {
                throw new InvalidInputException("Input (" + spec + ") is missing. Maybe add it to the map of inputs.");
            }
            if (tensor.type() != spec.type() || !fits(spec.shape(), tensor.shape())) {
                throw new InvalidInputException("Input (" + spec + ") cannot take " + tensor.type()
                        + Arrays.toString(tensor.shape()) + ". Maybe reshape or convert it.");
            }
        }
        if (named.size() > inputs.size()) {
            Signature signature = new Signature(inputs, List.of());
            named.keySet().forEach(signature::input);
        }
    }

    private static boolean fits(List<Dim> dims, long[] shape) {
        return dims.isEmpty()
                || agree(dims, Arrays.stream(shape).mapToObj(Dim::of).toList());
    }

    /** Whether a tensor of the one specification can be of the other: types equal, known dimensions too. */
    static boolean agree(TensorSpec given, TensorSpec taken) {
        return given.type() == taken.type() && agree(given.shape(), taken.shape());
    }

    private static boolean agree(List<Dim> left, List<Dim> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return true;
        }
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            Dim a = left.get(i);
            Dim b = right.get(i);
            if (a.known() && b.known() && a.size() != b.size()) {
                return false;
            }
        }
        return true;
    }
}
