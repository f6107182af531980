package io.edgeai.samples.bench;

import java.util.Arrays;

/** Durations in nanoseconds, kept exactly up to a bound; beyond it every second one is dropped. Not thread-safe. */
final class Latencies {
    private static final int MOST = 1 << 20;

    private long[] nanos = new long[1024];
    private int size;
    private int stride = 1;
    private int skipped;

    void add(long duration) {
        if (++skipped < stride) {
            return;
        }
        skipped = 0;
        if (size == MOST) {
            for (int i = 0; i < MOST / 2; i++) {
                nanos[i] = nanos[2 * i];
            }
            size = MOST / 2;
            stride *= 2;
        }
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = duration;
    }

    int size() {
        return size;
    }

    /** Takes over what another one kept. */
    void addAll(Latencies other) {
        for (int i = 0; i < other.size; i++) {
            add(other.nanos[i]);
        }
    }

    /** The nearest-rank percentiles, e.g. of 0.5 the median; NaN without durations. */
    double[] percentiles(double... shares) {
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return Arrays.stream(shares)
                .map(share -> size == 0 ? Double.NaN : sorted[Math.max(0, (int) Math.ceil(share * size) - 1)])
                .toArray();
    }
}
