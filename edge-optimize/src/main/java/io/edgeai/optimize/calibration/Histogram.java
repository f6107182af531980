package io.edgeai.optimize.calibration;

import java.nio.FloatBuffer;

/** Counts of values in equal bins of a fixed range and zero; what lies outside counts at the edges. Not thread-safe. */
final class Histogram {
    private final ValueRange range;
    private final long[] counts;

    Histogram(ValueRange range, int bins) {
        this.range = range.union(new ValueRange(0, 0));
        this.counts = new long[bins];
    }

    void add(FloatBuffer values) {
        double perBin = counts.length / Math.max(Float.MIN_NORMAL, (double) range.high() - range.low());
        int last = counts.length - 1;
        for (int i = 0; i < values.limit(); i++) {
            int bin = (int) ((values.get(i) - range.low()) * perBin);
            counts[Math.max(0, Math.min(last, bin))]++;
        }
    }

    ValueRange range() {
        return range;
    }

    long[] counts() {
        return counts;
    }
}
