package io.edgeai.monitor.trend;

import java.util.SortedSet;
import java.util.TreeSet;

/** Which earlier values autoregressions look at: the last ones, and those around whole periods before. */
final class LagSets {
    private static final int DENSE = 48;

    private final int[] periods;
    private final int longest;

    /**
     * @param periods ascending, maybe none
     * @param longest lag that may be used
     */
    LagSets(int[] periods, int longest) {
        this.periods = periods.clone();
        this.longest = longest;
    }

    /** The last three, each period and its neighbours, and whole short periods up to the long one. */
    int[] usual() {
        TreeSet<Integer> lags = new TreeSet<>();
        around(lags, 2, 1);
        lags.add(3);
        for (int period : periods) {
            around(lags, period, 1);
        }
        if (periods.length > 0) {
            around(lags, 2 * periods[0], 1);
            wholePeriods(lags, 3);
        }
        return kept(lags);
    }

    /** The last two, and each period and the lag after it. */
    int[] few() {
        TreeSet<Integer> lags = new TreeSet<>();
        lags.add(1);
        lags.add(2);
        for (int period : periods) {
            lags.add(period);
            lags.add(period + 1);
        }
        if (periods.length > 0) {
            lags.add(2 * periods[0]);
        }
        return kept(lags);
    }

    /** The last four, each period with two neighbours, and a long and a short period together. */
    int[] wide() {
        TreeSet<Integer> lags = new TreeSet<>();
        around(lags, 3, 2);
        lags.remove(5);
        for (int period : periods) {
            around(lags, period, 2);
        }
        if (periods.length > 0) {
            wholePeriods(lags, 2);
        }
        if (periods.length > 1) {
            around(lags, periods[periods.length - 1] + periods[0], 1);
        }
        return kept(lags);
    }

    /** Two short periods without a gap (at most 48), and those of {@link #usual} beyond. */
    int[] dense() {
        TreeSet<Integer> lags = new TreeSet<>();
        int dense = periods.length == 0 ? 12 : Math.min(DENSE, 2 * periods[0]);
        for (int lag = 1; lag <= dense; lag++) {
            lags.add(lag);
        }
        for (int period : periods) {
            around(lags, period, 2);
        }
        if (periods.length > 0) {
            around(lags, 3 * periods[0], 1);
            around(lags, 4 * periods[0], 1);
            wholePeriods(lags, 5);
        }
        return kept(lags);
    }

    private void wholePeriods(SortedSet<Integer> lags, int from) {
        int most = periods.length > 1 ? periods[periods.length - 1] : 4 * periods[0];
        for (int k = from; k <= 6 && k * periods[0] < most; k++) {
            lags.add(k * periods[0]);
        }
    }

    private static void around(SortedSet<Integer> lags, int centre, int reach) {
        for (int lag = centre - reach; lag <= centre + reach; lag++) {
            lags.add(lag);
        }
    }

    private int[] kept(SortedSet<Integer> lags) {
        return lags.stream()
                .mapToInt(Integer::intValue)
                .filter(lag -> lag >= 1 && lag <= longest)
                .toArray();
    }
}
