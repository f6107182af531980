package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The caller passed a value the call cannot accept: wrong shape, type, range or combination. */
public final class InvalidInputException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
