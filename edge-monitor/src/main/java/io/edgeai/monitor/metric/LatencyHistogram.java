package io.edgeai.monitor.metric;

import io.edgeai.core.error.InvalidInputException;

/** What was recorded in one span of time: latencies of the successes, and how many calls failed. Immutable. */
public final class LatencyHistogram {
    private final int[] counts;
    private final long successes;

    LatencyHistogram(int[] counts) {
        this.counts = counts;
        long sum = 0;
        for (int i = 0; i < LatencyBins.COUNT; i++) {
            sum += counts[i];
        }
        this.successes = sum;
    }

    public long successes() {
        return successes;
    }

    int count(int bin) {
        return counts[bin];
    }

    /** Mean of the successes in nanoseconds, at most 1/256 off; NaN without any. */
    public double mean() {
        double sum = 0;
        for (int i = 0; i < LatencyBins.COUNT; i++) {
            if (counts[i] != 0) {
                sum += counts[i] * (LatencyBins.lower(i) + (LatencyBins.width(i) - 1) * 0.5);
            }
        }
        return successes == 0 ? Double.NaN : sum / successes;
    }

    public long errors() {
        return counts[LatencyRecorder.ERRORS];
    }

    /**
     * The latency below which a share {@code q} of the successes lies, in nanoseconds, interpolated inside its bin: at
     * most 1/128 away from the exact order statistic. NaN without successes.
     *
     * @param q 0 to 1
     */
    public double quantile(double q) {
        if (!(q >= 0 && q <= 1)) {
            throw new InvalidInputException("Quantile (" + q + ") is not in 0 to 1. Maybe use 0.99 for 99 %.");
        }
        double rank = Math.max(1, Math.ceil(q * successes));
        double below = 0;
        for (int i = 0; i < LatencyBins.COUNT; i++) {
            if (counts[i] != 0 && below + counts[i] >= rank) {
                return LatencyBins.lower(i) + (LatencyBins.width(i) - 1) * ((rank - below - 0.5) / counts[i]);
            }
            below += counts[i];
        }
        return Double.NaN;
    }

    /** Successes in bins that begin below so many nanoseconds: at most 1/128 more than asked count; exact at a power of two below 2^42. */
    public long below(long nanos) {
        long sum = 0;
        for (int i = 0; i < LatencyBins.COUNT && LatencyBins.lower(i) < nanos; i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** Upper edge of the highest bin in use, in nanoseconds: at most 1/128 above the exact maximum. NaN if empty. */
    public double max() {
        for (int i = LatencyBins.COUNT - 1; i >= 0; i--) {
            if (counts[i] != 0) {
                return LatencyBins.lower(i) + LatencyBins.width(i) - 1.0;
            }
        }
        return Double.NaN;
    }
}
