package io.edgeai.optimize.data;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/**
 * Consecutive samples joined for one run.
 *
 * @param first index of the first sample
 * @param count samples in it
 * @param inputs tensors by name
 */
public record Batch(int first, int count, Map<String, Tensor> inputs) {
    public Batch {
        inputs = Map.copyOf(inputs);
    }
}
