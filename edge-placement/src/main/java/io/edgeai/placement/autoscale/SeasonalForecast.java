package io.edgeai.placement.autoscale;

import java.util.Arrays;

/**
 * How the rate usually moves from one time of the season to another. Each slot keeps an exponentially weighted mean of
 * its rates (weight 0.5 for the newest season), and the forecast is the present rate times the usual ratio between two
 * slots, interpolated, plus as many standard errors as asked of the relative errors made so far at that horizon. Until
 * a whole season has been seen it says that nothing changes. Not thread-safe.
 */
final class SeasonalForecast {
    private static final double NEWEST = 0.5;
    private static final double ERROR_MEMORY = 0.02;
    private static final double MOST = 3;

    private final double slotSeconds;
    private final double[] usual;
    private double sum;
    private double time;
    private long slot = -1;
    private double squaredError;
    private double lastForecast = Double.NaN;

    SeasonalForecast(double seasonSeconds, int slots) {
        this.slotSeconds = seasonSeconds / slots;
        this.usual = new double[slots];
        Arrays.fill(usual, Double.NaN);
    }

    void add(double now, double span, long arrivals) {
        long current = (long) (now / slotSeconds);
        if (current != slot && slot >= 0) {
            close(sum / Math.max(time, 1e-9), current);
        }
        slot = current;
        sum += arrivals;
        time += span;
    }

    private void close(double rate, long next) {
        int index = (int) (slot % usual.length);
        if (!Double.isNaN(lastForecast) && rate > 0) {
            double relative = lastForecast / rate - 1;
            squaredError += ERROR_MEMORY * (relative * relative - squaredError);
        }
        usual[index] = Double.isNaN(usual[index]) ? rate : usual[index] + NEWEST * (rate - usual[index]);
        double from = usual[index];
        double to = usual[(int) (next % usual.length)];
        lastForecast = from > 0 ? rate * to / from : Double.NaN;
        sum = 0;
        time = 0;
    }

    /** The usual rate in {@code ahead} seconds as a multiple of the usual rate now, 1/3 to 3; 1 where unknown. */
    double ratio(double now, double ahead) {
        double here = at(now);
        double there = at(now + ahead);
        if (Double.isNaN(here) || Double.isNaN(there) || here <= 0) {
            return 1;
        }
        return Math.max(1 / MOST, Math.min(MOST, there / here));
    }

    /** Relative error of forecasts one slot ahead, of slots that were known. */
    double error() {
        return Math.sqrt(squaredError);
    }

    double slotSeconds() {
        return slotSeconds;
    }

    private double at(double seconds) {
        double position = seconds / slotSeconds - 0.5;
        int before = (int) Math.floorMod((long) Math.floor(position), (long) usual.length);
        int after = (before + 1) % usual.length;
        double share = position - Math.floor(position);
        return (1 - share) * usual[before] + share * usual[after];
    }
}
