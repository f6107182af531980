package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.rollout.Shadow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows answered requests to the shadow, where there is one. Thread-safe. */
final class Mirror {
    private volatile @Nullable Shadow shadow;

    @Nullable
    Shadow shadow() {
        return shadow;
    }

    void show(float[] input, float[] output, long latencyNanos) {
        Shadow current = shadow;
        if (current != null) {
            current.offer(input, output, latencyNanos);
        }
    }

    void show(Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latencyNanos) {
        Shadow current = shadow;
        if (current != null) {
            current.offer(inputs, outputs, latencyNanos);
        }
    }

    /** Puts another in its place, or none, and closes the one before. */
    synchronized void replace(@Nullable Shadow next) {
        Shadow before = shadow;
        shadow = next;
        if (before != null) {
            before.close();
        }
    }
}
