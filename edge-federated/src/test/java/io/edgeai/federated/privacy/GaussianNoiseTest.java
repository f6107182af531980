package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianNoiseTest {
    private static final long SEED = 31;

    @ParameterizedTest
    @CsvSource({"1, 1", "0.7, 0.001", "20, 100"})
    void deviationIsWithinOnePercentOfMultiplierTimesSensitivity(double noise, double sensitivity) {
        double[] values = new double[1_000_000];
        new GaussianNoise(NoiseRandom.insecure(SEED)).addTo(values, noise, sensitivity);

        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation =
                Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElseThrow() - mean * mean);

        assertThat(deviation).as("seed %s", SEED).isCloseTo(noise * sensitivity, within(0.01 * noise * sensitivity));
        assertThat(mean).as("seed %s", SEED).isCloseTo(0, within(0.005 * noise * sensitivity));
        double beyondTwo = Arrays.stream(values)
                        .filter(x -> Math.abs(x) > 2 * noise * sensitivity)
                        .count()
                / 1e6;
        assertThat(beyondTwo).as("seed %s", SEED).isCloseTo(0.0455, within(0.001));
    }

    /** Whatever the sum, results lie on the same grid: their last bits cannot tell sums apart. */
    @Test
    void resultsLieOnOneGrid() {
        double[] values = {Math.PI, -1e-9, 123.456, 0};
        new GaussianNoise(NoiseRandom.insecure(SEED)).addTo(values, 1, 1);

        for (double value : values) {
            assertThat(value * 0x1p24).isEqualTo(Math.rint(value * 0x1p24));
        }
    }

    @Test
    void secureNoiseDiffersEachTimeAndSeededNoiseDoesNot() {
        double[] one = new double[8];
        double[] two = new double[8];
        new GaussianNoise(NoiseRandom.secure()).addTo(one, 1, 1);
        new GaussianNoise(NoiseRandom.secure()).addTo(two, 1, 1);
        assertThat(one).isNotEqualTo(two);

        double[] three = new double[8];
        double[] four = new double[8];
        new GaussianNoise(NoiseRandom.insecure(5)).addTo(three, 1, 1);
        new GaussianNoise(NoiseRandom.insecure(5)).addTo(four, 1, 1);
        assertThat(three).isEqualTo(four);
        assertThat(NoiseRandom.secure().isSecure()).isTrue();
        assertThat(NoiseRandom.insecure(5).isSecure()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "10", "1000000007"})
    void boundedDrawsAreUniform(long bound) {
        NoiseRandom random = NoiseRandom.insecure(SEED);
        int draws = 100_000;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            long value = random.below(bound);
            assertThat(value).isBetween(0L, bound - 1);
            sum += value;
        }
        double deviation = Math.sqrt((bound * (double) bound - 1) / 12 / draws);
        assertThat(sum / draws).as("seed %s", SEED).isCloseTo((bound - 1) / 2.0, within(4 * deviation + 1e-12));
    }
}
