package io.edgeai.monitor.trend;

import java.util.Arrays;

/**
 * Half-widths of intervals from errors that were really made (split conformal prediction): for each horizon the
 * finite-sample quantile of the absolute errors at that horizon and two on each side, a tenth wider for the weights
 * having been chosen on the same errors. Where fewer than 19 errors lie so near, more horizons are pooled; beyond the
 * longest rehearsed horizon the last width grows with the square root.
 */
final class ConformalBand {
    private static final int NEIGHBOURS = 2;
    private static final int ENOUGH = 19;
    private static final double ALLOWANCE = 1.10;

    private ConformalBand() {}

    static double[] halfWidths(double[][] errors, int horizon, double coverage) {
        int rehearsed = Arrays.stream(errors).mapToInt(e -> e.length).max().orElse(0);
        double[] widths = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            widths[h] = h < rehearsed
                    ? ALLOWANCE * quantile(pool(errors, h, rehearsed), coverage)
                    : widths[rehearsed - 1] * Math.sqrt((h + 1.0) / rehearsed);
        }
        return widths;
    }

    private static double[] pool(double[][] errors, int h, int rehearsed) {
        double[] pooled = {};
        for (int reach = NEIGHBOURS; reach == NEIGHBOURS || (pooled.length < ENOUGH && reach <= rehearsed); reach++) {
            double[] found = new double[errors.length * (2 * reach + 1)];
            int count = 0;
            for (double[] path : errors) {
                for (int i = Math.max(0, h - reach); i <= Math.min(path.length - 1, h + reach); i++) {
                    found[count++] = Math.abs(path[i]);
                }
            }
            pooled = Arrays.copyOf(found, count);
        }
        return pooled;
    }

    private static double quantile(double[] sizes, double coverage) {
        Arrays.sort(sizes);
        int rank = (int) Math.ceil(coverage * (sizes.length + 1));
        return sizes[Math.min(sizes.length, rank) - 1];
    }
}
