package io.edgeai.monitor.metric;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what the latency of an answer does not tell: how long requests waited, how long shared runs took and how many they
 * served. One set for all threads, 56 KB, since what is counted here waited or ran for others anyway. Thread-safe.
 */
final class RunCounts {
    private final AtomicIntegerArray waits = new AtomicIntegerArray(LatencyBins.COUNT);
    private final AtomicIntegerArray latencies = new AtomicIntegerArray(LatencyBins.COUNT);
    private final AtomicIntegerArray computes = new AtomicIntegerArray(LatencyBins.COUNT);
    private final AtomicIntegerArray sizes = new AtomicIntegerArray(BatchSizes.CLASSES);
    private final AtomicLong requests = new AtomicLong();

    void waited(long latencyNanos, long waitedNanos) {
        waits.getAndIncrement(LatencyBins.indexOf(waitedNanos));
        latencies.getAndIncrement(LatencyBins.indexOf(latencyNanos));
    }

    void ran(int size, long nanos) {
        computes.getAndIncrement(LatencyBins.indexOf(nanos));
        sizes.getAndIncrement(BatchSizes.classOf(size));
        requests.getAndAdd(size);
    }

    Snapshot snapshot() {
        return new Snapshot(copy(waits), copy(latencies), copy(computes), copy(sizes), requests.get());
    }

    private static int[] copy(AtomicIntegerArray from) {
        int[] counts = new int[from.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = from.get(i);
        }
        return counts;
    }

    /** Cumulative counts at one moment. Immutable. */
    static final class Snapshot {
        static final Snapshot NONE = new Snapshot(
                new int[LatencyBins.COUNT],
                new int[LatencyBins.COUNT],
                new int[LatencyBins.COUNT],
                new int[BatchSizes.CLASSES],
                0);

        final int[] waits;
        final int[] latencies;
        final int[] computes;
        final int[] sizes;
        final long requests;

        private Snapshot(int[] waits, int[] latencies, int[] computes, int[] sizes, long requests) {
            this.waits = waits;
            this.latencies = latencies;
            this.computes = computes;
            this.sizes = sizes;
            this.requests = requests;
        }

        Snapshot plus(Snapshot other) {
            return new Snapshot(
                    sum(waits, other.waits, 1),
                    sum(latencies, other.latencies, 1),
                    sum(computes, other.computes, 1),
                    sum(sizes, other.sizes, 1),
                    requests + other.requests);
        }

        Snapshot since(Snapshot earlier) {
            return new Snapshot(
                    sum(waits, earlier.waits, -1),
                    sum(latencies, earlier.latencies, -1),
                    sum(computes, earlier.computes, -1),
                    sum(sizes, earlier.sizes, -1),
                    requests - earlier.requests);
        }

        private static int[] sum(int[] one, int[] other, int sign) {
            int[] sum = one.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += sign * other[i];
            }
            return sum;
        }
    }
}
