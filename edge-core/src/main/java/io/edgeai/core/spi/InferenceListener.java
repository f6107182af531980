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
     * As {@link #success(long)}, for one that waited for its run or shared it with others; {@link #ran} tells of the run. An
     * inference told by {@link #success(long)} had a run of its own, at once. Does what that does unless overridden.
     *
     * @param latencyNanos from the call; of an asynchronous one, from when a worker took it
     * @param waitedNanos from the call, or from when it was put into the endpoint's queue, until its run began
     */
    default void success(long latencyNanos, long waitedNanos) {
        success(latencyNanos);
    }

    /**
     * One run of the model gave answers after {@code nanos}. Told of runs whose inferences come by {@link #success(long, long)}.
     * Does nothing unless overridden.
     *
     * @param requests that shared it, 1 or more
     */
    default void ran(int requests, long nanos) {}

    /**
     * Offers a sampled pair of flat input and output values, off the fast path; the arrays are the listener's to keep.
     * Does nothing unless overridden.
     */
    default void sample(float[] input, float[] output) {}

    /** Gives each served version its listener. */
    @FunctionalInterface
    interface Factory {
        InferenceListener listen(VersionRef version);

        /**
         * The listener of a version that runs on a device; the version's unless overridden.
         *
         * @param device as of {@link io.edgeai.core.runtime.InferenceSession#device()}, empty where it is not known
         */
        default InferenceListener listen(VersionRef version, String device) {
            return listen(version);
        }
    }
}
