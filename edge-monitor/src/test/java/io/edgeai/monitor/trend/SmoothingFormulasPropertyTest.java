package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The members that smooth, against their recursions kept as whole tables. */
class SmoothingFormulasPropertyTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    private static double[] series(long seed, int rows, int period) {
        double[] noise = Noise.autoregressive(new Random(seed), rows, 0.5);
        return IntStream.range(0, rows)
                .mapToDouble(t -> 30 + 0.1 * t + 5 * Math.sin(2 * Math.PI * t / period) + noise[t])
                .toArray();
    }

    /** Level, damped trend and one season in error-correction form; the last column is the sum of squared errors. */
    private static double[] smoothed(double[] y, int period, double alpha, double beta, double gamma, int horizon) {
        int n = y.length;
        double phi = 0.98;
        double[] level = new double[n + 1];
        double[] trend = new double[n + 1];
        double[] season = new double[n + period];
        level[0] = period == 1 ? y[0] : Arrays.stream(y, 0, period).average().orElseThrow();
        for (int t = 0; t < period; t++) {
            season[t] = period == 1 ? 0 : y[t] - level[0];
        }
        double squares = 0;
        for (int t = 0; t < n; t++) {
            double error = y[t] - level[t] - phi * trend[t] - season[t];
            level[t + 1] = level[t] + phi * trend[t] + alpha * error;
            trend[t + 1] = phi * trend[t] + alpha * beta * error;
            season[t + period] = season[t] + (period == 1 ? 0 : gamma * (1 - alpha) * error);
            squares += t > n / 4 ? error * error : 0;
        }
        double[] out = new double[horizon + 1];
        for (int h = 1; h <= horizon; h++) {
            double damped = (phi - Math.pow(phi, h + 1)) / (1 - phi);
            out[h - 1] = level[n] + damped * trend[n] + season[n + (h - 1) % period];
        }
        out[horizon] = squares;
        return out;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 60", "2, 1, 200", "3, 7, 90", "4, 24, 240", "5, 12, 61"})
    void holtAndWinters(long seed, int period, int rows) {
        double[] y = series(seed, rows, Math.max(5, period));
        double[] best = {};
        for (double alpha : new double[] {0.05, 0.2, 0.5, 0.9}) {
            for (double beta : new double[] {0, 0.02, 0.1}) {
                for (double gamma : new double[] {0.05, 0.15, 0.4}) {
                    double[] tried = smoothed(y, period, alpha, beta, gamma, 30);
                    best = best.length == 0 || tried[30] < best[30] ? tried : best;
                }
            }
        }
        Member member = period == 1 ? new HoltWinters(y, false) : new HoltWinters(y, false, period);
        member.advanceTo(rows);

        assertThat(member.forecast(30)).as("seed %s", seed).containsExactly(Arrays.copyOf(best, 30), CLOSE);
    }

    /** Rates are those of the first origin; afterwards only the state moves on, whatever the steps. */
    @RepeatedTest(4)
    void movingOnInStepsIsMovingOnAtOnce(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        double[] y = series(seed, 150, 12);
        Member once = new HoltWinters(y, false, 12);
        Member steps = new HoltWinters(y, false, 12);
        once.advanceTo(100);
        once.advanceTo(150);
        for (int origin = 100; origin <= 150; origin += 1 + (int) seed % 2 * 9) {
            steps.advanceTo(origin);
        }
        steps.advanceTo(150);

        assertThat(steps.forecast(20)).as("seed %s", seed).containsExactly(once.forecast(20), CLOSE);
    }

    /** Simple exponential smoothing with the best of nineteen rates, as a weighted sum, and half the regression's slope. */
    @ParameterizedTest
    @CsvSource({"6, 40, false", "7, 41, false", "8, 120, true", "9, 10, true"})
    void theta(long seed, int rows, boolean logarithms) {
        double[] y = series(seed, rows, 9);
        double[] scaled = logarithms ? Arrays.stream(y).map(Math::log).toArray() : y;
        double least = Double.MAX_VALUE;
        double level = 0;
        for (int i = 1; i <= 19; i++) {
            double squares = 0;
            for (int t = 0; t < rows; t++) {
                squares += Math.pow(scaled[t] - weighted(scaled, t, 0.05 * i), 2);
            }
            if (squares < least - 1e-12) {
                least = squares;
                level = weighted(scaled, rows, 0.05 * i);
            }
        }
        double drift = slope(scaled) / 2;
        double from = level;
        double[] expected = IntStream.rangeClosed(1, 15)
                .mapToDouble(h -> from + h * drift)
                .map(v -> logarithms ? Math.exp(v) : v)
                .toArray();
        Member member = new Theta(scaled, logarithms, 1);
        member.advanceTo(rows);

        assertThat(member.forecast(15)).as("seed %s", seed).containsExactly(expected, CLOSE);
    }

    /** α Σ (1 − α)ⁱ of the values before a row, the newest first; the first value has what is left of the weight. */
    private static double weighted(double[] y, int before, double alpha) {
        double sum = 0;
        double left = 1;
        for (int t = before - 1; t >= 0; t--) {
            sum += alpha * left * y[t];
            left *= 1 - alpha;
        }
        return sum + left * y[0];
    }

    /** Covariance with time over the variance of time, (n² − 1)/12. */
    private static double slope(double[] y) {
        double mean = Arrays.stream(y).average().orElseThrow();
        double products = 0;
        for (int t = 0; t < y.length; t++) {
            products += (t + 1) * (y[t] - mean);
        }
        return products / y.length / (((double) y.length * y.length - 1) / 12);
    }

    /** Season by the centred moving average of the textbook: half weights at the ends of even periods. */
    @ParameterizedTest
    @CsvSource({"4, 40", "7, 30", "12, 24", "24, 100", "2, 9"})
    void seasonsAreMeanDistancesFromTheMovingAverage(int period, int rows) {
        double[] y = series(period, rows, period);
        double[] sums = new double[period];
        int[] counts = new int[period];
        for (int t = period / 2; t + period / 2 < rows; t++) {
            double average = 0;
            for (int off = -(period / 2); off <= period / 2; off++) {
                boolean end = period % 2 == 0 && Math.abs(off) == period / 2;
                average += (end ? 0.5 : 1) * y[t + off] / period;
            }
            sums[t % period] += y[t] - average;
            counts[t % period]++;
        }
        double[] season = IntStream.range(0, period)
                .mapToDouble(i -> sums[i] / Math.max(1, counts[i]))
                .toArray();
        double mean = Arrays.stream(season).average().orElseThrow();
        double[] plain = IntStream.range(0, rows)
                .mapToDouble(t -> y[t] - season[t % period] + mean)
                .toArray();

        assertThat(Deseasoned.of(y, rows, period).values()).containsExactly(plain, CLOSE);
        assertThat(Deseasoned.of(y, 2 * period - 1, period).values())
                .as("too short for a season")
                .containsExactly(Arrays.copyOf(y, 2 * period - 1));
    }
}
