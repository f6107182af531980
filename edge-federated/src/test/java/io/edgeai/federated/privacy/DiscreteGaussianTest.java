package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscreteGaussianTest {
    private static final int SAMPLES = 200_000;
    private static final long SEED = 20;

    /** χ² against the probabilities of the definition; a sum of squares is approximately normal (Wilson and Hilferty). */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 2.7, 16, 100})
    void frequenciesAreTheDefinition(double sigma) {
        DiscreteGaussian noise = DiscreteGaussian.of(sigma, NoiseRandom.insecure(SEED));
        int reach = (int) Math.max(2, 2.5 * sigma);
        long[] counts = new long[2 * reach + 1];
        int outside = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long value = noise.sample();
            if (Math.abs(value) <= reach) {
                counts[(int) value + reach]++;
            } else {
                outside++;
            }
        }
        double total = 0;
        for (long x = -(long) (20 * sigma + 20); x <= 20 * sigma + 20; x++) {
            total += Math.exp(-x * x / (2 * sigma * sigma));
        }
        double statistic = 0;
        double rest = SAMPLES;
        for (int x = -reach; x <= reach; x++) {
            double expected = SAMPLES * Math.exp(-x * x / (2 * sigma * sigma)) / total;
            rest -= expected;
            double difference = counts[x + reach] - expected;
            statistic += difference * difference / expected;
        }
        if (rest > 5) {
            statistic += (outside - rest) * (outside - rest) / rest;
        }
        double freedom = counts.length - (rest > 5 ? 0 : 1);
        double normal = (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
        // 3.72 standard deviations: p = 1e-4.
        assertThat(normal).as("seed %s, sigma %s", SEED, sigma).isLessThan(3.72);
    }

    @ParameterizedTest
    @CsvSource({"5", "300.5", "4096"})
    void deviationIsWithinOnePercent(double sigma) {
        DiscreteGaussian noise = DiscreteGaussian.of(sigma, NoiseRandom.insecure(SEED));
        double squares = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double value = noise.sample();
            squares += value * value;
        }
        assertThat(Math.sqrt(squares / SAMPLES)).as("seed %s", SEED).isCloseTo(sigma, within(0.01 * sigma));
        assertThat(noise.sigma()).isBetween(sigma, sigma * (1 + 1e-4));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 5000, Double.NaN})
    void deviationsOutOfReachAreRefused(double sigma) {
        assertThatThrownBy(() -> DiscreteGaussian.of(sigma, NoiseRandom.insecure(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + sigma + ")")
                .hasMessageContaining("granularity");
    }
}
