package io.edgeai.placement.autoscale.replay;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Times of a trace's requests: each bin's count, rounded up or down at random to keep fractions, at independent uniform
 * times within the bin, which is a Poisson process given its counts. Not thread-safe.
 */
final class ArrivalTimes {
    private final Trace trace;
    private final SplittableRandom random;
    private int bin = -1;
    private double[] times = {};
    private int next;

    ArrivalTimes(Trace trace, long seed) {
        this.trace = trace;
        this.random = new SplittableRandom(seed);
    }

    /** The next request's time in seconds; infinite after the last one. */
    double next() {
        while (next == times.length) {
            if (++bin == trace.bins()) {
                bin--;
                return Double.POSITIVE_INFINITY;
            }
            fill();
        }
        return times[next++];
    }

    private void fill() {
        double count = trace.count(bin);
        times = new double[(int) (Math.floor(count) + (random.nextDouble() < count - Math.floor(count) ? 1 : 0))];
        for (int i = 0; i < times.length; i++) {
            times[i] = (bin + random.nextDouble()) * trace.binSeconds();
        }
        Arrays.sort(times);
        next = 0;
    }
}
