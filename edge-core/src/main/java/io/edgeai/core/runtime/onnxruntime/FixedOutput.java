package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.TensorSpec;

/** Whether the shape of an output is known before a run. */
final class FixedOutput {
    private FixedOutput() {}

    static boolean of(TensorSpec output) {
        return output.shape().stream().allMatch(Dim::known);
    }
}
