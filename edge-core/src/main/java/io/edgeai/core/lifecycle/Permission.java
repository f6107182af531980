package io.edgeai.core.lifecycle;

/** What an actor may be allowed to do, each by itself: who registers need not be who promotes or erases. */
public enum Permission {
    /** Bring versions in: register and import. */
    REGISTER,
    /** Run gates and record their verdict. */
    VALIDATE,
    /** Decide what gets traffic: stage, shadow, canary, promote, roll back, degrade, recover. */
    DEPLOY,
    /** Take out of use and free bytes that nothing refers to. */
    RETIRE,
    /** Destroy bytes that are referred to. */
    ERASE,
    /** Put under suspicion, and release from it. */
    QUARANTINE,
    /** Aliases, tags and notes. */
    ANNOTATE,
    /** Freeze an environment's version, and thaw it. */
    FREEZE,
    /** Set what the registry asks of a model's versions. */
    GOVERN
}
