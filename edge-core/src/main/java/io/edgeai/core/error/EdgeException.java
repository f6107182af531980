package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/**
 * Root of all failures this library reports. Unchecked; children are named by what the caller can do about them.
 */
public class EdgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EdgeException(String message) {
        super(message);
    }

    public EdgeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without any change by the caller. False unless a child says otherwise. */
    public boolean retriable() {
        return false;
    }
}
