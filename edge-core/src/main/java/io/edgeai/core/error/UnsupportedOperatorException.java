package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** A graph or estimator contains parts the requested operation cannot handle; the message lists every one. */
public final class UnsupportedOperatorException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public UnsupportedOperatorException(String message) {
        super(message);
    }

    public UnsupportedOperatorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
