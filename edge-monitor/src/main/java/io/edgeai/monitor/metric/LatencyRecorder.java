package io.edgeai.monitor.metric;

import io.edgeai.core.spi.InferenceListener;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the inferences of one version on the threads that run them. {@link #success} and {@link #failure} are one
 * atomic increment each, in a stripe chosen by thread, without lock, wait or allocation; the latencies of failures are
 * not part of the latency distribution. Thread-safe.
 *
 * <p>Counts only ever grow (modulo 2^32 per bin), so a {@link Snapshot} may be taken at any time and the difference of
 * two snapshots holds every record made in between exactly once. A stripe takes 18 KB; there are as many stripes as
 * processors, rounded up to a power of two, at most 16. What is told of runs and waiting takes another 56 KB from the first
 * time on.
 */
public final class LatencyRecorder implements InferenceListener, CallCounter {
    static final int ERRORS = LatencyBins.COUNT;
    private static final int PADDING = 16;
    private static final int MAX_STRIPES = 16;

    private final AtomicIntegerArray[] stripes;
    private final int mask;
    private final BiConsumer<float[], float[]> samples;
    private final Object making = new Object();
    private volatile @Nullable RunCounts runs;

    /** A recorder that drops offered samples. */
    public LatencyRecorder() {
        this((input, output) -> {});
    }

    /** @param samples takes each offered pair of input and output on the caller's thread; must not block */
    public LatencyRecorder(BiConsumer<float[], float[]> samples) {
        int processors = Math.min(MAX_STRIPES, Runtime.getRuntime().availableProcessors());
        int count = processors == 1 ? 1 : Integer.highestOneBit(processors - 1) << 1;
        this.stripes = new AtomicIntegerArray[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new AtomicIntegerArray(LatencyBins.COUNT + 1 + PADDING);
        }
        this.mask = count - 1;
        this.samples = samples;
    }

    @Override
    public void success(long latencyNanos) {
        stripe().getAndIncrement(LatencyBins.indexOf(latencyNanos));
    }

    @Override
    public void success(long latencyNanos, long waitedNanos) {
        success(latencyNanos);
        runs().waited(latencyNanos, waitedNanos);
    }

    @Override
    public void ran(int requests, long nanos) {
        runs().ran(requests, nanos);
    }

    @Override
    public void failure(long latencyNanos, Throwable error) {
        stripe().getAndIncrement(ERRORS);
    }

    @Override
    public void sample(float[] input, float[] output) {
        samples.accept(input, output);
    }

    private RunCounts runs() {
        RunCounts known = runs;
        if (known == null) {
            synchronized (making) {
                known = runs;
                if (known == null) {
                    known = new RunCounts();
                    runs = known;
                }
            }
        }
        return known;
    }

    @Override
    public Snapshot snapshot() {
        RunCounts known = runs;
        RunCounts.Snapshot told = known == null ? null : known.snapshot();
        int[] sum = new int[LatencyBins.COUNT + 1];
        for (AtomicIntegerArray stripe : stripes) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += stripe.get(i);
            }
        }
        return new Snapshot(sum, told);
    }

    private AtomicIntegerArray stripe() {
        return stripes[(int) Thread.currentThread().getId() & mask];
    }

    /** Cumulative counts at one moment. Immutable. */
    public static final class Snapshot {
        /** Nothing recorded. */
        public static final Snapshot EMPTY = new Snapshot(new int[LatencyBins.COUNT + 1], null);

        private final int[] counts;
        private final RunCounts.@Nullable Snapshot told;

        private Snapshot(int[] counts, RunCounts.@Nullable Snapshot told) {
            this.counts = counts;
            this.told = told;
        }

        /** The counts of both. */
        public Snapshot plus(Snapshot other) {
            int[] sum = counts.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += other.counts[i];
            }
            return new Snapshot(sum, told == null && other.told == null ? null : told().plus(other.told()));
        }

        /** The runs after {@code earlier} and up to this snapshot, as {@link #since}. */
        public RunHistogram runsSince(Snapshot earlier) {
            return new RunHistogram(since(earlier), told().since(earlier.told()));
        }

        private RunCounts.Snapshot told() {
            return told == null ? RunCounts.Snapshot.NONE : told;
        }

        /** What was recorded after {@code earlier} and up to this snapshot; fewer than 2^31 records per bin. */
        public LatencyHistogram since(Snapshot earlier) {
            int[] delta = new int[counts.length];
            for (int i = 0; i < delta.length; i++) {
                delta[i] = counts[i] - earlier.counts[i];
            }
            return new LatencyHistogram(delta);
        }
    }
}
