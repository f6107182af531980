package io.edgeai.placement.autoscale.replay;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;

/** Requests counted in bins of one length. Immutable. */
public final class Trace {
    private final double binSeconds;
    private final double[] counts;

    private Trace(double binSeconds, double[] counts) {
        this.binSeconds = binSeconds;
        this.counts = counts;
    }

    /** @throws InvalidInputException where a bin has no length, or a count is negative or no number */
    public static Trace of(double binSeconds, double... counts) {
        if (!(binSeconds > 0 && binSeconds < 1e9) || counts.length == 0) {
            throw new InvalidInputException(
                    "A trace of (" + counts.length + ") bins of (" + binSeconds + ") seconds has no time in it.");
        }
        for (int i = 0; i < counts.length; i++) {
            if (!(counts[i] >= 0 && counts[i] < 1e15)) {
                throw new InvalidInputException("Bin (" + i + ") of the trace holds (" + counts[i] + ") requests.");
            }
        }
        return new Trace(binSeconds, counts.clone());
    }

    public int bins() {
        return counts.length;
    }

    public double binSeconds() {
        return binSeconds;
    }

    public double seconds() {
        return binSeconds * counts.length;
    }

    public double count(int bin) {
        return counts[bin];
    }

    /** Requests a second in the bin at that time; 0 outside of the trace. */
    public double rate(double seconds) {
        int bin = (int) Math.floor(seconds / binSeconds);
        return bin >= 0 && bin < counts.length ? counts[bin] / binSeconds : 0;
    }

    public double peakRate() {
        return Arrays.stream(counts).max().orElse(0) / binSeconds;
    }

    public double total() {
        return Arrays.stream(counts).sum();
    }

    /** Every count times a factor: a service for a share of the clients. */
    public Trace scaled(double factor) {
        return of(binSeconds, Arrays.stream(counts).map(count -> count * factor).toArray());
    }

    /** Bins from one index up to before another. */
    public Trace part(int from, int to) {
        if (from < 0 || to > counts.length || from >= to) {
            throw new InvalidInputException(
                    "Bins (" + from + ") to (" + to + ") are no part of a trace of (" + counts.length + ").");
        }
        return new Trace(binSeconds, Arrays.copyOfRange(counts, from, to));
    }
}
