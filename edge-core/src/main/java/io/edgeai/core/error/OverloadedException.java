package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** All capacity is taken and the queue is full; try again later. */
public final class OverloadedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public OverloadedException(String message) {
        super(message);
    }

    public OverloadedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retriable() {
        return true;
    }
}
