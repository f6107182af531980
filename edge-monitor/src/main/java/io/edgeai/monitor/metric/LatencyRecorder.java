package io.edgeai.monitor.metric;

import io.edgeai.core.spi.InferenceListener;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;

/**
 * Counts the inferences of one version on the threads that run them. {@link #success} and {@link #failure} are one
 * atomic increment each, in a stripe chosen by thread, without lock, wait or allocation; the latencies of failures are
 * not part of the latency distribution. Thread-safe.
 *
 * <p>Counts only ever grow (modulo 2^32 per bin), so a {@link Snapshot} may be taken at any time and the difference of
 * two snapshots holds every record made in between exactly once. A stripe takes 18 KB; there are as many stripes as
 * processors, rounded up to a power of two, at most 16.
 */
public final class LatencyRecorder implements InferenceListener {
    static final int ERRORS = LatencyBins.COUNT;
    private static final int PADDING = 16;
    private static final int MAX_STRIPES = 16;

    private final AtomicIntegerArray[] stripes;
    private final int mask;
    private final BiConsumer<float[], float[]> samples;

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
    public void failure(long latencyNanos, Throwable error) {
        stripe().getAndIncrement(ERRORS);
    }

    @Override
    public void sample(float[] input, float[] output) {
        samples.accept(input, output);
    }

    /** Everything recorded so far. */
    public Snapshot snapshot() {
        int[] sum = new int[LatencyBins.COUNT + 1];
        for (AtomicIntegerArray stripe : stripes) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += stripe.get(i);
            }
        }
        return new Snapshot(sum);
    }

    private AtomicIntegerArray stripe() {
        return stripes[(int) Thread.currentThread().getId() & mask];
    }

    /** Cumulative counts at one moment. Immutable. */
    public static final class Snapshot {
        private final int[] counts;

        private Snapshot(int[] counts) {
            this.counts = counts;
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
