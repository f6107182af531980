package io.edgeai.core.registry;

import io.edgeai.core.lifecycle.Move;

/** What was done to a version. */
public enum AuditAction {
    REGISTERED,
    IMPORTED,
    VALIDATION_STARTED,
    VALIDATED,
    REJECTED,
    STAGED,
    SHADOWED,
    CANARY_SET,
    PROMOTED,
    SUPERSEDED,
    DEGRADED,
    RECOVERED,
    ROLLED_BACK,
    WITHDRAWN,
    RETIRED,
    ERASED,
    QUARANTINED,
    RELEASED,
    FROZEN,
    THAWED,
    /** An alias came to point at it. */
    ALIASED,
    /** An alias points at it no longer. */
    UNALIASED,
    TAGGED,
    UNTAGGED,
    /** What the registry asks of the model's versions was set; the evidence is the policy. */
    POLICY_SET,
    /** It passed the gates of a policy. */
    POLICY_MET,
    /** An experiment or a bandit began to give it requests. */
    TRIAL_BEGUN,
    /** An experiment or a bandit gives it requests no longer. */
    TRIAL_ENDED,
    /** Somebody wrote something down; nothing changed. */
    NOTED;

    static AuditAction of(Move move) {
        return switch (move) {
            case VALIDATE -> VALIDATION_STARTED;
            case ACCEPT -> VALIDATED;
            case REJECT -> REJECTED;
            case STAGE -> STAGED;
            case SHADOW -> SHADOWED;
            case CANARY -> CANARY_SET;
            case PROMOTE -> PROMOTED;
            case SUPERSEDE -> SUPERSEDED;
            case DEGRADE -> DEGRADED;
            case RECOVER -> RECOVERED;
            case ROLL_BACK -> ROLLED_BACK;
            case WITHDRAW -> WITHDRAWN;
            case RETIRE -> RETIRED;
            case ERASE -> ERASED;
            case QUARANTINE -> QUARANTINED;
            case RELEASE -> RELEASED;
        };
    }
}
