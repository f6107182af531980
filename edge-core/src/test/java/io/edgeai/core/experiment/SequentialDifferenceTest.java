package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequentialDifferenceTest {
    /** Over all 2¹⁴ signs of fixed sizes: the mean of the evidence, stopped wherever it is largest so far, is at most 1. */
    @Test
    void theEvidenceIsFairForEverySetOfSizes() {
        int n = 14;
        double[] sizes = new SplittableRandom(5)
                .doubles(n)
                .map(u -> Math.pow(1 - u, -1.5))
                .toArray();
        double mean = 0;
        double alarms = 0;
        for (int signs = 0; signs < 1 << n; signs++) {
            SequentialDifference test = new SequentialDifference(0.05, 20);
            boolean alarmed = false;
            for (int i = 0; i < n; i++) {
                test.add((signs >> i & 1) == 0 ? sizes[i] : -sizes[i]);
                alarmed |= test.pValue() <= 0.3;
            }
            mean += test.evidence() / (1 << n);
            alarms += alarmed ? 1.0 / (1 << n) : 0;
        }
        assertThat(mean).isLessThanOrEqualTo(1).isGreaterThan(0.5);
        assertThat(alarms).as("P(p ever at most .3)").isLessThanOrEqualTo(0.3);
    }

    /** exp(λS − λ²V/2) integrated over λ ~ N(0, τ²) by brute force. */
    @Test
    void theEvidenceIsTheMixtureOfItsDefinition() {
        SplittableRandom random = new SplittableRandom(6);
        SequentialDifference test = new SequentialDifference(0.05, 100);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 50; i++) {
            double difference = random.nextGaussian() + 0.3;
            test.add(difference);
            sum += difference;
            squares += difference * difference;
        }
        double tau = Math.sqrt(test.state().tau2());
        double mixed = 0;
        double step = tau / 1000;
        for (double lambda = -12 * tau; lambda <= 12 * tau; lambda += step) {
            mixed += step
                    * Math.exp(lambda * sum - lambda * lambda * squares / 2 - lambda * lambda / (2 * tau * tau))
                    / (tau * Math.sqrt(2 * Math.PI));
        }
        assertThat(test.evidence()).isCloseTo(mixed, within(1e-6 * mixed));
    }

    @Test
    void theScaleOfTheValuesDoesNotMatter() {
        SequentialDifference small = new SequentialDifference(0.05, 1000);
        SequentialDifference large = new SequentialDifference(0.05, 1000);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 500; i++) {
            double difference = random.nextGaussian() + 0.1;
            small.add(difference);
            large.add(difference * 1024);
        }
        assertThat(large.pValue()).isCloseTo(small.pValue(), within(1e-12));
        assertThat(large.interval().low()).isCloseTo(1024 * small.interval().low(), within(1e-9));
    }

    @Test
    void nothingIsSaidBeforeTenDifferences() {
        SequentialDifference test = new SequentialDifference(0.05, 1000);
        for (int i = 0; i < 9; i++) {
            test.add(1);
            test.add(0);
        }
        assertThat(test.evidence()).isEqualTo(1);
        assertThat(test.pValue()).isEqualTo(1);
        assertThat(test.interval()).isEqualTo(new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
        assertThat(test.mean()).isEqualTo(0.5);
    }

    @Test
    void pairsThatNeverDifferAreNoEvidence() {
        SequentialDifference test = new SequentialDifference(0.05, 1000);
        for (int i = 0; i < 1000; i++) {
            test.add(0);
        }
        assertThat(test.pValue()).isEqualTo(1);
        assertThat(test.pairs()).isEqualTo(1000);
    }

    @Test
    void aClearDifferenceIsFoundAndBoundedAwayFromZero() {
        SequentialDifference test = new SequentialDifference(0.05, 1000);
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 1000; i++) {
            test.add(random.nextGaussian() + 0.5);
        }
        assertThat(test.pValue()).isLessThan(1e-9);
        assertThat(test.interval().contains(0.5)).isTrue();
        assertThat(test.interval().low()).isPositive();
        // The half-width at the sharpest: √(1.126 · (2 ln 20 + ln 8.94)) standard errors.
        double half = (test.interval().high() - test.interval().low()) / 2;
        assertThat(half).isCloseTo(3.06 / Math.sqrt(1000), within(0.004));
    }

    /** Just inside there is less evidence than 20, just outside more; also where the interval ends at 0. */
    @Test
    void theIntervalIsWhatTheTestDoesNotRuleOut() {
        SplittableRandom random = new SplittableRandom(12);
        SequentialDifference test = new SequentialDifference(0.05, 50);
        int finite = 0;
        for (int i = 0; i < 200; i++) {
            test.add(random.nextGaussian() + 1);
            Interval interval = test.interval();
            if (!Double.isInfinite(interval.high())) {
                finite++;
                assertThat(test.evidenceAgainst(interval.high() - 1e-9)).isLessThan(20.0);
                assertThat(test.evidenceAgainst(interval.low() - 1e-9)).isGreaterThan(20.0);
                assertThat(interval.contains(0)).isEqualTo(test.evidence() < 20);
            }
        }
        assertThat(finite).isGreaterThan(180);
    }

    @Test
    void goesOnAfterARestartAsIfNothingHappened() {
        SequentialDifference whole = new SequentialDifference(0.05, 100);
        SequentialDifference parts = new SequentialDifference(0.05, 100);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 300; i++) {
            double difference = random.nextGaussian();
            whole.add(difference);
            parts.add(difference);
            parts = new SequentialDifference(parts.state());
        }
        assertThat(parts.state()).isEqualTo(whole.state());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesWhatIsNotFinite(double difference) {
        SequentialDifference test = new SequentialDifference(0.05, 100);
        assertThatThrownBy(() -> test.add(difference))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
        assertThat(test.pairs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void refusesAnAlphaThatIsNone(double alpha) {
        assertThatThrownBy(() -> new SequentialDifference(alpha, 100))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("alpha");
    }
}
