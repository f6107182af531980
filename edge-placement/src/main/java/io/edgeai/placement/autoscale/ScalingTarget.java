package io.edgeai.placement.autoscale;

/** What an autoscaler drives: a callback of yours, or a deployment. Called by one thread at a time. */
public interface ScalingTarget {
    /**
     * How things stand.
     *
     * @param ready replicas that serve or could
     * @param starting replicas on their way
     */
    record Replicas(int ready, int starting) {}

    Replicas replicas();

    /** Does what was decided, or begins to; also called when nothing changes. */
    void apply(ScalingDecision decision);
}
