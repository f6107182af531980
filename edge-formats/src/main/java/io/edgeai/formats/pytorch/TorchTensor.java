package io.edgeai.formats.pytorch;

import io.edgeai.core.model.ElementType;
import java.util.List;

/**
 * A tensor as a state dict describes it: a view of a storage.
 *
 * @param storage the storage's key
 * @param type element type of the storage
 * @param stored elements the storage says it has
 * @param offset its first element there
 * @param dims dimensions, empty for a scalar
 * @param strides elements from one index to the next, one for each dimension
 */
public record TorchTensor(
        String storage, ElementType type, long stored, long offset, List<Long> dims, List<Long> strides) {
    public TorchTensor {
        dims = List.copyOf(dims);
        strides = List.copyOf(strides);
    }

    /** Number of elements. */
    public long elements() {
        return dims.stream().reduce(1L, Math::multiplyExact);
    }

    /** Whether its elements lie side by side in order. */
    boolean contiguous() {
        long next = 1;
        for (int axis = dims.size() - 1; axis >= 0; axis--) {
            if (dims.get(axis) != 1 && strides.get(axis) != next) {
                return false;
            }
            next *= dims.get(axis);
        }
        return true;
    }
}
