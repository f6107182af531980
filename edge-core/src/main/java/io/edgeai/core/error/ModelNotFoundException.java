package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** No model, version or alias of that name is registered. */
public final class ModelNotFoundException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public ModelNotFoundException(String message) {
        super(message);
    }

    public ModelNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
