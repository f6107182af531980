package io.edgeai.core.model;

import java.util.List;
import java.util.StringJoiner;

/**
 * Name, element type and shape of a model's input or output.
 *
 * @param name the tensor's name in the model
 * @param type element type
 * @param shape dimensions, outermost first; empty for a scalar
 */
public record TensorSpec(String name, ElementType type, List<Dim> shape) {
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    public static TensorSpec of(String name, ElementType type, long... dims) {
        return new TensorSpec(
                name, type, java.util.Arrays.stream(dims).mapToObj(Dim::of).toList());
    }

    /** Elements of one tensor with every unknown dimension taken as 1. */
    public long elements() {
        long product = 1;
        for (Dim dim : shape) {
            product = Math.multiplyExact(product, dim.known() ? dim.size() : 1);
        }
        return product;
    }

    @Override
    public String toString() {
        StringJoiner joined = new StringJoiner(",", name + ": " + type + "[", "]");
        shape.forEach(dim -> joined.add(dim.toString()));
        return joined.toString();
    }
}
