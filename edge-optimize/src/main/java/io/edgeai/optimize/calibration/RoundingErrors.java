package io.edgeai.optimize.calibration;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Squared errors that rounding to 256 levels makes with each of several ranges, summed over values seen. Of large
 * tensors every so manieth value is looked at, 65536 at most. Not thread-safe.
 */
final class RoundingErrors {
    private static final int MOST_VALUES = 1 << 16;
    private static final int LEVELS = 255;

    private final List<ValueRange> ranges;
    private final double[] sums;

    RoundingErrors(List<ValueRange> ranges) {
        this.ranges = ranges;
        this.sums = new double[ranges.size()];
    }

    void add(FloatBuffer values) {
        int step = Math.max(1, values.limit() / MOST_VALUES);
        for (int r = 0; r < sums.length; r++) {
            double low = Math.min(0, ranges.get(r).low());
            double high = Math.max(0, ranges.get(r).high());
            double scale = Math.max((high - low) / LEVELS, Float.MIN_NORMAL);
            double zero = Math.rint(-low / scale);
            double sum = 0;
            for (int i = 0; i < values.limit(); i += step) {
                double v = values.get(i);
                double level = Math.max(0, Math.min(LEVELS, Math.rint(v / scale) + zero));
                double error = v - (level - zero) * scale;
                sum += error * error;
            }
            sums[r] += sum;
        }
    }

    /** The first range with the least sum. */
    ValueRange least() {
        int best = 0;
        for (int r = 1; r < sums.length; r++) {
            best = sums[r] < sums[best] ? r : best;
        }
        return ranges.get(best);
    }
}
