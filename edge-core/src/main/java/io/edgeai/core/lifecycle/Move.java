package io.edgeai.core.lifecycle;

/** What can be done to a version that changes its stage. */
public enum Move {
    /** Begins a run of the gates. */
    VALIDATE("validated", Permission.VALIDATE, false),
    /** Every gate was passed. */
    ACCEPT("accepted", Permission.VALIDATE, false),
    /** A gate was failed. */
    REJECT("rejected", Permission.VALIDATE, false),
    STAGE("staged", Permission.DEPLOY, true),
    SHADOW("made a shadow", Permission.DEPLOY, true),
    /** Also changes the share of a canary. */
    CANARY("made a canary", Permission.DEPLOY, true),
    PROMOTE("promoted", Permission.DEPLOY, true),
    /** Another version was promoted. */
    SUPERSEDE("superseded", Permission.DEPLOY, true),
    DEGRADE("degraded", Permission.DEPLOY, true),
    RECOVER("recovered", Permission.DEPLOY, true),
    ROLL_BACK("rolled back", Permission.DEPLOY, true),
    /** Takes a version that does not answer by name out of an environment. */
    WITHDRAW("withdrawn", Permission.DEPLOY, true),
    RETIRE("retired", Permission.RETIRE, false),
    ERASE("erased", Permission.ERASE, false),
    QUARANTINE("quarantined", Permission.QUARANTINE, false),
    /** Suspicion was lifted; it begins anew. */
    RELEASE("released", Permission.QUARANTINE, false);

    private final String participle;
    private final Permission permission;
    private final boolean inEnvironment;

    Move(String participle, Permission permission, boolean inEnvironment) {
        this.participle = participle;
        this.permission = permission;
        this.inEnvironment = inEnvironment;
    }

    /** As in "cannot be promoted". */
    public String participle() {
        return participle;
    }

    public Permission permission() {
        return permission;
    }

    /** Whether it concerns one environment; the others concern the version in all of them. */
    public boolean inEnvironment() {
        return inEnvironment;
    }
}
