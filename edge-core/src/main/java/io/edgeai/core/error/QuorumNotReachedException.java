package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** Too few participants answered to complete a federated round. */
public final class QuorumNotReachedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public QuorumNotReachedException(String message) {
        super(message);
    }

    public QuorumNotReachedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retriable() {
        return true;
    }
}
