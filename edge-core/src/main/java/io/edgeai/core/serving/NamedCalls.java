package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The ways to ask a model by named tensors of any type: all outputs come back by name. Where the first dimension of every
 * input and output is free, requests that wait at the same time and whose rows have one shape are run as one batch, where
 * that keeps the answers and comes sooner; nothing is padded. Each throws what {@link ModelEndpoint#predict(float[])}
 * does. Thread-safe; tensors must not be written to until the answer is there.
 */
public sealed interface NamedCalls permits ModelEndpoint {
    /** Answers on this thread, and says which version did. */
    NamedAnswer answer(Caller caller, Map<String, Tensor> inputs);

    /**
     * {@link #answer(Caller, Map)} of a request without an id.
     *
     * @param unitId meets the same version while the split stands; null for a version by weight
     * @param longest ends the wait where it is shorter than the endpoint's deadline; null for that one
     * @param priority who goes first where callers wait for a slot
     */
    default NamedAnswer answer(
            @Nullable String unitId, Map<String, Tensor> inputs, @Nullable Duration longest, Priority priority) {
        return answer(new Caller(null, unitId, longest, priority), inputs);
    }

    /** {@link #answer(String, Map, Duration, Priority)} at normal priority. */
    default NamedAnswer answer(@Nullable String unitId, Map<String, Tensor> inputs, @Nullable Duration longest) {
        return answer(unitId, inputs, longest, Priority.NORMAL);
    }

    /** Answers on this thread. */
    default Map<String, Tensor> predict(Map<String, Tensor> inputs) {
        return predict(inputs, null);
    }

    /**
     * {@link #predict(Map)} for a caller who will not wait so long as the endpoint allows.
     *
     * @param longest ends the wait where it is shorter than the endpoint's deadline; null for that one
     */
    default Map<String, Tensor> predict(Map<String, Tensor> inputs, @Nullable Duration longest) {
        return answer(null, inputs, longest).outputs();
    }

    /** As {@link #predict(Map, Duration)}; where callers wait for a slot, those of higher priority go first. */
    default Map<String, Tensor> predict(Map<String, Tensor> inputs, @Nullable Duration longest, Priority priority) {
        return answer(null, inputs, longest, priority).outputs();
    }

    /** As {@link #predict(Map)}; the same unit id always meets the same version while the split stands. */
    default Map<String, Tensor> predict(String unitId, Map<String, Tensor> inputs) {
        return answer(unitId, inputs, null).outputs();
    }

    /** {@link #predictAsync(Map, Priority, Duration)} at normal priority, with the endpoint's deadline. */
    default CompletableFuture<Map<String, Tensor>> predictAsync(Map<String, Tensor> inputs) {
        return predictAsync(inputs, Priority.NORMAL, null);
    }

    /** {@link #predictAsync(Map, Priority, Duration)} with the endpoint's deadline. */
    default CompletableFuture<Map<String, Tensor>> predictAsync(Map<String, Tensor> inputs, Priority priority) {
        return predictAsync(inputs, priority, null);
    }

    /**
     * Answers later, on a worker of the endpoint, as {@link ModelEndpoint#predictAsync(float[])} does: same queue, same
     * rules.
     *
     * @param priority who leaves the queue first
     * @param longest from now, where it is shorter than the endpoint's deadline; null for that one
     * @throws io.edgeai.core.error.OverloadedException where the queue is full (default 1024), or where half of the
     *     endpoint's deadline would pass in it
     */
    CompletableFuture<Map<String, Tensor>> predictAsync(
            Map<String, Tensor> inputs, Priority priority, @Nullable Duration longest);

    /**
     * Answers for many requests in order, on this thread, in batches where that pays. The deadline counts for each batch.
     *
     * @throws RuntimeException what {@link #predict(Map)} throws, for the first request in order that fails
     */
    List<Map<String, Tensor>> predictAll(List<Map<String, Tensor>> inputs);
}
