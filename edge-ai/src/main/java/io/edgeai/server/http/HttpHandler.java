package io.edgeai.server.http;

/** Answers requests, on whatever thread asks; may block. Thread-safe. */
@FunctionalInterface
public interface HttpHandler {
    /** Answers one request; throws nothing. A body that is not wanted need not be read. */
    HttpResponse handle(RequestHead head, RequestBody body);
}
