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

    /** @param traced whether to take down where it was thrown, which costs more than all else */
    protected EdgeException(@Nullable String message, @Nullable Throwable cause, boolean traced) {
        super(message, cause, true, traced);
    }

    /** Whether the same call may succeed later without any change by the caller. False unless a child says otherwise. */
    public boolean retriable() {
        return false;
    }
}
