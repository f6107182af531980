package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The registry's storage could not be read or written. {@link #retriable} where others held it or it could not be reached. */
public final class StorageException extends EdgeException {
    private static final long serialVersionUID = 1L;

    private final boolean retriable;

    public StorageException(String message) {
        this(message, null);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private StorageException(String message, @Nullable Throwable cause, boolean retriable) {
        super(message, cause);
        this.retriable = retriable;
    }

    /** One after which nothing has changed, and the same call may succeed later. */
    public static StorageException retriable(String message, @Nullable Throwable cause) {
        return new StorageException(message, cause, true);
    }

    @Override
    public boolean retriable() {
        return retriable;
    }
}
