package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.StateTensor;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one state: two tensors where it is carried from an output to an input, else one. Which of the two is read
 * follows the session's side, 0 or 1. Used under the session's slot.
 */
final class KeptTensor {
    private final StateTensor state;
    private final Tensor[] memory = new Tensor[2];
    private final @Nullable OnnxTensor[] natives = new OnnxTensor[2];

    KeptTensor(OrtEnvironment environment, StateTensor state) throws OrtException {
        this.state = state;
        boolean carried = !state.input().isEmpty() && !state.output().isEmpty();
        for (int side = 0; side < 2; side++) {
            if (side == 0 || carried) {
                memory[side] = state.zeros();
                natives[side] = OnnxTensor.createTensor(
                        environment, memory[side].buffer(), memory[side].shape(), OnnxJavaType.FLOAT);
            } else {
                memory[side] = memory[0];
                natives[side] = natives[0];
            }
        }
    }

    StateTensor state() {
        return state;
    }

    Tensor read(int side) {
        return memory[side];
    }

    OnnxTensor source(int side) {
        return present(natives[side]);
    }

    OnnxTensor target(int side) {
        return present(natives[1 - side]);
    }

    void copyTo(int side, float[] into) {
        checkLength(into.length);
        memory[side].buffer().asFloatBuffer().get(into);
    }

    void copyFrom(int side, float[] values) {
        checkLength(values.length);
        memory[side].buffer().asFloatBuffer().put(values);
    }

    void clear(int side) {
        FloatBuffer floats = memory[side].buffer().asFloatBuffer();
        float[] zeros = new float[Math.min(floats.capacity(), 4096)];
        while (floats.hasRemaining()) {
            floats.put(zeros, 0, Math.min(zeros.length, floats.remaining()));
        }
    }

    void close() {
        for (int side = 0; side < 2; side++) {
            OnnxTensor made = natives[side];
            if (made != null && (side == 0 || made != natives[0])) {
                made.close();
            }
        }
    }

    private void checkLength(int length) {
        if (length != state.elements()) {
            throw new InvalidInputException("State (" + state.name() + ") has " + state.elements()
                    + " values, the array (" + length + "). Maybe it belongs to another model.");
        }
    }

    private static OnnxTensor present(@Nullable OnnxTensor tensor) {
        if (tensor == null) {
            throw new IllegalStateException("The state has no native tensor.");
        }
        return tensor;
    }
}
