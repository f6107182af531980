package io.edgeai.monitor.drift;

import io.edgeai.monitor.stat.AndersonDarling;
import io.edgeai.monitor.stat.Distances;
import io.edgeai.monitor.stat.KolmogorovSmirnov;
import io.edgeai.monitor.stat.PValues;
import io.edgeai.monitor.stat.RankTests;
import java.util.Random;

/** The test of one column of numbers, with ties broken at random so that each rank test keeps its exact null. */
final class NumericTest {
    static final int MIN_VALUES = 30;
    private static final double[] WEIGHTS = {0.6, 0.2, 0.1, 0.1};
    private static final double TAIL_SHARE = 0.015;
    private static final int MIN_TAIL = 6;

    private NumericTest() {}

    static ColumnDrift compare(Column reference, Column current, long seed) {
        double[] before = reference.sorted();
        double[] now = current.sorted();
        boolean enough = before.length >= MIN_VALUES && now.length >= MIN_VALUES;
        double distance = enough ? KolmogorovSmirnov.distance(before, now) : Double.NaN;
        return new ColumnDrift(
                reference.name(),
                false,
                before.length,
                now.length,
                enough ? pValue(before, now, seed) : Double.NaN,
                Double.NaN,
                false,
                distance,
                enough ? KolmogorovSmirnov.pValue(distance, before.length, now.length) : Double.NaN,
                enough ? StabilityIndex.ofNumbers(before, now) : Double.NaN,
                enough ? medianShift(before, now) : Double.NaN,
                enough ? logSpreadRatio(before, now) : Double.NaN,
                enough ? effects(before, now) : EffectSizes.NONE);
    }

    private static EffectSizes effects(double[] before, double[] now) {
        Histogram bins = new Histogram(before);
        PooledSample pool = PooledSample.of(before, now);
        double moved = Distances.wasserstein(pool.values(), pool.fromFirst());
        double spread = deviation(before);
        return new EffectSizes(
                moved == 0 ? 0 : spread == 0 ? Double.NaN : moved / spread,
                Distances.jensenShannon(bins.count(before), bins.count(now)),
                Double.NaN,
                EffectSizes.minimumDetectable(before.length, now.length));
    }

    static double pValue(double[] before, double[] now, long seed) {
        boolean[] fromNow = pooledOrder(before, now, new Random(seed));
        int tail = Math.max(MIN_TAIL, (int) Math.ceil(TAIL_SHARE * fromNow.length));
        double[] p = {
            AndersonDarling.pValue(AndersonDarling.statistic(fromNow)),
            RankTests.mood(fromNow),
            RankTests.tail(fromNow, tail, false),
            RankTests.tail(fromNow, tail, true)
        };
        return PValues.cauchy(p, WEIGHTS);
    }

    /** Merges two sorted samples; inside a run of equal values the order is random. */
    private static boolean[] pooledOrder(double[] before, double[] now, Random random) {
        boolean[] order = new boolean[before.length + now.length];
        int i = 0;
        int j = 0;
        while (i < before.length || j < now.length) {
            double value = j == now.length || (i < before.length && before[i] <= now[j]) ? before[i] : now[j];
            int olds = i;
            int news = j;
            while (i < before.length && before[i] <= value) {
                i++;
            }
            while (j < now.length && now[j] <= value) {
                j++;
            }
            shuffleRun(order, olds + news, i - olds, j - news, random);
        }
        return order;
    }

    private static void shuffleRun(boolean[] order, int at, int olds, int news, Random random) {
        int left = news;
        for (int k = 0; k < olds + news; k++) {
            boolean isNew = left > 0 && (left == olds + news - k || random.nextInt(olds + news - k) < left);
            order[at + k] = isNew;
            left -= isNew ? 1 : 0;
        }
    }

    private static double medianShift(double[] before, double[] now) {
        double range = quantile(before, 0.75) - quantile(before, 0.25);
        double shift = quantile(now, 0.5) - quantile(before, 0.5);
        return shift == 0 ? 0 : range == 0 ? Double.NaN : shift / range;
    }

    private static double logSpreadRatio(double[] before, double[] now) {
        double old = deviation(before);
        double fresh = deviation(now);
        return old == fresh ? 0 : old == 0 || fresh == 0 ? Double.NaN : Math.log(fresh / old);
    }

    private static double deviation(double[] values) {
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double off = values[i] - mean;
            mean += off / (i + 1);
            squares += off * (values[i] - mean);
        }
        return Math.sqrt(squares / (values.length - 1));
    }

    static double quantile(double[] sorted, double q) {
        double place = q * (sorted.length - 1);
        int low = (int) place;
        int high = Math.min(sorted.length - 1, low + 1);
        return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    }
}
