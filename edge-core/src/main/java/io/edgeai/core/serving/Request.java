package io.edgeai.core.serving;

import java.util.concurrent.CompletableFuture;

/**
 * One input on its way to an answer; {@code since} is when it was submitted, by the endpoint's ticker, or
 * {@link #NOW} where its deadline begins only when it runs.
 */
final class Request {
    static final long NOW = Long.MIN_VALUE;

    final float[] input;
    final long since;
    final CompletableFuture<float[]> answer = new CompletableFuture<>();

    Request(float[] input, long since) {
        this.input = input;
        this.since = since;
    }
}
