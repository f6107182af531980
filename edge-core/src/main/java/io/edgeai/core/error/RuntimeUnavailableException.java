package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** No engine here can run the model; the message names the dependency that adds one. */
public final class RuntimeUnavailableException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public RuntimeUnavailableException(String message) {
        super(message);
    }

    public RuntimeUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
