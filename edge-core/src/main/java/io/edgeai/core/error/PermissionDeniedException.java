package io.edgeai.core.error;

/** The actor may not do this; the message names the actor and the permission that is missing. */
public final class PermissionDeniedException extends EdgeException {
    private static final long serialVersionUID = 1L;

    public PermissionDeniedException(String message) {
        super(message);
    }
}
