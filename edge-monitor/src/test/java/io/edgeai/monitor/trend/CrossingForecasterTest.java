package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossingForecasterTest {
    private static final CrossingForecaster FORECASTER = CrossingForecaster.ofDefaults();

    /** A line 3 + 0.5·t of 100 rows stands at 52.5; it reaches 100 after ⌈47.5 / 0.5⌉ = 95 more. */
    @Test
    void aLineCrossesWhereItMust() {
        double[] line = IntStream.range(0, 100).mapToDouble(t -> 3 + 0.5 * t).toArray();

        Crossing crossing = FORECASTER.forecast(line, 100);

        assertThat(crossing.upwards()).isTrue();
        assertThat(crossing.chance()).isEqualTo(1);
        assertThat(new double[] {crossing.p10(), crossing.p50(), crossing.p90()})
                .containsExactly(new double[] {95, 95, 95}, within(1.0));
        assertThat(FORECASTER.forecast(line, -10).chance()).as("it moves away").isZero();
    }

    /** Leaks in correlated noise: what really comes is known, because the series goes on. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.7, 0", "0.9, 0", "0, 700"})
    void aLeakIsTimedWithinAFifth(double correlation, int onset, TestReporter reporter) {
        int close = 0;
        for (int seed = 0; seed < 20; seed++) {
            double[] whole = Noise.autoregressive(new Random(seed), 4000, correlation);
            IntStream.range(onset, 4000).forEach(t -> whole[t] += 0.01 * (t - onset));
            int real = IntStream.range(1000, 4000)
                    .filter(t -> whole[t] >= 20)
                    .findFirst()
                    .orElseThrow();
            Crossing crossing = FORECASTER.forecast(Arrays.copyOf(whole, 1000), 20);
            double truth = real - 999.0;
            close += Math.abs(crossing.p50() - truth) <= 0.2 * truth ? 1 : 0;
            assertThat(crossing.p10()).as("seed %s", seed).isLessThanOrEqualTo(crossing.p50());
        }
        reporter.publishEntry("slow leaks", close + " of 20 times to the threshold within 20 %");
        assertThat(close).as("of 20 leaks within 20 %%").isGreaterThanOrEqualTo(17);
    }

    @Test
    void downwardsIsUpwardsOfTheMirroredSeries() {
        double[] up = Noise.autoregressive(new Random(5), 300, 0);
        IntStream.range(0, 300).forEach(t -> up[t] += 0.05 * t);
        double[] down = Arrays.stream(up).map(v -> -v).toArray();

        Crossing rising = FORECASTER.forecast(up, 25);
        Crossing falling = FORECASTER.forecast(down, -25);

        assertThat(falling.upwards()).isFalse();
        assertThat(falling.trend().falling()).isTrue();
        assertThat(falling.p50()).isCloseTo(rising.p50(), within(0.05 * rising.p50()));
    }

    /** Only one series in twenty may seem to move at all. */
    @Test
    void noiseAloneReachesNothingFarAway() {
        int alarms = 0;
        for (int seed = 0; seed < 20; seed++) {
            Crossing crossing = FORECASTER.forecast(Noise.autoregressive(new Random(seed), 300, 0.8), 12);
            alarms += crossing.chance() > 0.1 ? 1 : 0;
        }
        assertThat(alarms).as("of 20 series, seeds 0 to 19").isLessThanOrEqualTo(3);
    }

    /** A day's rhythm of ±10 on a rise of 0.1 an hour: the peak of a day is there first, not the mean. */
    @Test
    void aSeasonBringsTheCrossingForward() {
        double[] values = IntStream.range(0, 240)
                .mapToDouble(t -> 0.1 * t + 10 * Math.sin(2 * Math.PI * t / 24))
                .toArray();
        int real = IntStream.range(240, 2000)
                .filter(t -> 0.1 * t + 10 * Math.sin(2 * Math.PI * t / 24) >= 60)
                .findFirst()
                .orElseThrow();

        Crossing crossing = CrossingForecaster.of(24, 0, 3).forecast(values, 60);

        assertThat(crossing.p50()).isCloseTo(real - 239.0, within(24.0));
    }

    @Test
    void theOnsetOfALeakIsFound() {
        double[] values = Noise.autoregressive(new Random(6), 1000, 0.3);
        assertThat(Onset.of(values, 0.3)).as("noise has none").isZero();
        IntStream.range(600, 1000).forEach(t -> values[t] += 0.02 * (t - 600));

        assertThat(Onset.of(values, 0.3)).isBetween(540, 660);
    }

    @Test
    void senselessSettingsAreRefused() {
        assertThatThrownBy(() -> FORECASTER.forecast(new double[50], Double.NaN))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(NaN)");
        assertThatThrownBy(() -> CrossingForecaster.of(0, 0, 1)).hasMessageContaining("(0)");
        assertThatThrownBy(() -> CrossingForecaster.of(1, -1, 1)).hasMessageContaining("(-1)");
        assertThatThrownBy(() -> FORECASTER.forecast(new double[9], 1)).hasMessageContaining("(9)");
    }
}
