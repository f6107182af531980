package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The lifecycle of the model version, or the state of a closed object, does not allow the call. */
public final class LifecycleException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public LifecycleException(String message) {
        super(message);
    }

    public LifecycleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
