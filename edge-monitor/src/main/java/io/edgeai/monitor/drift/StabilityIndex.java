package io.edgeai.monitor.drift;

import java.util.Arrays;

/** The population stability index, Σ (now − before)·ln(now / before) over bins, half a count added to each bin. */
final class StabilityIndex {
    private static final int BINS = 10;

    private StabilityIndex() {}

    /** Over the deciles of the sorted reference. */
    static double ofNumbers(double[] before, double[] now) {
        double[] edges = new double[BINS - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = NumericTest.quantile(before, (i + 1.0) / BINS);
        }
        edges = Arrays.stream(edges).distinct().toArray();
        return ofCounts(count(before, edges), count(now, edges));
    }

    static double ofCounts(int[] before, int[] now) {
        double totalBefore = Arrays.stream(before).sum() + 0.5 * before.length;
        double totalNow = Arrays.stream(now).sum() + 0.5 * now.length;
        double index = 0;
        for (int i = 0; i < before.length; i++) {
            double p = (before[i] + 0.5) / totalBefore;
            double q = (now[i] + 0.5) / totalNow;
            index += (q - p) * Math.log(q / p);
        }
        return index;
    }

    private static int[] count(double[] values, double[] edges) {
        int[] counts = new int[edges.length + 1];
        for (double value : values) {
            int bin = 0;
            while (bin < edges.length && value > edges[bin]) {
                bin++;
            }
            counts[bin]++;
        }
        return counts;
    }
}
