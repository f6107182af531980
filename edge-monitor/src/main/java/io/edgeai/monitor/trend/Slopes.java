package io.edgeai.monitor.trend;

import java.util.Arrays;

/** The slopes between all pairs of points, sorted, with Kendall's statistic and its variance for independent values. */
final class Slopes {
    private final double[] sorted;
    private final long kendall;
    private final double variance;

    private Slopes(double[] sorted, long kendall, double variance) {
        this.sorted = sorted;
        this.kendall = kendall;
        this.variance = variance;
    }

    static Slopes of(Points points) {
        int n = points.size();
        double[] slopes = new double[n * (n - 1) / 2];
        int at = 0;
        long kendall = 0;
        for (int j = 1; j < n; j++) {
            for (int i = 0; i < j; i++) {
                double rise = points.value(j) - points.value(i);
                slopes[at++] = rise / (points.time(j) - points.time(i));
                kendall += rise > 0 ? 1 : rise < 0 ? -1 : 0;
            }
        }
        Arrays.sort(slopes);
        return new Slopes(slopes, kendall, variance(points));
    }

    /** n(n−1)(2n+5)/18, less the same of each group of ties. */
    private static double variance(Points points) {
        int n = points.size();
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = points.value(i);
        }
        Arrays.sort(values);
        double variance = term(n);
        int run = 1;
        for (int i = 1; i <= n; i++) {
            if (i < n && values[i] == values[i - 1]) {
                run++;
            } else {
                variance -= term(run);
                run = 1;
            }
        }
        return variance;
    }

    private static double term(double n) {
        return n * (n - 1) * (2 * n + 5) / 18;
    }

    /** Rising pairs less falling ones. */
    long kendall() {
        return kendall;
    }

    double variance() {
        return variance;
    }

    double tau() {
        return (double) kendall / sorted.length;
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The slope this many units of Kendall's statistic from the middle (Sen 1968). */
    double ranked(double offset) {
        long place = Math.round((sorted.length - 1 + offset) / 2);
        return sorted[(int) Math.max(0, Math.min(sorted.length - 1, place))];
    }
}
