package io.edgeai.optimize.fidelity;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads outputs as class scores. */
final class TopOne {
    private TopOne() {}

    /** Values of the first float output of at least two values; else null. */
    static float @Nullable [] scores(Map<String, Tensor> outputs) {
        for (Tensor tensor : outputs.values()) {
            if (tensor.type() == ElementType.FLOAT && tensor.elements() >= 2) {
                return tensor.floats();
            }
        }
        return null;
    }

    /** Index of the largest of {@code count} values from {@code from}; the first of equals. NaN is never largest. */
    static int of(float[] values, int from, int count) {
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            if (values[from + i] > highest) {
                highest = values[from + i];
                best = i;
            }
        }
        return best;
    }
}
