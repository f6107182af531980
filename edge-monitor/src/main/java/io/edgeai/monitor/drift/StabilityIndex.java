package io.edgeai.monitor.drift;

import java.util.Arrays;

/** The population stability index, Σ (now − before)·ln(now / before) over bins, half a count added to each bin. */
final class StabilityIndex {
    private StabilityIndex() {}

    /** Over the deciles of the sorted reference. */
    static double ofNumbers(double[] before, double[] now) {
        Histogram bins = new Histogram(before);
        return ofCounts(bins.count(before), bins.count(now));
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
}
