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

class TrendTestTest {
    private static final TrendTest TEST = TrendTest.ofDefaults();

    /** Twelve values with ties and a gap, by counting all pairs. */
    @Test
    void statisticAndSlopeAreThoseOfAllPairs() {
        double[] values = {3, 1, 4, 1, 5, Double.NaN, 9, 2, 6, 5, 3, 8, 9};
        int rising = 0;
        int pairs = 0;
        double[] slopes = new double[66];
        for (int i = 0; i < values.length; i++) {
            for (int j = i + 1; j < values.length; j++) {
                if (!Double.isNaN(values[i]) && !Double.isNaN(values[j])) {
                    rising += (int) Math.signum(values[j] - values[i]);
                    slopes[pairs++] = (values[j] - values[i]) / (j - i);
                }
            }
        }
        Arrays.sort(slopes);

        Trend trend = TEST.test(values);

        assertThat(pairs).isEqualTo(66);
        assertThat(trend.rows()).isEqualTo(12);
        assertThat(trend.tau()).isCloseTo(rising / 66.0, within(1e-12));
        assertThat(trend.slope()).isCloseTo((slopes[32] + slopes[33]) / 2, within(1e-12));
    }

    /** For n = 10 without ties the variance of Kendall's statistic is 10·9·25/18 = 125. */
    @Test
    void theVarianceIsKendalls() {
        double[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        Points points = Points.of(values, Deseasoned.of(values, 10, 1));

        assertThat(Slopes.of(points).kendall()).isEqualTo(45);
        assertThat(Slopes.of(points).variance()).isEqualTo(125);
        values[1] = 1;
        // a pair of ties takes 2·1·9/18 away
        assertThat(Slopes.of(Points.of(values, Deseasoned.of(values, 10, 1))).variance())
                .isEqualTo(124);
    }

    /** Noise of known correlation and no trend: at most 5 % found, with three standard errors of 400 trials. */
    @ParameterizedTest
    @CsvSource({"0, 30", "0, 100", "0.5, 50", "0.5, 200", "0.8, 100", "0.9, 200"})
    void noiseHasNoTrendHoweverItIsCorrelated(double correlation, int rows) {
        Random random = new Random(11);
        int found = 0;
        int covered = 0;
        for (int trial = 0; trial < 400; trial++) {
            Trend trend = TEST.test(Noise.autoregressive(random, rows, correlation));
            found += trend.rising() || trend.falling() ? 1 : 0;
            covered += trend.slopeLow() <= 0 && trend.slopeHigh() >= 0 ? 1 : 0;
        }
        assertThat(found / 400.0).as("false findings, seed 11").isLessThanOrEqualTo(0.05 + 0.033);
        assertThat(covered / 400.0).as("intervals that hold 0, seed 11").isGreaterThanOrEqualTo(0.95 - 0.033);
    }

    @ParameterizedTest
    @CsvSource({"0.02, true, false", "-0.02, false, true"})
    void aSlopeIsFoundInCorrelatedNoise(double slope, boolean rising, boolean falling) {
        for (int seed = 0; seed < 20; seed++) {
            double[] values = Noise.autoregressive(new Random(seed), 300, 0.5);
            for (int t = 0; t < values.length; t++) {
                values[t] += slope * t;
            }
            Trend trend = TEST.test(values);
            assertThat(trend.rising()).as("seed %s", seed).isEqualTo(rising);
            assertThat(trend.falling()).as("seed %s", seed).isEqualTo(falling);
            assertThat(trend.slope()).as("seed %s", seed).isCloseTo(slope, within(0.006));
        }
    }

    /** Ten days that end at the top of the day would seem to rise. */
    @Test
    void aSeasonIsNoTrend() {
        double[] values = IntStream.range(0, 24 * 3 + 7)
                .mapToDouble(t -> Math.sin(2 * Math.PI * t / 24) + 0.001 * Math.cos(t * t))
                .toArray();

        Trend trend = TrendTest.of(0.05, 24).test(values);

        assertThat(trend.slope()).isCloseTo(0, within(1e-4));
        assertThat(trend.pValue()).isGreaterThan(0.05);
    }

    @Test
    void longSeriesAreAveragedInBlocks() {
        double[] values =
                IntStream.range(0, 10_000).mapToDouble(t -> 0.5 * t + t % 3).toArray();

        Trend trend = TEST.test(values);

        assertThat(trend.rows()).isEqualTo(500);
        assertThat(trend.slope()).isCloseTo(0.5, within(1e-3));
        assertThat(trend.pValue()).isLessThan(1e-6);
    }

    @Test
    void aConstantHasNoTrend() {
        double[] values = new double[50];
        Arrays.fill(values, 7);
        Trend trend = TEST.test(values);

        assertThat(trend.pValue()).isEqualTo(1);
        assertThat(trend.slope()).isZero();
    }

    @Test
    void tooLittleIsRefused() {
        double[] few = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        double[] holes = new double[40];
        Arrays.fill(holes, 0, 25, Double.NaN);

        assertThatThrownBy(() -> TEST.test(few))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(9)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> TEST.test(holes)).hasMessageContaining("(15)");
        assertThatThrownBy(() -> TrendTest.of(0, 1)).hasMessageContaining("(0.0)");
        assertThatThrownBy(() -> TrendTest.of(0.05, 0)).hasMessageContaining("(0)");
    }
}
