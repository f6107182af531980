package io.edgeai.core.model;

/** Where a version stands in its life. */
public enum Stage {
    /** Stored and verified; not yet serving by name. */
    REGISTERED,
    /** The one version that answers requests by model name. */
    ACTIVE,
    /** Was active before a promotion or rollback put another in its place. */
    SUPERSEDED,
    /** Taken out of use; its bytes are kept. */
    RETIRED
}
