package io.edgeai.samples.report;

import java.time.Instant;

/**
 * Times as numbers on an axis: seconds, minutes, hours or days after a first moment, whichever is the largest that the
 * span has at least three of.
 *
 * @param firstMillis the moment of 0, in milliseconds since 1970
 * @param unitMillis milliseconds of 1
 * @param unit its name, in the plural
 */
public record TimeScale(long firstMillis, long unitMillis, String unit) {
    public static TimeScale of(long firstMillis, long lastMillis) {
        long[] millis = {86_400_000, 3_600_000, 60_000};
        String[] names = {"days", "hours", "minutes"};
        for (int i = 0; i < millis.length; i++) {
            if (lastMillis - firstMillis >= 3 * millis[i]) {
                return new TimeScale(firstMillis, millis[i], names[i]);
            }
        }
        return new TimeScale(firstMillis, 1000, "seconds");
    }

    public double at(long epochMillis) {
        return (epochMillis - firstMillis) / (double) unitMillis;
    }

    /** The axis's title. */
    public String title() {
        return unit + " after " + Instant.ofEpochMilli(firstMillis);
    }
}
