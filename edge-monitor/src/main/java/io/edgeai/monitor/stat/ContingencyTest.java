package io.edgeai.monitor.stat;

import java.util.Random;

/** The chi-squared test of whether two rows of counts over the same levels come from one distribution. Stateless. */
public final class ContingencyTest {
    private static final int ENOUGH_EXCEEDANCES = 10;
    private static final double SMALL_EXPECTED = 5;

    private ContingencyTest() {}

    /** Σ (count − expected)² / expected over both rows and all levels that occur. */
    public static double statistic(int[] first, int[] second) {
        double n = sum(first);
        double m = sum(second);
        double statistic = 0;
        for (int i = 0; i < first.length; i++) {
            double level = (double) first[i] + second[i];
            if (level > 0) {
                double expected = level * n / (n + m);
                double off = first[i] - expected;
                statistic += off * off / expected + off * off / (level - expected);
            }
        }
        return statistic;
    }

    /**
     * The p-value: by the chi-squared limit where all expected counts are 5 or more, else by permutation, stopped after
     * 10 exceedances (Besag and Clifford, 1991) or {@code draws} draws. Rare and unseen levels are not merged.
     */
    public static double pValue(int[] first, int[] second, int draws, long seed) {
        double n = sum(first);
        double m = sum(second);
        double smallest = Double.MAX_VALUE;
        int levels = 0;
        for (int i = 0; i < first.length; i++) {
            int level = first[i] + second[i];
            if (level > 0) {
                levels++;
                smallest = Math.min(smallest, level * Math.min(n, m) / (n + m));
            }
        }
        if (levels < 2) {
            return 1;
        }
        double observed = statistic(first, second);
        return smallest >= SMALL_EXPECTED
                ? Distributions.chiSquaredUpper(observed, levels - 1)
                : permuted(first, second, observed, draws, new Random(seed));
    }

    private static double permuted(int[] first, int[] second, double observed, int draws, Random random) {
        int n = (int) sum(first);
        int[] pool = pool(first, second, n + (int) sum(second));
        int[] one = new int[first.length];
        int[] other = new int[first.length];
        int exceeded = 0;
        for (int draw = 1; draw <= draws; draw++) {
            for (int i = 0; i < first.length; i++) {
                one[i] = 0;
                other[i] = first[i] + second[i];
            }
            for (int i = 0; i < n; i++) {
                int j = i + random.nextInt(pool.length - i);
                int taken = pool[j];
                pool[j] = pool[i];
                pool[i] = taken;
                one[taken]++;
                other[taken]--;
            }
            if (statistic(one, other) >= observed - 1e-9) {
                exceeded++;
            }
            if (exceeded == ENOUGH_EXCEEDANCES) {
                return (double) exceeded / draw;
            }
        }
        return (exceeded + 1.0) / (draws + 1.0);
    }

    private static int[] pool(int[] first, int[] second, int total) {
        int[] pool = new int[total];
        int at = 0;
        for (int i = 0; i < first.length; i++) {
            for (int k = first[i] + second[i]; k > 0; k--) {
                pool[at++] = i;
            }
        }
        return pool;
    }

    private static double sum(int[] counts) {
        double sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }
}
