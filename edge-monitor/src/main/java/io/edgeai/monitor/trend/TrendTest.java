package io.edgeai.monitor.trend;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.stat.Distributions;

/**
 * The Mann–Kendall test with the slope of Theil and Sen. Neighbouring values of a signal resemble each other, which makes
 * a trend seem surer than it is; the variance of Kendall's statistic is enlarged for the autocorrelation of the series
 * without its slope (in the manner of Hamed and Rao 1998, with first-order correlation corrected for its bias, and a
 * t-distribution of as many degrees of freedom as there are independent values). Missing values are left out. Series of
 * more than 500 rows are first averaged in blocks. Immutable and thread-safe.
 */
public final class TrendTest {
    /** The fewest values that are tested. */
    public static final int MIN_VALUES = 10;

    private static final double WIDE = 0.05;

    private final double level;
    private final int period;

    private TrendTest(double level, int period) {
        this.level = level;
        this.period = period;
    }

    /** Level 0.05, no season. */
    public static TrendTest ofDefaults() {
        return of(0.05, 1);
    }

    /**
     * @param level accepted chance of finding a trend where none is, above 0 and below 1
     * @param period rows after which a season repeats; it is taken out before. 1 for none
     */
    public static TrendTest of(double level, int period) {
        if (!(level > 0 && level < 1)) {
            throw new InvalidInputException("Level (" + level + ") is not between 0 and 1. Maybe use 0.05.");
        }
        if (period < 1) {
            throw new InvalidInputException("Period (" + period + ") is below 1. Maybe use 1 for no season.");
        }
        return new TrendTest(level, period);
    }

    /**
     * @param values evenly spaced, oldest first
     * @throws InvalidInputException for fewer than 10 finite values, or more than half missing
     */
    public Trend test(double[] values) {
        double[] whole = RegularSeries.filled(values, MIN_VALUES, period);
        Points points = Points.of(values, Deseasoned.of(whole, whole.length, period));
        Slopes slopes = Slopes.of(points);
        double correlation = points.correlation(slopes.median());
        double inflation = (1 + correlation) / (1 - correlation);
        double deviation = Math.sqrt(slopes.variance() * inflation);
        double freedom = Math.max(2, points.size() / inflation - 2);
        double z = deviation == 0 ? 0 : Math.max(0, Math.abs(slopes.kendall()) - 1) / deviation;
        double half = deviation * Distributions.studentQuantile(1 - WIDE / 2, freedom);
        return new Trend(
                points.size(),
                slopes.tau(),
                Math.min(1, 2 * Distributions.studentUpper(z, freedom)),
                slopes.median(),
                slopes.ranked(-half),
                slopes.ranked(half),
                correlation,
                level);
    }
}
