package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForecasterTest {
    private static final Forecaster HOURLY =
            Forecaster.builder().periods(168, 24).build();

    private static double error(double[] actual, double[] forecast) {
        return IntStream.range(0, forecast.length)
                .mapToDouble(h -> Math.abs(actual[h] - forecast[h]))
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(doubles = {100, -100, 1e-6})
    void daysAndWeeksGoOn(double level) {
        double[] whole = Noise.hourly(900, level);
        double[] future = Arrays.copyOfRange(whole, 800, 900);

        Forecast forecast = HOURLY.forecast(Arrays.copyOf(whole, 800), 100);

        assertThat(forecast.horizon()).isEqualTo(100);
        assertThat(error(future, forecast.mean())).isLessThan(Math.abs(0.01 * level));
        assertThat(forecast.members().stream()
                        .mapToDouble(Forecast.Share::weight)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(forecast.members().get(0).weight())
                .isGreaterThanOrEqualTo(forecast.members().get(1).weight());
    }

    /** Of values that were never seen, about 95 % lie inside, for noise that a season and a level explain. */
    @ParameterizedTest
    @CsvSource({"0, 24", "0.7, 24", "0.7, 1"})
    void intervalsHoldWhatTheyPromise(double correlation, int period) {
        int inside = 0;
        for (int seed = 0; seed < 40; seed++) {
            double[] noise = Noise.autoregressive(new Random(seed), 424, correlation);
            double[] whole = IntStream.range(0, 424)
                    .mapToDouble(t -> 20 + (period > 1 ? 5 * Math.sin(2 * Math.PI * t / period) : 0) + noise[t])
                    .toArray();
            Forecaster.Builder builder = Forecaster.builder();
            Forecast forecast =
                    (period > 1 ? builder.periods(period) : builder).build().forecast(Arrays.copyOf(whole, 400), 24);
            for (int h = 0; h < 24; h++) {
                inside += whole[400 + h] >= forecast.lower()[h] && whole[400 + h] <= forecast.upper()[h] ? 1 : 0;
            }
        }
        assertThat(inside / (40.0 * 24)).as("seeds 0 to 39").isBetween(0.91, 0.985);
    }

    @Test
    void aGrowingSeriesGrowsOn() {
        double[] values =
                IntStream.range(0, 300).mapToDouble(t -> 100 + 0.5 * t + t % 2).toArray();

        double[] mean = Forecaster.ofDefaults().forecast(values, 20).mean();

        for (int h = 0; h < 20; h++) {
            assertThat(mean[h]).isCloseTo(100 + 0.5 * (300 + h), within(4.0));
        }
    }

    @Test
    void theUnitOfTheSeriesDoesNotMatter() {
        double[] noise = Noise.autoregressive(new Random(2), 500, 0.5);
        double[] plain = Noise.hourly(500, 10);
        IntStream.range(0, 500).forEach(t -> plain[t] += 0.3 * noise[t]);
        double[] large = Arrays.stream(plain).map(v -> 1e9 * v).toArray();

        double[] expected = HOURLY.forecast(plain, 48).upper();
        double[] scaled = HOURLY.forecast(large, 48).upper();

        for (int h = 0; h < 48; h++) {
            assertThat(scaled[h] / 1e9).isCloseTo(expected[h], within(1e-4 * expected[h]));
        }
    }

    @Test
    void missingValuesAreBridged() {
        double[] whole = Noise.hourly(700, 100);
        double[] holes = Arrays.copyOf(whole, 600);
        for (int t : new int[] {0, 1, 77, 78, 300, 511}) {
            holes[t] = t % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY;
        }

        double[] mean = HOURLY.forecast(holes, 100).mean();

        assertThat(error(Arrays.copyOfRange(whole, 600, 700), mean)).isLessThan(3);
    }

    /** Constants, two values, steps, the largest and smallest numbers, series barely long enough. */
    @Test
    void oddSeriesGiveFiniteForecasts() {
        double[][] odd = {
            new double[40],
            IntStream.range(0, 16).mapToDouble(t -> t).toArray(),
            IntStream.range(0, 50).mapToDouble(t -> t % 2).toArray(),
            IntStream.range(0, 400).mapToDouble(t -> t < 399 ? 5 : 5e9).toArray(),
            IntStream.range(0, 100).mapToDouble(t -> 1e120 * (1 + t % 5)).toArray(),
            IntStream.range(0, 100).mapToDouble(t -> 1e-200 * (1 + t % 5)).toArray(),
        };
        for (double[] series : odd) {
            Forecast forecast = HOURLY.forecast(series, 60);
            for (double[] line : new double[][] {forecast.mean(), forecast.lower(), forecast.upper()}) {
                assertThat(Arrays.stream(line).allMatch(Double::isFinite)).isTrue();
            }
        }
    }

    @Test
    void positiveSeriesHaveNoNegativeIntervals() {
        double[] values =
                new Random(8).doubles(200, 0.01, 1).map(v -> v * v * v).toArray();

        assertThat(Arrays.stream(Forecaster.ofDefaults().forecast(values, 20).lower())
                        .min()
                        .orElseThrow())
                .isGreaterThanOrEqualTo(0);
    }

    /** All origins leave as many values to be forecast as they lie before the end, and half of the series to learn. */
    @ParameterizedTest
    @CsvSource({"700, 48, 24, 14", "700, 48, 1, 14", "60, 48, 24, 1", "16, 5, 1, 8", "5000, 400, 24, 14"})
    void originsLieInTheSecondHalf(int rows, int horizon, int period, int count) {
        int[] periods = period == 1 ? new int[0] : new int[] {period};

        assertThat(Rehearsal.origins(rows, periods, horizon))
                .hasSize(count)
                .isSorted()
                .allMatch(origin -> origin >= rows / 2 && origin < rows && (rows - origin) % period == 0);
    }

    @Test
    void senselessSettingsAreRefused() {
        assertThatThrownBy(() -> Forecaster.builder().periods(24, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1)");
        assertThatThrownBy(() -> Forecaster.builder().coverage(1)).hasMessageContaining("(1.0)");
        assertThatThrownBy(() -> HOURLY.forecast(new double[100], 0)).hasMessageContaining("(0)");
        assertThatThrownBy(() -> HOURLY.forecast(new double[15], 1))
                .hasMessageContaining("(15)")
                .hasMessageContaining("Maybe");
    }
}
