package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * An amount that changes by the hour and repeats: 24 values make a day, 168 a week, and any other number up to {@link
 * #MAX_HOURS} a period of that many hours. The first value holds from midnight of a Monday at the profile's offset from
 * UTC (for periods other than a day or week: Monday, 5 January 1970). Offsets are fixed; where clocks are changed, plan
 * summer and winter apart. Immutable and thread-safe.
 */
public final class HourlyProfile {
    /** Most values: a leap year. */
    public static final int MAX_HOURS = 8784;

    private static final int WEEK_HOURS = 168;
    private static final long FIRST_MONDAY_HOUR = 96;

    private final List<Double> values;
    private final ZoneOffset offset;
    private final List<Double> folded;
    private final double mean;

    private HourlyProfile(List<Double> values, ZoneOffset offset) {
        if (values.isEmpty() || values.size() > MAX_HOURS) {
            throw new InvalidInputException("Hourly profile has (" + values.size() + ") values, but must have 1 to "
                    + MAX_HOURS + ". Maybe give 24, one for each hour of the day.");
        }
        for (int i = 0; i < values.size(); i++) {
            Require.nonNegative("Value (" + i + ") of an hourly profile", values.get(i));
        }
        this.values = List.copyOf(values);
        this.offset = values.size() == 1 ? ZoneOffset.UTC : Schedule.wholeMinutes(offset);
        this.mean = mean(this.values, 0, 1);
        int period = gcd(values.size(), WEEK_HOURS);
        List<Double> means = new ArrayList<>(period);
        for (int hour = 0; hour < period; hour++) {
            means.add(mean(this.values, hour, period));
        }
        this.folded = List.copyOf(means);
    }

    /** The same at all times. */
    public static HourlyProfile constant(double value) {
        return new HourlyProfile(List.of(value), ZoneOffset.UTC);
    }

    /**
     * Values of one period, in UTC.
     *
     * @throws InvalidInputException where there are none, too many, or one is negative or not finite
     */
    public static HourlyProfile of(List<Double> values) {
        return new HourlyProfile(values, ZoneOffset.UTC);
    }

    /** The same values by the clock of a place that is so far ahead of UTC. */
    public HourlyProfile at(ZoneOffset ahead) {
        return new HourlyProfile(values, ahead);
    }

    public List<Double> values() {
        return values;
    }

    public ZoneOffset offset() {
        return offset;
    }

    /** Whether all values are the same. */
    public boolean constant() {
        return values.stream().allMatch(values.get(0)::equals);
    }

    /** The mean over time; exactly the value where all are the same. */
    public double mean() {
        return mean;
    }

    /** What holds at a moment. */
    public double at(Instant moment) {
        long hour = Math.floorDiv(moment.getEpochSecond() + offset.getTotalSeconds(), 3600L) - FIRST_MONDAY_HOUR;
        return values.get((int) Math.floorMod(hour, (long) values.size()));
    }

    /**
     * The mean over all time of the amount while a schedule runs, and 0 while it does not: an integral, without
     * sampling. A period that does not divide a week meets the week in ever new ways; over all of them, an hour of the
     * week sees the mean of the values that are as many hours apart as the periods have in common.
     */
    public double meanDuring(Schedule schedule) {
        if (schedule.isAlways()) {
            return mean;
        }
        int ahead = offset.getTotalSeconds() / 60;
        double first = folded.get(0);
        double excess = 0;
        for (int s = 0; s < schedule.spans(); s++) {
            int minute = schedule.from(s);
            while (minute < schedule.to(s)) {
                int local = minute + ahead;
                int next = Math.min(schedule.to(s), minute + 60 - Math.floorMod(local, 60));
                double value = folded.get(Math.floorMod(Math.floorDiv(local, 60), folded.size()));
                excess += (value - first) * (next - minute);
                minute = next;
            }
        }
        return first * schedule.share() + excess / Schedule.WEEK_MINUTES;
    }

    private static double mean(List<Double> values, int from, int step) {
        double first = values.get(from);
        double excess = 0;
        int count = 0;
        for (int i = from; i < values.size(); i += step) {
            excess += values.get(i) - first;
            count++;
        }
        return first + excess / count;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HourlyProfile profile && values.equals(profile.values) && offset.equals(profile.offset);
    }

    @Override
    public int hashCode() {
        return 31 * values.hashCode() + offset.hashCode();
    }

    /** The values and the offset. */
    @Override
    public String toString() {
        return values + " by UTC" + (offset.equals(ZoneOffset.UTC) ? "" : offset.getId());
    }
}
