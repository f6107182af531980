package io.edgeai.federated.training;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Named tensors laid one after the other, row-major, in a flat parameter vector.
 *
 * @param tensors in order of their place; names unique
 */
public record ParameterLayout(List<Entry> tensors) {
    public ParameterLayout {
        tensors = List.copyOf(tensors);
        Set<String> names = new HashSet<>();
        long total = 0;
        for (Entry entry : tensors) {
            if (!names.add(entry.name())) {
                throw new InvalidInputException("Parameter (" + entry.name() + ") occurs twice.");
            }
            total += entry.size();
            if (total > Integer.MAX_VALUE) {
                throw new InvalidInputException(
                        "Parameters up to (" + entry.name() + ") are more values than an array holds.");
            }
        }
    }

    /**
     * One tensor.
     *
     * @param name e.g. {@code "dense0.weight"}
     * @param dims its dimensions, all at least 1
     */
    public record Entry(String name, List<Integer> dims) {
        public Entry {
            dims = List.copyOf(dims);
            if (dims.isEmpty() || dims.stream().anyMatch(dim -> dim < 1)) {
                throw new InvalidInputException("Parameter (" + name + ") has dimensions (" + dims + ").");
            }
            long size = 1;
            for (int dim : dims) {
                size *= dim;
                if (size > Integer.MAX_VALUE) {
                    throw new InvalidInputException(
                            "Parameter (" + name + ") has dimensions (" + dims + "), more values than an array holds.");
                }
            }
        }

        /** Product of the dimensions. */
        public int size() {
            return dims.stream().reduce(1, (a, b) -> a * b);
        }
    }

    /** Length of the vector. */
    public int size() {
        return tensors.stream().mapToInt(Entry::size).sum();
    }

    /** Where a tensor begins in the vector. */
    public int offset(String name) {
        int offset = 0;
        for (Entry entry : tensors) {
            if (entry.name().equals(name)) {
                return offset;
            }
            offset += entry.size();
        }
        throw new InvalidInputException("No parameter (" + name + ") among "
                + tensors.stream().map(Entry::name).toList() + ".");
    }

    /** A copy of one tensor's values. */
    public float[] slice(float[] parameters, String name) {
        check(parameters);
        int from = offset(name);
        for (Entry entry : tensors) {
            if (entry.name().equals(name)) {
                return Arrays.copyOfRange(parameters, from, from + entry.size());
            }
        }
        throw new IllegalStateException(name);
    }

    /** @throws InvalidInputException where the vector has another length */
    public void check(float[] parameters) {
        if (parameters.length != size()) {
            throw new InvalidInputException("The model has " + size() + " parameters, not (" + parameters.length
                    + "). Maybe they belong to a model of other sizes.");
        }
    }
}
