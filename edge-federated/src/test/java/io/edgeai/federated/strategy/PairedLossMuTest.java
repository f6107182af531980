package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.strategy.ClientAlgorithm.ReportedLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedLossMuTest {
    private final ClientAlgorithm.Course course =
            ClientAlgorithm.fedProxAdaptive().start();

    @Test
    void startsAtZeroAndRisesWhenTheSameParticipantGetsWorse() {
        assertThat(course.mu()).isZero();
        report(0, 10, 1.0);
        assertThat(course.mu()).isZero();
        report(0, 10, 1.1);
        assertThat(course.mu()).isEqualTo(0.2);
    }

    @Test
    void neverExceedsOne() {
        for (int round = 0; round < 12; round++) {
            report(0, 1, round);
        }
        assertThat(course.mu()).isEqualTo(1);
    }

    @Test
    void fallsByATenthAfterFiveBetterRounds() {
        report(0, 1, 10);
        report(0, 1, 11);
        for (int round = 1; round <= 4; round++) {
            report(0, 1, 11 - round);
            assertThat(course.mu()).isEqualTo(0.2);
        }
        report(0, 1, 6);
        assertThat(course.mu()).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void aWorseRoundStartsTheCountAnew() {
        report(0, 1, 10);
        report(0, 1, 11);
        for (double loss : new double[] {10, 9, 8, 7, 8}) {
            report(0, 1, loss);
        }
        assertThat(course.mu()).isEqualTo(0.4);
        for (double loss : new double[] {7, 6, 5, 4}) {
            report(0, 1, loss);
        }
        assertThat(course.mu()).isEqualTo(0.4);
    }

    /** What the published rule gets wrong: the mean loss jumps with the choice, nobody's own loss does. */
    @Test
    void otherParticipantsWithHigherLossesAreNoReason() {
        course.observe(List.of(new ReportedLoss(0, 5, 0.1), new ReportedLoss(1, 5, 0.2)));
        course.observe(List.of(new ReportedLoss(2, 5, 9.0), new ReportedLoss(3, 5, 8.0)));
        assertThat(course.mu()).isZero();
        course.observe(List.of(new ReportedLoss(2, 5, 8.9), new ReportedLoss(4, 5, 99.0)));
        assertThat(course.mu()).isZero();
    }

    @Test
    void changesCountBySamples() {
        course.observe(List.of(new ReportedLoss(0, 100, 1), new ReportedLoss(1, 1, 1)));
        course.observe(List.of(new ReportedLoss(0, 100, 0.9), new ReportedLoss(1, 1, 5)));
        assertThat(course.mu()).isZero();
        course.observe(List.of(new ReportedLoss(0, 100, 1.0), new ReportedLoss(1, 1, 1)));
        assertThat(course.mu()).isEqualTo(0.2);
    }

    /** Five of ten samples around a mean of 2, by x: (4 · 10 · x²) / 4 / 2² is 3.97 at 1.26 and 4.03 at 1.27. */
    @ParameterizedTest
    @CsvSource({"1.26, 0", "1.27, 1"})
    void lossesThatDifferMoreThanSamplesDoAreReasonAtOnce(double x, double mu) {
        course.observe(IntStream.range(0, 5)
                .mapToObj(i -> loss(i, 10, i == 4 ? 2 : i % 2 == 0 ? 2 + x : 2 - x))
                .toList());
        assertThat(course.mu()).isEqualTo(mu);
    }

    @Test
    void fourLossesAreTooFewForThat() {
        course.observe(List.of(loss(0, 90, 0.1), loss(1, 90, 9), loss(2, 90, 0.1), loss(3, 90, 9)));
        assertThat(course.mu()).isZero();
    }

    /** A model that is right nearly always: means of rare losses of 5 differ by many times their mean, which is not much. */
    @Test
    void smallLossesThatDifferAreNoReason() {
        course.observe(IntStream.range(0, 10)
                .mapToObj(i -> loss(i, 50, i < 2 ? 0.2 : 0.001))
                .toList());
        assertThat(course.mu()).isZero();
    }

    /** Ten participants a round with 1 to 40 samples each, whose losses are exponential: of variance 1 for a mean of 1. */
    @Test
    void lossesOfOneDistributionAreNoReason() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 500; round++) {
            List<ReportedLoss> losses = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int samples = 1 + random.nextInt(40);
                double sum = 0;
                for (int k = 0; k < samples; k++) {
                    sum -= Math.log(1 - random.nextDouble());
                }
                losses.add(loss(10 * round + i, samples, sum / samples));
            }
            course.observe(losses);
            assertThat(course.mu()).as("round %s, seed 4", round).isZero();
        }
    }

    @Test
    void runsDoNotShareHistory() {
        report(0, 1, 1);
        report(0, 1, 2);
        assertThat(ClientAlgorithm.fedProxAdaptive().start().mu()).isZero();
    }

    private static ReportedLoss loss(int participant, int samples, double loss) {
        return new ReportedLoss(participant, samples, loss);
    }

    private void report(int participant, int samples, double loss) {
        course.observe(List.of(new ReportedLoss(participant, samples, loss)));
    }
}
