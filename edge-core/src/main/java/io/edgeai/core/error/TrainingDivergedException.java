package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** Training left the range of numbers: the loss is infinite or not a number. Gentler settings may help. */
public final class TrainingDivergedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public TrainingDivergedException(String message) {
        super(message);
    }

    public TrainingDivergedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
