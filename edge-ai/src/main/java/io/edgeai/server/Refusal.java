package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import java.util.Map;

/** A request that is answered with a certain status before it reaches a model. */
final class Refusal extends EdgeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    Refusal(int status, String message) {
        this(status, message, Map.of());
    }

    Refusal(int status, String message, Map<String, String> headers) {
        super(message);
        this.status = status;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }
}
