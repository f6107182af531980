package io.edgeai.core.error;

import org.jspecify.annotations.Nullable;

/** No site satisfies the workload's constraints; the message says which constraint failed where. */
public final class NoFeasiblePlacementException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public NoFeasiblePlacementException(String message) {
        super(message);
    }

    public NoFeasiblePlacementException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
