package io.edgeai.placement.autoscale;

import java.util.List;

/**
 * What was seen since the observation before.
 *
 * @param seconds time since the start, rising
 * @param arrivals requests that came
 * @param completions requests that were answered
 * @param serviceSeconds sum of their times on a replica, waiting not included
 * @param serviceSquares sum of the squares of those times
 * @param concurrencySeconds integral of the requests in the house, waiting ones included
 * @param busySeconds integral of the replicas at work
 * @param waiting requests that wait now
 * @param busy replicas at work now
 * @param ready replicas that serve or could
 * @param starting replicas on their way
 * @param variant index of the variant that new requests get
 * @param coldStarts times of the cold starts that ended, in seconds
 */
public record ScalingObservation(
        double seconds,
        long arrivals,
        long completions,
        double serviceSeconds,
        double serviceSquares,
        double concurrencySeconds,
        double busySeconds,
        int waiting,
        int busy,
        int ready,
        int starting,
        int variant,
        List<Double> coldStarts) {
    public ScalingObservation {
        coldStarts = List.copyOf(coldStarts);
    }
}
