package io.edgeai.placement.autoscale;

import java.util.List;

/** What an autoscaler drives: a callback of yours, or a deployment. Called by one thread at a time. */
public interface ScalingTarget {
    /**
     * How things stand.
     *
     * @param ready replicas that serve or could
     * @param starting replicas on their way
     * @param coldStarts from asking to serving, in seconds, of the starts that were seen to end since the call before;
     *     staffing looks as far ahead as these take
     */
    record Replicas(int ready, int starting, List<Double> coldStarts) {
        public Replicas {
            coldStarts = List.copyOf(coldStarts);
        }

        /** Where no start was seen to end, or nobody measures. */
        public Replicas(int ready, int starting) {
            this(ready, starting, List.of());
        }
    }

    Replicas replicas();

    /** Does what was decided, or begins to; also called when nothing changes. */
    void apply(ScalingDecision decision);
}
