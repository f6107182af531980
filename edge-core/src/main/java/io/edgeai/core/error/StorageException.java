package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The registry's storage could not be read or written. */
public final class StorageException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
