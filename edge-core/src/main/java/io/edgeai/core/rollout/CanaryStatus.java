package io.edgeai.core.rollout;

/** How far a canary came. */
public enum CanaryStatus {
    /** Gets its share of the requests. */
    RUNNING,
    /** Went through all steps: fit to answer everything. */
    PASSED,
    /** Was worse and gets no more requests. */
    ROLLED_BACK,
    /** Another version became active, or the split was changed, before it was through. */
    ENDED
}
