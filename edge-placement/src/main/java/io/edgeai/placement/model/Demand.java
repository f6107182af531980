package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What clients ask of a workload.
 *
 * @param ratePerSecond requests per second of all replicas together
 * @param origins where they come from; empty means clients at the site itself
 * @param requestBytes bytes of one request and its answer together
 * @param latency bound on the latency at {@code quantile}; {@link #UNBOUNDED} sets none
 * @param quantile the quantile the bound speaks of, above 0 and below 1
 */
public record Demand(double ratePerSecond, List<Origin> origins, long requestBytes, Duration latency, double quantile) {
    /** Longer than any latency. */
    public static final Duration UNBOUNDED = Duration.ofDays(365);

    public Demand {
        Require.nonNegative("Rate", ratePerSecond);
        Require.nonNegative("Request bytes", requestBytes);
        origins = List.copyOf(origins);
        if (latency.isNegative() || latency.isZero()) {
            throw new InvalidInputException("Latency bound (" + latency + ") must be positive.");
        }
        if (!(quantile > 0 && quantile < 1)) {
            throw new InvalidInputException("Quantile (" + quantile + ") must lie between 0 and 1, both excluded.");
        }
        Set<String> names = new HashSet<>();
        for (Origin origin : origins) {
            if (!names.add(origin.name())) {
                throw new InvalidInputException("Origin (" + origin.name() + ") is given twice.");
            }
        }
    }

    /** The bound in milliseconds; infinite where there is none. */
    public double latencyMillis() {
        return latency.compareTo(UNBOUNDED) >= 0 ? Double.POSITIVE_INFINITY : latency.toNanos() / 1e6;
    }
}
