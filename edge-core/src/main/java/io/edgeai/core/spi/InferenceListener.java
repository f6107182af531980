package io.edgeai.core.spi;

import io.edgeai.core.model.VersionRef;

/**
 * Watches inferences of one version from the serving path. Called on the caller's thread for every answer, so an
 * implementation must return within tens of nanoseconds and must not allocate. Thread-safe.
 */
public interface InferenceListener {
    /** Does nothing. */
    InferenceListener NONE = new InferenceListener() {
        @Override
        public void success(long latencyNanos) {}

        @Override
        public void failure(long latencyNanos, Throwable error) {}
    };

    /** One inference answered after {@code latencyNanos}. */
    void success(long latencyNanos);

    /** One inference failed after {@code latencyNanos}. */
    void failure(long latencyNanos, Throwable error);

    /**
     * Offers a sampled pair of flat input and output values, off the fast path; the arrays are the listener's to keep.
     * Does nothing unless overridden.
     */
    default void sample(float[] input, float[] output) {}

    /** Gives each served version its listener. */
    @FunctionalInterface
    interface Factory {
        InferenceListener listen(VersionRef version);
    }
}
