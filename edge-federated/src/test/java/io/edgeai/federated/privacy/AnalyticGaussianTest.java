package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyticGaussianTest {
    /** δ by its definition: what P has more than e^ε times Q, integrated by Simpson's rule. */
    private static double definition(double noise, double epsilon) {
        double from = -12 * noise;
        int cells = 200_000;
        double width = (1 + 24 * noise) / cells;
        double sum = 0;
        for (int i = 0; i <= cells; i++) {
            double x = from + i * width;
            double p = Math.exp(-(x - 1) * (x - 1) / (2 * noise * noise));
            double q = Math.exp(-x * x / (2 * noise * noise));
            sum += (i == 0 || i == cells ? 1 : i % 2 == 1 ? 4 : 2) * Math.max(0, p - Math.exp(epsilon) * q);
        }
        return sum * width / 3 / (noise * Math.sqrt(2 * Math.PI));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 3", "1, 0.1", "1, 4.4", "3, 1", "10, 0.2", "0.3, 20"})
    void deltaIsItsDefinition(double noise, double epsilon) {
        double expected = definition(noise, epsilon);

        assertThat(AnalyticGaussian.delta(noise, epsilon)).isCloseTo(expected, Percentage.withPercentage(1e-4));
    }

    @ParameterizedTest
    @CsvSource({"1, 1e-5", "0.2, 1e-12", "50, 1e-3", "4, 0.01"})
    void noiseAndEpsilonInvertDelta(double noise, double delta) {
        double epsilon = AnalyticGaussian.epsilon(noise, delta);

        assertThat(AnalyticGaussian.delta(noise, epsilon)).isLessThanOrEqualTo(delta);
        if (epsilon > 0) {
            assertThat(AnalyticGaussian.noise(epsilon, delta)).isCloseTo(noise, within(1e-9 * noise));
            assertThat(AnalyticGaussian.delta(noise, epsilon * (1 - 1e-9))).isGreaterThan(delta);
        } else {
            assertThat(AnalyticGaussian.delta(noise, 0)).isLessThanOrEqualTo(delta);
        }
    }
}
