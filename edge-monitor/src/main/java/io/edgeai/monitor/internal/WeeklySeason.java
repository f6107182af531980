package io.edgeai.monitor.internal;

import io.edgeai.monitor.anomaly.SeasonShare;
import java.time.Instant;
import java.util.Arrays;

/**
 * How a signal runs through the UTC week. Each of the 168 hours keeps its last four values; those of one age, a whole
 * week, are taken over their mean, so that a lasting shift is no season, and the median over the ages is the share of an
 * hour, so that one outage or rush is none either. Known once two weeks have nine of ten hours, and then for good, also through weeks
 * without anything. An hour never seen is as
 * the one before it. About 5 KB. Not thread-safe.
 */
final class WeeklySeason {
    private static final int HOURS = 168;
    private static final int WEEKS = 4;
    private static final int ENOUGH_WEEKS = 2;
    private static final int ENOUGH_HOURS = HOURS * 9 / 10;
    private static final long HOUR = 3_600_000;

    private final float[][] byAge = new float[HOURS][WEEKS];
    private final byte[] weeks = new byte[HOURS];
    private final int[] newest = new int[HOURS];
    private final double[] share = new double[HOURS];
    private boolean known;
    private long openHour;
    private double openMillis;
    private double openSum;

    /** Takes the mean of a stretch of time; an hour counts once a later one begins, if half of it was seen. */
    void learn(Instant start, Instant end, double mean) {
        long to = end.toEpochMilli();
        for (long from = start.toEpochMilli(); from < to; ) {
            long hour = Math.floorDiv(from, HOUR);
            long until = Math.min(to, (hour + 1) * HOUR);
            if (hour != openHour) {
                close();
                openHour = hour;
            }
            openMillis += until - from;
            openSum += mean * (until - from);
            from = until;
        }
    }

    boolean known() {
        return known;
    }

    /** The share of a moment, interpolated between the middles of hours; {@link SeasonShare#NONE} until known. */
    SeasonShare at(Instant moment) {
        if (!known) {
            return SeasonShare.NONE;
        }
        double place = moment.toEpochMilli() / (double) HOUR - 0.5;
        long left = (long) Math.floor(place);
        double now = share(left) + (place - left) * (share(left + 1) - share(left));
        long hour = Math.floorDiv(moment.toEpochMilli(), HOUR);
        double least = Math.min(share(hour - 1), Math.min(share(hour), share(hour + 1)));
        double most = Math.max(share(hour - 1), Math.max(share(hour), share(hour + 1)));
        return new SeasonShare(now, least, most);
    }

    private double share(long hour) {
        return share[Math.floorMod(hour, HOURS)];
    }

    private void close() {
        if (openMillis >= HOUR / 2.0) {
            keep(Math.floorMod(openHour, HOURS), (int) Math.floorDiv(openHour, HOURS), openSum / openMillis);
            refresh();
        }
        openMillis = 0;
        openSum = 0;
    }

    /** An hour that comes again because the clock went back replaces what was kept of it. */
    private void keep(int slot, int week, double mean) {
        if (weeks[slot] == 0 || week > newest[slot]) {
            System.arraycopy(byAge[slot], 0, byAge[slot], 1, WEEKS - 1);
            weeks[slot] = (byte) Math.min(WEEKS, weeks[slot] + 1);
        }
        newest[slot] = week;
        byAge[slot][0] = (float) mean;
    }

    private void refresh() {
        double[] means = new double[WEEKS];
        int ages = 0;
        while (ages < WEEKS && (means[ages] = mean(ages)) > 0) {
            ages++;
        }
        if (ages < ENOUGH_WEEKS) {
            return;
        }
        known = true;
        double usual = 1;
        for (int i = -HOURS; i < HOURS; i++) { // twice around, since the first hour may be as the last
            int slot = Math.floorMod(i, HOURS);
            usual = weeks[slot] == 0 ? usual : median(slot, means, Math.min(ages, weeks[slot]));
            share[slot] = usual;
        }
    }

    /** Of the week of an age, or 0 if little of it was seen. */
    private double mean(int age) {
        int hours = 0;
        double sum = 0;
        for (int slot = 0; slot < HOURS; slot++) {
            if (weeks[slot] > age) {
                hours++;
                sum += byAge[slot][age];
            }
        }
        return hours < ENOUGH_HOURS ? 0 : sum / hours;
    }

    private double median(int slot, double[] means, int ages) {
        double[] sorted = new double[ages];
        for (int age = 0; age < ages; age++) {
            sorted[age] = byAge[slot][age] / means[age];
        }
        Arrays.sort(sorted);
        return (sorted[ages / 2] + sorted[(ages - 1) / 2]) / 2;
    }
}
