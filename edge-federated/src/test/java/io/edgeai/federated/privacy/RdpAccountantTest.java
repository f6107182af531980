package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdpAccountantTest {
    private final PrivacyAccountant rdp = PrivacyAccountant.rdp();

    /** {@code test_compute_epsilon_delta_pure_dp} of Google's dp_accounting. */
    @Test
    void constantDivergenceGivesThePublishedEpsilon() {
        assertThat(RdpAccountant.epsilon(32, 1.1, 1e-5)).isCloseTo(1.32783806176, within(1e-11));
    }

    /** {@code test_compute_epsilon_delta_gaussian}: σ chosen so that ε is exactly 1; our orders are coarser than theirs. */
    @Test
    void gaussianGivesThePublishedEpsilonFromAbove() {
        assertThat(rdp.epsilon(Mechanism.gaussian(4.530877117), 1, 1e-6)).isBetween(1.0, 1.0001);
    }

    /** The bounds of {@code test_compute_eps_tree}: the StackOverflow setting of Kairouz et al. 2021. */
    @ParameterizedTest
    @CsvSource({"1.13, 19.74", "8.83, 2.04"})
    void treesCostLessThanPublished(double noise, double published) {
        assertThat(rdp.epsilon(Mechanism.tree(1600, noise), 1, 1e-6)).isBetween(0.8 * published, published);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "1600, 11", "2048, 12"})
    void oneStepIsInAsManyNodesAsTheTreeIsDeep(int steps, int depth) {
        assertThat(Mechanism.tree(steps, 3).renyi(2)).isCloseTo(depth * 2 / (2 * 9.0), within(1e-12));
    }

    @Test
    void fixedSizeFollowsTheoremNine() {
        for (int order = 2; order < 20; order++) {
            double gamma = 0.01;
            double sigma = 2;
            double sum = 1;
            double binomial = 1;
            for (int j = 1; j <= order; j++) {
                binomial = binomial * (order - j + 1) / j;
                double atTwo = 2 / (2 * sigma * sigma);
                if (j == 2) {
                    sum += gamma * gamma * binomial * Math.min(4 * (Math.exp(atTwo) - 1), 2 * Math.exp(atTwo));
                } else if (j > 2) {
                    sum += Math.pow(gamma, j) * binomial * 2 * Math.exp((j - 1) * j / (2 * sigma * sigma));
                }
            }
            // Replacing one participant moves the sum by two clip norms.
            assertThat(Mechanism.fixedSize(gamma, 2 * sigma).renyi(order))
                    .as("order %s", order)
                    .isCloseTo(Math.min(order / (2 * sigma * sigma), Math.log(sum) / (order - 1)), within(1e-12));
        }
    }

    @Test
    void fixedSizeIsNeverBelowThePoissonCurveOfTheSameShift() {
        for (double order = 2; order < 64; order += 0.5) {
            assertThat(Mechanism.fixedSize(0.05, 6).renyi(order))
                    .as("order %s", order)
                    .isGreaterThanOrEqualTo(Mechanism.poisson(0.05, 3).renyi(order));
        }
    }

    @Test
    void compositionAddsUp() {
        Mechanism mechanism = Mechanism.poisson(0.02, 1.1);

        double together = rdp.epsilon(mechanism, 70, 1e-5);

        assertThat(rdp.epsilon(List.of(new Releases(mechanism, 30), new Releases(mechanism, 40)), 1e-5))
                .isCloseTo(together, within(1e-12));
        assertThat(rdp.epsilon(List.of(), 1e-5)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.01, 1000, 2, 1e-5", "1, 20, 8, 1e-6", "0.2, 50, 0.5, 1e-7"})
    void calibratedNoiseIsEnoughAndHardlyMore(double rate, long count, double epsilon, double delta) {
        Mechanism like = Mechanism.poisson(rate, 1);

        double noise = rdp.noise(like, count, epsilon, delta);

        assertThat(rdp.epsilon(like.noise(noise), count, delta)).isLessThanOrEqualTo(epsilon);
        assertThat(rdp.epsilon(like.noise(noise * 0.999), count, delta)).isGreaterThan(epsilon);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void deltaIsAProbability(double delta) {
        assertThatThrownBy(() -> rdp.epsilon(Mechanism.gaussian(1), 1, delta))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("delta (" + delta + ")");
    }

    @Test
    void whatNoNoiseCanReachIsSaid() {
        assertThatThrownBy(() -> rdp.noise(Mechanism.gaussian(1), 1_000_000_000, 1e-4, 1e-9))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe plan fewer rounds");
    }
}
