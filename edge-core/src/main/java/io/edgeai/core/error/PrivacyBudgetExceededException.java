package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** The next release would spend more privacy budget than was granted. */
public final class PrivacyBudgetExceededException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public PrivacyBudgetExceededException(String message) {
        super(message);
    }

    public PrivacyBudgetExceededException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
