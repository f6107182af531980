package io.edgeai.placement.autoscale;

import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import io.edgeai.placement.cost.Queueing;

/**
 * How many replicas an M/G/c queue needs so that answers are late seldom enough. Half of the allowed share is left to
 * requests that take long by themselves, half to those that wait: with {@code q} the service time's quantile at
 * {@code 1 − share/2} (lognormal), the fewest replicas with {@code P(wait > slo − q) ≤ share/2}. Pure functions.
 */
public final class Staffing {
    private Staffing() {}

    /**
     * The fewest replicas, at most {@code most}.
     *
     * @param rate requests a second
     * @param slo longest answer time in seconds
     * @param share of requests that may be late
     */
    public static int replicas(double rate, Variant variant, double slo, double share, int most) {
        if (!(rate > 0)) {
            return 0;
        }
        double patience = Math.max(0, slo - serviceQuantile(variant, 1 - share / 2));
        int high = (int) Math.min(most, Math.ceil(rate * variant.serviceSeconds()) + 1);
        int low = Math.max(1, (int) Math.min(most, Math.floor(rate * variant.serviceSeconds())));
        while (high < most && late(rate, variant, high, patience) > share / 2) {
            low = high;
            high = (int) Math.min(
                    most,
                    2L * (high - (long) (rate * variant.serviceSeconds())) + (long) (rate * variant.serviceSeconds()));
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (late(rate, variant, middle, patience) > share / 2) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The chance that a request waits longer than that many seconds. */
    public static double late(double rate, Variant variant, int replicas, double patience) {
        double millis = variant.serviceSeconds() * 1e3;
        double waits = Queueing.waitProbability(rate, millis, replicas);
        if (waits >= 1) {
            return 1;
        }
        double drain = 2 * (replicas / variant.serviceSeconds() - rate) / (1 + variant.scv());
        return waits * Math.exp(-drain * patience);
    }

    /** The quantile of a lognormal time with the variant's mean and variation. */
    static double serviceQuantile(Variant variant, double quantile) {
        double variance = Math.log1p(variant.scv());
        return variant.serviceSeconds() * Math.exp(Math.sqrt(variance) * Normal.quantile(quantile) - variance / 2);
    }
}
