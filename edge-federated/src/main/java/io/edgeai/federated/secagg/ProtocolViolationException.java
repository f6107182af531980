package io.edgeai.federated.secagg;

import io.edgeai.core.error.EdgeException;
import org.jspecify.annotations.Nullable;

/** Another party of a secure aggregation does not keep to the protocol; nothing secret was said to it. */
public final class ProtocolViolationException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public ProtocolViolationException(String message) {
        super(message);
    }

    public ProtocolViolationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
