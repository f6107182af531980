package io.edgeai.placement.autoscale;

/**
 * Decides at regular times. Stateful, one instance for each service; not thread-safe.
 */
@FunctionalInterface
public interface ScalingPolicy {
    /** Decides from what was seen since the call before. */
    ScalingDecision decide(ScalingObservation seen);
}
