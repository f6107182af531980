package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.adapter.InputSpecs;
import org.jspecify.annotations.Nullable;

/**
 * Native tensors over the last tensors a caller handed in for one input, found by identity. Four of them, so that
 * batches of two sizes and the two sides of another session's state are each made once. Used under the session's slot.
 */
final class FedTensors {
    private static final int KEPT = 4;

    private final String name;
    private final @Nullable Tensor[] given = new Tensor[KEPT];
    private final @Nullable OnnxTensor[] natives = new OnnxTensor[KEPT];
    private int oldest;

    FedTensors(String name) {
        this.name = name;
    }

    /** The native tensor over a tensor, checked when first seen. */
    OnnxTensor of(OrtEnvironment environment, UnsignedCasts casts, InputSpecs specs, Tensor tensor)
            throws OrtException {
        for (int i = 0; i < KEPT; i++) {
            OnnxTensor known = natives[i];
            if (known != null && given[i] == tensor) {
                return known;
            }
        }
        specs.check(name, tensor);
        OnnxTensor made = OrtValues.toNative(environment, casts, name, tensor);
        close(oldest);
        given[oldest] = tensor;
        natives[oldest] = made;
        oldest = (oldest + 1) % KEPT;
        return made;
    }

    void close() {
        for (int i = 0; i < KEPT; i++) {
            close(i);
        }
    }

    private void close(int index) {
        OnnxTensor tensor = natives[index];
        if (tensor != null) {
            tensor.close();
        }
        natives[index] = null;
        given[index] = null;
    }
}
