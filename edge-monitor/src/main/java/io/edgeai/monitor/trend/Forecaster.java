package io.edgeai.monitor.trend;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts a regular series by up to thirteen models at once: seasonal naive and median, Holt–Winters and Theta with any number of
 * seasons, and autoregressions on lags around the periods. Each is rehearsed at up to 14 earlier origins; it counts the
 * more the less it erred there, and the intervals are quantiles of the errors the combination made there.
 *
 * <p>Defaults: the periods that {@link Periods} finds, intervals for 95 %. Missing values (NaN) are taken from a period
 * earlier and later or interpolated, up to half of the rows. Of a long
 * history the last 3000 values count, or the last 12 of the longest period. Series that are positive throughout are
 * modelled by logarithms, and no interval goes below 0. Some milliseconds a series. Immutable and thread-safe.
 */
public final class Forecaster {
    /** The fewest values a forecast can be made from. */
    public static final int MIN_VALUES = 16;

    private static final int MOST_VALUES = 3000;
    private static final int MOST_PERIODS = 12;
    private static final int LONGEST_HORIZON = 100_000;

    private final int @Nullable [] periods;
    private final double coverage;

    private Forecaster(Builder builder) {
        this.periods = builder.periods;
        this.coverage = builder.coverage;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The periods that are found, intervals for 95 %. */
    public static Forecaster ofDefaults() {
        return builder().build();
    }

    /**
     * Forecasts the {@code horizon} values after the last one.
     *
     * @param values evenly spaced, oldest first
     * @throws InvalidInputException for fewer than 16 finite values, more than half missing, or a horizon that is not in
     *     1 to 100,000
     */
    public Forecast forecast(double[] values, int horizon) {
        return forecast(values, horizon, Duration.ZERO);
    }

    /**
     * {@link #forecast(double[], int)} of values this far apart, so that a period near an hour, a day or a week is taken for it.
     *
     * @param step 0 where it is not known
     */
    public Forecast forecast(double[] values, int horizon, Duration step) {
        if (horizon < 1 || horizon > LONGEST_HORIZON) {
            throw new InvalidInputException("Horizon (" + horizon + ") is not in 1 to " + LONGEST_HORIZON + ".");
        }
        int[] periods = this.periods == null ? Periods.find(values, Periods.ofCalendar(step)) : this.periods;
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        int most = Math.max(MOST_VALUES, MOST_PERIODS * longest);
        double[] history = RegularSeries.filled(
                Arrays.copyOfRange(values, Math.max(0, values.length - most), values.length), MIN_VALUES, periods);
        Rehearsal rehearsal = Rehearsal.run(history, periods, horizon);
        double[] weights = rehearsal.weights();
        double[] widths = ConformalBand.halfWidths(rehearsal.errors(weights), horizon, coverage);
        List<Member> members = rehearsal.atTheEnd();
        double[] mean = new double[horizon];
        List<Forecast.Share> shares = new ArrayList<>();
        for (int m = 0; m < weights.length; m++) {
            double[] forecast = members.get(m).forecast(horizon);
            for (int h = 0; h < horizon; h++) {
                mean[h] += weights[m] == 0 ? 0 : weights[m] * forecast[h];
            }
            shares.add(new Forecast.Share(members.get(m).name(), weights[m]));
        }
        shares.sort(Comparator.comparingDouble(Forecast.Share::weight).reversed());
        boolean positive = Arrays.stream(history).allMatch(v -> v > 0);
        double[] lower = new double[horizon];
        double[] upper = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            lower[h] = positive ? Math.max(0, mean[h] - widths[h]) : mean[h] - widths[h];
            upper[h] = mean[h] + widths[h];
        }
        return new Forecast(coverage, mean, lower, upper, shares, periods);
    }

    /** Configures a forecaster. Not thread-safe. */
    public static final class Builder {
        private int @Nullable [] periods;
        private double coverage = 0.95;

        private Builder() {}

        /**
         * Rows after which the series repeats, e.g. 24 and 168 for hourly values with days and weeks; each at least 2. None
         * for a series without season; by default they are searched for. Those longer than half of what is known at the first rehearsal are not used.
         */
        public Builder periods(int... rows) {
            for (int period : rows) {
                if (period < 2) {
                    throw new InvalidInputException(
                            "Period (" + period + ") is below 2 rows. Maybe leave it out for a series without season.");
                }
            }
            this.periods = Arrays.stream(rows).distinct().sorted().toArray();
            return this;
        }

        /** The share of values that intervals shall hold, 0.5 to 0.99. */
        public Builder coverage(double share) {
            if (!(share >= 0.5 && share <= 0.99)) {
                throw new InvalidInputException("Coverage (" + share + ") is not in 0.5 to 0.99. Maybe use 0.95.");
            }
            this.coverage = share;
            return this;
        }

        public Forecaster build() {
            return new Forecaster(this);
        }
    }
}
