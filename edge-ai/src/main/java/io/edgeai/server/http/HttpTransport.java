package io.edgeai.server.http;

import java.util.Optional;

/** A library that speaks HTTP, found by {@link java.util.ServiceLoader}. Stateless and thread-safe. */
public interface HttpTransport {
    String name();

    /** Why it does not work here, with the repair; empty where it does. */
    Optional<String> problem();

    /**
     * Listens until closed. Threads are daemons named {@code edgeai-http-…}.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the port is taken or the host is none of this machine's
     */
    HttpListener listen(HttpSettings settings, HttpHandler handler);
}
