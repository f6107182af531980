package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PldAccountantTest {
    private static final double THOUSANDTH = 1.001;

    private final PrivacyAccountant pld = PrivacyAccountant.pld();

    @ParameterizedTest
    @CsvSource({
        "0.01, 1, 10000, 1e-5",
        "0.01, 4, 10000, 1e-5",
        "0.01, 0.6, 1000, 1e-6",
        "0.001, 0.5, 10000, 1e-8",
        "0.0001, 0.5, 10000, 1e-9",
        "0.1, 5, 100, 1e-5",
        "0.5, 2, 64, 1e-3",
        "0.05, 1.3, 30, 1e-12",
        "0.9, 3, 20, 1e-5",
    })
    void epsilonIsAtLeastTheTruthAndAtMostAThousandthMore(double rate, double noise, long count, double delta) {
        double epsilon = pld.epsilon(Mechanism.poisson(rate, noise), count, delta);

        assertThat(LossIntegral.delta(rate, noise, count, epsilon)).isLessThanOrEqualTo(delta);
        assertThat(LossIntegral.delta(rate, noise, count, epsilon / THOUSANDTH)).isGreaterThan(delta);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1e-5", "50, 10000, 1e-5", "100, 10000, 1e-8", "0.7, 3, 1e-6", "30, 1, 1e-5", "5, 2, 1e-15"})
    void withoutSamplingTheClosedFormHolds(double noise, long count, double delta) {
        double exact = AnalyticGaussian.epsilon(noise / Math.sqrt((double) count), delta);

        assertThat(pld.epsilon(Mechanism.gaussian(noise), count, delta))
                .isBetween(exact * (1 - 1e-9), exact * THOUSANDTH);
        assertThat(pld.epsilon(Mechanism.poisson(1, noise), count, delta)).isLessThanOrEqualTo(exact * THOUSANDTH);
    }

    @Test
    void unequalGaussiansComposeToOne() {
        double exact = AnalyticGaussian.epsilon(1 / Math.sqrt(50 / 100.0 + 50 / 25.0), 1e-6);

        double composed = pld.epsilon(
                List.of(new Releases(Mechanism.gaussian(10), 50), new Releases(Mechanism.gaussian(5), 50)), 1e-6);

        assertThat(composed).isBetween(exact, exact * THOUSANDTH);
    }

    @Test
    void aSplitHistoryCostsTheSame() {
        Mechanism mechanism = Mechanism.poisson(0.02, 1.1);
        double together = pld.epsilon(mechanism, 70, 1e-5);

        double split = pld.epsilon(List.of(new Releases(mechanism, 30), new Releases(mechanism, 40)), 1e-5);

        assertThat(split).isBetween(together * 0.9999, together * 1.0001);
    }

    @ParameterizedTest
    @CsvSource({"0.3, 0.05, 3", "0.01, 0.1, 100", "1e-9, 1, 10", "1, 0.01, 1", "0.001, 20, 1000000"})
    void extremesStayBelowTheRenyiBound(double rate, double noise, long count) {
        Mechanism mechanism = Mechanism.poisson(rate, noise);

        assertThat(pld.epsilon(mechanism, count, 1e-6))
                .isBetween(0.0, PrivacyAccountant.rdp().epsilon(mechanism, count, 1e-6));
    }

    @Test
    void fixedSizesAreRefusedWithTheAccountantThatKnowsThem() {
        assertThatThrownBy(() -> pld.epsilon(Mechanism.fixedSize(0.1, 2), 3, 1e-5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fixed-size(q=0.1, noise=2.0)")
                .hasMessageContaining("Maybe use the accountant rdp");
    }
}
