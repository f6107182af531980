package io.edgeai.monitor.trend;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;

/**
 * Makes a series without gaps of one with some: a missing value is the mean of those a period earlier
 * and later, of the longest period first; where there are none, it is interpolated between its neighbours.
 */
final class RegularSeries {
    private static final double MOST_MISSING = 0.5;
    private static final double LARGEST = 1e150;

    private RegularSeries() {}

    /**
     * @param least values that must be there
     * @param periods ascending, maybe none
     * @throws InvalidInputException where fewer are, or more than half are NaN or infinite
     */
    static double[] filled(double[] values, int least, int... periods) {
        long present = Arrays.stream(values).filter(RegularSeries::usable).count();
        if (present < least || present < MOST_MISSING * values.length) {
            throw new InvalidInputException("Series has (" + present + ") finite values in (" + values.length
                    + ") rows, but at least (" + least + ") and half of the rows are needed. Maybe wait for more.");
        }
        double[] out = values.clone();
        for (int t = 0; t < out.length; t++) {
            for (int i = periods.length - 1; i >= 0 && !usable(out[t]); i--) {
                out[t] = aPeriodAway(values, t, periods[i]);
            }
        }
        int last = -1;
        for (int t = 0; t < out.length; t++) {
            if (usable(out[t])) {
                fill(out, last, t);
                last = t;
            }
        }
        Arrays.fill(out, last, out.length, out[last]);
        return out;
    }

    private static double aPeriodAway(double[] values, int t, int period) {
        double before = t < period ? Double.NaN : values[t - period];
        double after = t + period >= values.length ? Double.NaN : values[t + period];
        return !usable(before) ? after : !usable(after) ? before : (before + after) / 2;
    }

    static boolean usable(double value) {
        return Math.abs(value) < LARGEST;
    }

    private static void fill(double[] out, int last, int next) {
        for (int t = last + 1; t < next; t++) {
            out[t] = last < 0 ? out[next] : out[last] + (out[next] - out[last]) * (t - last) / (next - last);
        }
    }
}
