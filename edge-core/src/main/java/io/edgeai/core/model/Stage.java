package io.edgeai.core.model;

/**
 * Where a version stands in its life. Which stage may follow which is told by
 * {@link io.edgeai.core.lifecycle.LifecycleTable}.
 */
public enum Stage {
    /** Stored; nobody has looked at it yet. */
    REGISTERED,
    /** Its gates are being run. */
    VALIDATING,
    /** Passed every gate; may be deployed. */
    VALIDATED,
    /** Failed a gate; the audit holds the evidence. */
    REJECTED,
    /** Chosen for an environment, without traffic. */
    STAGED,
    /** Sees copies of requests; its answers reach nobody. */
    SHADOW,
    /** Answers a share of the requests beside the active version. */
    CANARY,
    /** The one version of an environment that answers requests by model name. */
    ACTIVE,
    /** Still answers, but something is known to be wrong with it. */
    DEGRADED,
    /** Was active before a promotion put another in its place; a rollback may return to it. */
    SUPERSEDED,
    /** Was active or a canary and was taken back; no rollback returns to it. */
    ROLLED_BACK,
    /** Taken out of use; its bytes are kept. */
    RETIRED,
    /** Its bytes are gone; its record stays. */
    ERASED,
    /** Under suspicion: never opened, whatever it was before. */
    QUARANTINED;

    /** Whether it is a stage in an environment; the others hold in all of them. */
    public boolean deployed() {
        return switch (this) {
            case STAGED, SHADOW, CANARY, ACTIVE, DEGRADED, SUPERSEDED, ROLLED_BACK -> true;
            default -> false;
        };
    }

    /** Whether it answers by model name: {@link #ACTIVE} or {@link #DEGRADED}. */
    public boolean answers() {
        return this == ACTIVE || this == DEGRADED;
    }
}
