package io.edgeai.monitor.drift;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Counts of numbers between the deciles of a sample. */
final class Histogram {
    private static final int BINS = 10;

    private final double[] edges;

    /** @param sorted the sample, ascending */
    Histogram(double[] sorted) {
        this.edges = IntStream.range(1, BINS)
                .mapToDouble(i -> NumericTest.quantile(sorted, (double) i / BINS))
                .distinct()
                .toArray();
    }

    int[] count(double[] values) {
        int[] counts = new int[edges.length + 1];
        for (double value : values) {
            counts[bin(value)]++;
        }
        return counts;
    }

    int bins() {
        return edges.length + 1;
    }

    /** How many edges lie below the value. */
    int bin(double value) {
        int place = Arrays.binarySearch(edges, value);
        return place >= 0 ? place : -place - 1;
    }
}
