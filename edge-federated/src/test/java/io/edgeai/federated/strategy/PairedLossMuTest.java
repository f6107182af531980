package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.strategy.ClientAlgorithm.ReportedLoss;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    @Test
    void runsDoNotShareHistory() {
        report(0, 1, 1);
        report(0, 1, 2);
        assertThat(ClientAlgorithm.fedProxAdaptive().start().mu()).isZero();
    }

    private void report(int participant, int samples, double loss) {
        course.observe(List.of(new ReportedLoss(participant, samples, loss)));
    }
}
