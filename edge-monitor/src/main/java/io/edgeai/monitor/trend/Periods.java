package io.edgeai.monitor.trend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the periods after which a series repeats, at most two, the longer a multiple of the shorter, such as a day and a
 * week. Candidates are peaks of the autocorrelation, and periods that are likely by the calendar. One is taken where its
 * cycles, freed of what moves more slowly, have so much in common as they have at one in a thousand random shifts of each
 * against the others, and where that is at least a fifth of their variance. At least four cycles must be there. Of a long
 * series the last 13 cycles count, or the last 8192 values. Stateless and thread-safe.
 */
public final class Periods {
    private static final List<Duration> CALENDAR = List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));
    static final int LEAST_CYCLES = 4;
    static final int MOST_VALUES = 8192;
    private static final int LEAST_VALUES = 32;
    private static final double AS_GOOD = 0.85;
    private static final int MOST_PEAKS = 3;
    private static final double NEAR = 0.025;

    private Periods() {}

    /** Periods of an hour, a day and a week in rows of this step, where they are whole and at least 2. */
    public static int[] ofCalendar(Duration step) {
        long nanos = step.toNanos();
        return nanos <= 0
                ? new int[0]
                : CALENDAR.stream()
                        .mapToLong(Duration::toNanos)
                        .filter(length ->
                                length % nanos == 0 && length / nanos > 1 && length / nanos <= Integer.MAX_VALUE)
                        .mapToInt(length -> (int) (length / nanos))
                        .toArray();
    }

    /**
     * The periods of a series, ascending; none where it has none.
     *
     * @param values evenly spaced, oldest first; NaN where one is missing
     * @param likely periods in rows that the calendar suggests, e.g. 24 and 168 for hours; a peak near one of them is
     *     taken for it, those too long to be searched for are tried, and of a shorter one that is found the next multiple
     *     here is taken too
     */
    public static int[] find(double[] values, int... likely) {
        long present = Arrays.stream(values).filter(RegularSeries::usable).count();
        if (present < LEAST_VALUES || 2 * present < values.length) {
            return new int[0];
        }
        double[] whole = RegularSeries.filled(values, LEAST_VALUES);
        int[] calendar = Arrays.stream(likely)
                .filter(period -> period > 1 && LEAST_CYCLES * (long) period <= whole.length)
                .sorted()
                .toArray();
        int first = first(whole, calendar);
        if (first == 0) {
            return new int[0];
        }
        int second = second(whole, first, calendar);
        return second == 0 ? new int[] {first} : new int[] {first, second};
    }

    private static int first(double[] whole, int[] calendar) {
        double[] recent =
                Cycles.level(Arrays.copyOfRange(whole, Math.max(0, whole.length - MOST_VALUES), whole.length));
        List<Integer> tried = new ArrayList<>();
        for (int peak : peaks(autocorrelation(recent), 2)) {
            int found = near(peak, calendar, whole);
            Arrays.stream(calendar).filter(period -> found % period == 0).forEach(tried::add);
            tried.add(found);
        }
        for (int period : calendar) {
            tried.add(period);
        }
        return tried.stream()
                .filter(period -> new Cycles(whole, period).alike(1))
                .findFirst()
                .orElse(0);
    }

    /**
     * A longer period: the calendar's next, which costs nothing where nothing comes of it, for a forecast weighs models by
     * what they were right about; without a calendar one in what the shorter period leaves over.
     */
    private static int second(double[] whole, int first, int[] calendar) {
        for (int period : calendar) {
            if (period > first && period % first == 0) {
                return period;
            }
        }
        double[] left = new Cycles(whole, first).leftOver();
        List<Integer> tried = new ArrayList<>();
        double[] recent = Arrays.copyOfRange(left, Math.max(0, left.length - MOST_VALUES), left.length);
        for (int peak : peaks(autocorrelation(recent), first + first / 2)) {
            int times = Math.max(2, Math.round((float) peak / first));
            if (Math.abs(peak - times * first) <= Math.max(1, NEAR * peak)) {
                tried.add(times * first);
            }
        }
        return tried.stream()
                .filter(period -> LEAST_CYCLES * (long) period <= left.length && new Cycles(left, period).alike(first))
                .findFirst()
                .orElse(0);
    }

    /** The calendar's period near a peak, else the one near it whose cycles have most in common. */
    private static int near(int peak, int[] calendar, double[] whole) {
        for (int period : calendar) {
            if (Math.abs(period - peak) <= Math.max(1, NEAR * peak)) {
                return period;
            }
        }
        int best = peak;
        double most = 0;
        int around = (int) (NEAR * peak);
        for (int period = peak - around; period <= peak + around; period++) {
            double share = new Cycles(whole, period).share();
            if (share > most) {
                most = share;
                best = period;
            }
        }
        return best;
    }

    /** For each lag up to a quarter of the length. */
    private static double[] autocorrelation(double[] values) {
        int n = values.length;
        double[] out = new double[n / LEAST_CYCLES + 1];
        for (int lag = 0; lag < out.length; lag++) {
            double sum = 0;
            for (int t = lag; t < n; t++) {
                sum += values[t] * values[t - lag];
            }
            out[lag] = lag == 0 ? sum : out[0] == 0 ? 0 : sum / out[0] * n / (n - lag);
        }
        return out;
    }

    /**
     * Lags above all within a twentieth of them, of those that rise the most above what lies before them the shortest: a
     * series that moves slowly has high correlations everywhere, and none that rises.
     */
    private static List<Integer> peaks(double[] correlation, int from) {
        int last = correlation.length - 1;
        double[] rise = new double[correlation.length];
        double lowest = correlation.length > 1 ? correlation[1] : 0;
        double most = 0;
        for (int lag = 2; lag < last; lag++) {
            lowest = Math.min(lowest, correlation[lag]);
            int reach = Math.max(1, lag / 20);
            if (lag >= from && highest(correlation, lag, Math.max(1, lag - reach), Math.min(last, lag + reach))) {
                rise[lag] = correlation[lag] - lowest;
                most = Math.max(most, rise[lag]);
            }
        }
        double enough = Math.max(AS_GOOD * most, 2 / Math.sqrt(LEAST_CYCLES * (double) correlation.length));
        return IntStream.range(0, correlation.length)
                .filter(lag -> rise[lag] >= enough)
                .limit(MOST_PEAKS)
                .boxed()
                .toList();
    }

    private static boolean highest(double[] correlation, int lag, int from, int to) {
        for (int other = from; other <= to; other++) {
            if (correlation[other] > correlation[lag]) {
                return false;
            }
        }
        return correlation[from] < correlation[lag] && correlation[to] < correlation[lag];
    }
}
