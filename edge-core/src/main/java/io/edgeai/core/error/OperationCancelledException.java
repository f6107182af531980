package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The caller cancelled a long operation; nothing half-written was left behind. */
public final class OperationCancelledException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public OperationCancelledException(String message) {
        super(message);
    }

    public OperationCancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
