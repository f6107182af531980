package io.edgeai.federated.privacy;

/** A sum of positive terms given by their logarithms, free of overflow. Not thread-safe. */
final class LogSum {
    private double largest = Double.NEGATIVE_INFINITY;
    private double scaled;

    void add(double log) {
        if (log == Double.NEGATIVE_INFINITY) {
            return;
        }
        if (log > largest) {
            scaled = scaled * Math.exp(largest - log) + 1;
            largest = log;
        } else {
            scaled += Math.exp(log - largest);
        }
    }

    /** Negative infinity where nothing was added. */
    double log() {
        return largest == Double.NEGATIVE_INFINITY ? largest : largest + Math.log(scaled);
    }
}
