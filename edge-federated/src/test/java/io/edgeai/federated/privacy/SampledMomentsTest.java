package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampledMomentsTest {
    private static final Percentage MILLIONTH = Percentage.withPercentage(1e-4);

    /** The parameters of dp_accounting's own test of log A; the values are 30-digit quadratures of the definition. */
    @ParameterizedTest
    @CsvSource({
        "1e-7, 0.1, 1.1, 4.77225158813489e-6",
        "1e-6, 0.1, 256, 3260463.22929716",
        "1e-5, 0.1, 10.5, 4866.61428261781",
        "1e-6, 1, 27, 8.7695113048485e-10",
        "1e-4, 1, 1.5, 6.44268695383665e-9",
        "1e-3, 1, 2, 1.71828035221452e-6",
        "0.01, 10, 20, 0.00019129699912843",
        "0.1, 100, 10.5, 4.98812851759231e-5",
        "0.99, 0.1, 256, 3263997.42711402",
        "0.999, 100, 10.9, 0.00538471971955863",
        "0.3, 0.7, 4.2, 8.67251323558472",
    })
    void momentsAgreeWithThirtyDigitQuadrature(double rate, double sigma, double order, double expected) {
        assertThat(SampledMoments.logMoment(rate, sigma, order)).isCloseTo(expected, MILLIONTH);
    }

    /**
     * {@code test_compute_rdp_poisson_sampled_gaussian} of Google's dp_accounting: q = 0.01, σ = 2.5, 50 releases. Whole
     * orders to nine digits; at fractional ones its newer versions give a looser bound, its older the five digits here.
     */
    @ParameterizedTest
    @CsvSource({
        "1.5, 6.5007e-4, 1e-5",
        "2.5, 1.0854e-3, 2e-5",
        "5, 2.18075656e-3, 1e-8",
        "50, 2.38460375e-2, 1e-8",
        "100, 1.67416308e2, 1e-8",
    })
    void divergencesAgreeWithPublishedOnes(double order, double published, double relative) {
        assertThat(50 * Mechanism.poisson(0.01, 2.5).renyi(order)).isCloseTo(published, within(relative * published));
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0.04", "0.5, 0.01", "1e-6, 0.03"})
    void narrowNoiseIsBoundedBetweenWholeOrders(double rate, double sigma) {
        for (double order = 1.1; order < 12; order += 0.3) {
            double below = SampledMoments.logMoment(rate, sigma, Math.max(2, Math.floor(order)));
            double above = SampledMoments.logMoment(rate, sigma, Math.floor(order) + 1);
            assertThat(SampledMoments.logMoment(rate, sigma, order))
                    .as("order %s", order)
                    .isBetween(order < 2 ? 0 : below, above);
        }
    }
}
