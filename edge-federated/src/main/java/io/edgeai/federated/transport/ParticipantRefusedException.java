package io.edgeai.federated.transport;

import io.edgeai.core.error.EdgeException;

/** A coordinator does not take this participant. */
public final class ParticipantRefusedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    private final RefusalReason reason;

    public ParticipantRefusedException(RefusalReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RefusalReason reason() {
        return reason;
    }
}
