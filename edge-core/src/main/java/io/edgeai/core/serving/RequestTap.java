package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Tap;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Hands copies of a part of the answered requests to a consumer, on a thread of its own. A request that is not drawn costs a
 * random number and no memory. Thread-safe.
 */
final class RequestTap implements AutoCloseable {
    private static final int WAITING = 1024;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final int threshold;
    private final Consumer<TappedRequest> consumer;
    private final Duration lastWords;
    private final Tap tap = new Tap("tap", WAITING);

    RequestTap(double fraction, Consumer<TappedRequest> consumer) {
        this(fraction, consumer, LAST_WORDS);
    }

    /** @param lastWords how long closing waits at most for the consumer to have what waits */
    RequestTap(double fraction, Consumer<TappedRequest> consumer, Duration lastWords) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new InvalidInputException(
                    "A tap's fraction (" + fraction + ") of the requests must be above 0 and at most 1. Maybe 0.01.");
        }
        this.threshold = (int) (fraction * Integer.MAX_VALUE);
        this.consumer = consumer;
        this.lastWords = lastWords;
    }

    void offer(VersionRef version, Signature signature, float[] input, float[] output, long latencyNanos) {
        if (drawn()) {
            float[] in = input.clone();
            float[] out = output.clone();
            tap.offer(() -> consumer.accept(new TappedRequest(
                    version,
                    Map.of(signature.inputs().get(0).name(), Tensor.of(in, in.length)),
                    Map.of(signature.outputs().get(0).name(), Tensor.of(out, out.length)),
                    latencyNanos)));
        }
    }

    void offer(VersionRef version, Map<String, Tensor> inputs, Map<String, Tensor> outputs, long latencyNanos) {
        if (drawn()) {
            TappedRequest copy = new TappedRequest(version, copied(inputs), copied(outputs), latencyNanos);
            tap.offer(() -> consumer.accept(copy));
        }
    }

    private static Map<String, Tensor> copied(Map<String, Tensor> tensors) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    private boolean drawn() {
        boolean drawn =
                threshold == Integer.MAX_VALUE || ThreadLocalRandom.current().nextInt() >>> 1 < threshold;
        return drawn && tap.wants();
    }

    long dropped() {
        return tap.dropped();
    }

    /** Lets the consumer have what waits, within its last words: 5 s unless told otherwise. */
    @Override
    public void close() {
        tap.finish(lastWords);
    }
}
