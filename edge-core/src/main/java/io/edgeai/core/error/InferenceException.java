package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The engine failed while it ran a model. */
public final class InferenceException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
