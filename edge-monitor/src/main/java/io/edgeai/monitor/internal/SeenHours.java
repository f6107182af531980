package io.edgeai.monitor.internal;

import java.time.Instant;

/**
 * The lowest and the highest mean of an hour among those that were as usual all the time: what a signal did on a night or
 * a busy morning is known to be possible while no week is known yet. An hour counts if half of it was seen. Not thread-safe.
 */
final class SeenHours {
    private static final long HOUR = 3_600_000;

    private double lowest = Double.NaN;
    private double highest = Double.NaN;
    private long openHour = Long.MIN_VALUE;
    private double millis;
    private double sum;
    private boolean spoilt;

    /** NaN until an hour is over. */
    double lowest() {
        return lowest;
    }

    /** NaN until an hour is over. */
    double highest() {
        return highest;
    }

    void learn(Instant start, Instant end, double mean, boolean usual) {
        long hour = Math.floorDiv(start.toEpochMilli(), HOUR);
        if (hour != openHour) {
            close();
            openHour = hour;
        }
        double length = end.toEpochMilli() - start.toEpochMilli();
        millis += length;
        sum += length * mean;
        spoilt |= !usual;
    }

    private void close() {
        if (!spoilt && millis >= HOUR / 2.0) {
            double mean = sum / millis;
            lowest = Double.isNaN(lowest) ? mean : Math.min(lowest, mean);
            highest = Double.isNaN(highest) ? mean : Math.max(highest, mean);
        }
        millis = 0;
        sum = 0;
        spoilt = false;
    }
}
