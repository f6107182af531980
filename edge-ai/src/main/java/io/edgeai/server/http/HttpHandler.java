package io.edgeai.server.http;

import java.util.function.Consumer;

/** Answers requests, on whatever thread asks; may block. Thread-safe. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request, once; throws nothing. A body that is not wanted need not be read.
     *
     * @param answer takes the answer, now or later and then on another thread; sends it without waiting for the client
     */
    void handle(RequestHead head, RequestBody body, Consumer<HttpResponse> answer);
}
