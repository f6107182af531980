package io.edgeai.monitor.stat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Combines and corrects p-values. Stateless. */
public final class PValues {
    private static final double LOWEST = 1e-15;
    private static final double HIGHEST = 0.98;

    private PValues() {}

    /**
     * The Cauchy combination of dependent p-values (Liu and Xie, 2020), each clipped to 1e-15 … 0.98 so that a discrete
     * test with p = 1 does not outweigh the rest.
     *
     * @param weights sum to 1
     */
    public static double cauchy(double[] p, double[] weights) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double clipped = Math.min(HIGHEST, Math.max(LOWEST, p[i]));
            sum += weights[i] * (clipped < 1e-8 ? 1 / (Math.PI * clipped) : Math.tan((0.5 - clipped) * Math.PI));
        }
        return sum > 1e8 ? 1 / (Math.PI * sum) : 0.5 - Math.atan(sum) / Math.PI;
    }

    /** Adjusted p-values that control the false discovery rate (Benjamini and Hochberg, 1995), in the given order. */
    public static double[] benjaminiHochberg(double[] p) {
        int n = p.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = Arrays.copyOf(p, n);
        double smallest = 1;
        for (int rank = n; rank >= 1; rank--) {
            int i = order[rank - 1];
            smallest = Math.min(smallest, p[i] * n / rank);
            adjusted[i] = smallest;
        }
        return adjusted;
    }
}
