package io.edgeai.placement.autoscale;

import io.edgeai.placement.autoscale.ServiceProfile.Variant;

/**
 * Mean and variation of a variant's service time: what the profile says, as if from 50 requests, and what was seen,
 * where older requests fade with a half-life of about 700. Not thread-safe.
 */
final class ServiceTimes {
    private static final double PRIOR = 50;
    private static final double LONGEST_MEMORY = 1000;

    private final Variant told;
    private double count = PRIOR;
    private double mean;
    private double square;

    ServiceTimes(Variant told) {
        this.told = told;
        this.mean = told.serviceSeconds();
        this.square = mean * mean * (1 + told.scv());
    }

    void add(long completions, double sum, double squares) {
        if (completions > 0) {
            count += completions;
            double weight = Math.min(1, completions / Math.min(count, LONGEST_MEMORY + completions));
            mean += weight * (sum / completions - mean);
            square += weight * (squares / completions - square);
        }
    }

    /** The variant with the times as they are now known. */
    Variant known() {
        double scv = Math.min(99, Math.max(0, square / (mean * mean) - 1));
        return new Variant(told.name(), mean, scv, told.accuracy());
    }
}
