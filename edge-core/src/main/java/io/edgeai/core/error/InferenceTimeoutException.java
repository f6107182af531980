package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** A run passed its deadline and was stopped. */
public final class InferenceTimeoutException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public InferenceTimeoutException(String message) {
        super(message);
    }

    public InferenceTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retriable() {
        return true;
    }
}
