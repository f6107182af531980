package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** Stored bytes no longer match their digest, or a record contradicts its bytes. */
public final class ModelIntegrityException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public ModelIntegrityException(String message) {
        super(message);
    }

    public ModelIntegrityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
