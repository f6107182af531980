package io.edgeai.placement.autoscale.policy;

import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;

/** Always the same number of replicas. */
public record FixedPolicy(int replicas) implements ScalingPolicy {
    @Override
    public ScalingDecision decide(ScalingObservation seen) {
        return new ScalingDecision(replicas, 0, "always " + replicas);
    }
}
