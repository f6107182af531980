package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** Another process cannot be reached, or is starting or ending; try again later, or elsewhere. */
public final class RemoteUnavailableException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public RemoteUnavailableException(String message) {
        super(message);
    }

    public RemoteUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retriable() {
        return true;
    }
}
