package io.edgeai.core.ensemble;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/** A step that is no model: named tensors in, named tensors out. Must be thread-safe; cannot be stopped by a deadline. */
@FunctionalInterface
public interface TensorFunction {
    Map<String, Tensor> apply(Map<String, Tensor> inputs);
}
