package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** A file is not the model it claims to be: damaged, truncated, of another format, or not a model at all. */
public final class ModelFormatException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }

    public ModelFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
