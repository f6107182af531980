package io.edgeai.placement.autoscale;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is known of a service before it runs. A replica serves one request at a time.
 *
 * @param variants the preferred one first, each later one faster than the first
 * @param slo longest answer time, waiting included
 * @param violations share of requests that may take longer, above 0 and below 1
 * @param coldStart time from asking for a replica until it serves
 * @param minReplicas never fewer; 0 lets an idle service vanish, and holds requests that wake it
 * @param maxReplicas never more
 */
public record ServiceProfile(
        List<Variant> variants,
        Duration slo,
        double violations,
        ColdStart coldStart,
        int minReplicas,
        int maxReplicas) {
    /**
     * One of several models that answer the same requests.
     *
     * @param name unique within the service
     * @param serviceSeconds mean time of one request on one replica
     * @param scv squared coefficient of variation of that time: 0 constant, 1 exponential
     * @param accuracy share of right answers, 0 to 1
     */
    public record Variant(String name, double serviceSeconds, double scv, double accuracy) {
        public Variant {
            if (name.isBlank()
                    || !positive(serviceSeconds)
                    || !(scv >= 0 && scv < 100)
                    || !(accuracy >= 0 && accuracy <= 1)) {
                throw new InvalidInputException("Variant (" + name + ") with (" + serviceSeconds
                        + ") seconds, variation (" + scv + ") and accuracy (" + accuracy
                        + ") needs a name, a positive time, a variation from 0 to 100 and an accuracy from 0 to 1.");
            }
        }
    }

    /**
     * A lognormal law of cold starts.
     *
     * @param medianSeconds half of them are shorter
     * @param p95Seconds 95 % of them are shorter; at least the median
     */
    public record ColdStart(double medianSeconds, double p95Seconds) {
        /** The standard normal's 95 % quantile. */
        private static final double Z95 = 1.6448536269514722;

        public ColdStart {
            if (!positive(medianSeconds) || !(p95Seconds >= medianSeconds && p95Seconds < 1e6)) {
                throw new InvalidInputException("Cold start of (" + medianSeconds + ") seconds at the median and ("
                        + p95Seconds + ") at 95 % must be positive and rising.");
            }
        }

        /** The cold start that belongs to a standard normal number. */
        public double seconds(double normal) {
            return medianSeconds * Math.exp(Math.log(p95Seconds / medianSeconds) / Z95 * normal);
        }
    }

    public ServiceProfile {
        variants = List.copyOf(variants);
        List<String> problems = new ArrayList<>();
        if (variants.isEmpty()) {
            problems.add("it has no variants");
        }
        Set<String> names = new HashSet<>();
        for (Variant variant : variants) {
            if (!names.add(variant.name())) {
                problems.add("two variants are named (" + variant.name() + ")");
            }
            if (variant.serviceSeconds() > variants.get(0).serviceSeconds()) {
                problems.add("variant (" + variant.name() + ") is slower than the first");
            }
        }
        if (slo.isNegative() || slo.isZero()) {
            problems.add("its SLO (" + slo + ") is not positive");
        } else if (!variants.isEmpty() && seconds(slo) < variants.get(0).serviceSeconds()) {
            problems.add("its SLO (" + slo + ") is shorter than a request takes ("
                    + variants.get(0).serviceSeconds() + " s)");
        }
        if (!(violations > 0 && violations < 1)) {
            problems.add("its violations (" + violations + ") are not between 0 and 1");
        }
        if (minReplicas < 0 || maxReplicas < 1 || minReplicas > maxReplicas) {
            problems.add("replicas from (" + minReplicas + ") to (" + maxReplicas + ") are no range");
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException("Service: " + String.join("; ", problems) + ".");
        }
    }

    /** One variant, 1 % violations, cold starts of 10 s (20 s at 95 %), 1 to 1,000 replicas. */
    public static ServiceProfile of(Duration serviceTime, Duration slo) {
        return new ServiceProfile(
                List.of(new Variant("default", seconds(serviceTime), 0.25, 1)),
                slo,
                0.01,
                new ColdStart(10, 20),
                1,
                1000);
    }

    public ServiceProfile variants(List<Variant> preferredFirst) {
        return new ServiceProfile(preferredFirst, slo, violations, coldStart, minReplicas, maxReplicas);
    }

    public ServiceProfile violations(double share) {
        return new ServiceProfile(variants, slo, share, coldStart, minReplicas, maxReplicas);
    }

    public ServiceProfile coldStart(double medianSeconds, double p95Seconds) {
        return new ServiceProfile(
                variants, slo, violations, new ColdStart(medianSeconds, p95Seconds), minReplicas, maxReplicas);
    }

    public ServiceProfile replicas(int min, int max) {
        return new ServiceProfile(variants, slo, violations, coldStart, min, max);
    }

    public double sloSeconds() {
        return seconds(slo);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static boolean positive(double value) {
        return value > 0 && value < 1e9;
    }
}
