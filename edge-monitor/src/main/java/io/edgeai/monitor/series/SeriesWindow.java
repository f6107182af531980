package io.edgeai.monitor.series;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What was recorded of a series in one window.
 *
 * @param start when it began, on the monitor's clock
 * @param length how long it lasted
 * @param count values recorded
 * @param value what the window stands for: the mean, or the sum a second; NaN where a mean has no values
 * @param least the least recorded value, NaN without any
 * @param most the greatest
 * @param gap the monitor did not run for a window or more
 */
public record SeriesWindow(
        Instant start, Duration length, long count, double value, double least, double most, boolean gap) {
    /** A stretch of time of which nothing is known. */
    public static SeriesWindow absent(Instant start, Duration length) {
        return new SeriesWindow(start, length, 0, Double.NaN, Double.NaN, Double.NaN, true);
    }

    /** When it ended. */
    public Instant end() {
        return start.plus(length);
    }

    /** One window for several that follow one another. */
    static SeriesWindow together(List<SeriesWindow> parts, boolean perSecond) {
        Duration length = Duration.ZERO;
        long count = 0;
        double sum = 0;
        double weight = 0;
        double least = Double.NaN;
        double most = Double.NaN;
        boolean gap = false;
        for (SeriesWindow part : parts) {
            double share = perSecond ? part.length().toNanos() * 1e-9 : part.count();
            if (share > 0 && Double.isFinite(part.value())) {
                sum += share * part.value();
                weight += share;
            }
            length = length.plus(part.length());
            count += part.count();
            least = lower(least, part.least());
            most = -lower(-most, -part.most());
            gap |= part.gap();
        }
        double value = weight > 0 ? sum / weight : Double.NaN;
        return new SeriesWindow(parts.get(0).start(), length, count, value, least, most, gap);
    }

    private static double lower(double one, double other) {
        return Double.isNaN(one) || other < one ? other : one;
    }
}
