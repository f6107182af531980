package io.edgeai.core.registry;

/** What was done to a version. */
public enum AuditAction {
    REGISTERED,
    IMPORTED,
    PROMOTED,
    SUPERSEDED,
    ROLLED_BACK,
    RETIRED,
    ERASED
}
