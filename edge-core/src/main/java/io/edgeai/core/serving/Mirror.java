package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.Shadow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows answered requests to those who look on: the shadow, where there is one, and the taps. Thread-safe. */
final class Mirror implements AutoCloseable {
    private final RequestTap[] taps;
    private volatile @Nullable Shadow shadow;

    Mirror(List<RequestTap> taps) {
        this.taps = taps.toArray(RequestTap[]::new);
    }

    @Nullable
    Shadow shadow() {
        return shadow;
    }

    void show(VersionRef version, Signature signature, float[] input, float[] output, long latencyNanos) {
        Shadow current = shadow;
        if (current != null) {
            current.offer(input, output, latencyNanos);
        }
        for (RequestTap tap : taps) {
            tap.offer(version, signature, input, output, latencyNanos);
        }
    }

    void show(VersionRef version, Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latencyNanos) {
        Shadow current = shadow;
        if (current != null) {
            current.offer(inputs, outputs, latencyNanos);
        }
        for (RequestTap tap : taps) {
            tap.offer(version, inputs, outputs, latencyNanos);
        }
    }

    /** Requests that a tap had no room for. */
    long dropped() {
        long dropped = 0;
        for (RequestTap tap : taps) {
            dropped += tap.dropped();
        }
        return dropped;
    }

    /** Puts another in its place, or none, and closes the one before. */
    synchronized void replace(@Nullable Shadow next) {
        Shadow before = shadow;
        shadow = next;
        if (before != null) {
            before.close();
        }
    }

    @Override
    public void close() {
        replace(null);
        Closing.all(List.of(taps));
    }
}
