package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertGateTest {
    private static final double FIVE_MINUTES = 3.35; // the threshold at first

    private static AlertGate gate(double perDay) {
        return new AlertGate(new FalseAlarmBudget(perDay));
    }

    private static double threshold(double surprise) {
        return new BudgetThreshold(FalseAlarmBudget.ofDefaults()).next(surprise, 300);
    }

    @ParameterizedTest
    @CsvSource({"300,100", "60,30", "134.16407865,65"})
    void alertsAreAtLeastTheRefractoryTimeApart(double seconds, int refractory) {
        AlertGate gate = gate(0.1);
        int last = -1;
        for (int row = 0; row < 2000; row++) {
            if (gate.score(1000, seconds) >= 0.5) {
                assertThat(last < 0 ? refractory : row - last).isEqualTo(refractory);
                last = row;
            }
        }
        assertThat(last).isGreaterThan(1000);
    }

    /** After an alert the threshold is 1.25-fold and falls back by e^(−1/400) a row; what it learns from one alert is less. */
    @Test
    void eachAlertRaisesTheThresholdForAWhile() {
        int first = 400; // rows after the alert
        double raised = FIVE_MINUTES * (1 + 0.25 * Math.exp(-first / 400.0));
        for (double off : new double[] {-0.05, 0.05}) {
            AlertGate gate = gate(0.1);
            assertThat(gate.score(100, 300)).isGreaterThan(0.5);
            for (int row = 1; row < first; row++) {
                gate.score(0, 300);
            }
            assertThat(gate.score(raised + off, 300) >= 0.5).isEqualTo(off > 0);
        }
    }

    @Test
    void atOneMinuteTheThresholdDoesNotRise() {
        AlertGate gate = gate(0.1);
        assertThat(gate.score(7, 60)).isGreaterThan(0.5);
        for (int row = 1; row < 30; row++) {
            assertThat(gate.score(7, 60)).isLessThan(0.5);
        }
        assertThat(gate.score(7, 60)).isGreaterThan(0.5);
    }

    @Test
    void scoresGrowWithTheSurpriseOnBothSidesOfTheThreshold() {
        double before = -1;
        for (double surprise = 0; surprise < 100; surprise += 0.05) {
            double score = gate(0.1).score(surprise, 300);
            assertThat(score)
                    .as("surprise %s", surprise)
                    .isGreaterThanOrEqualTo(before)
                    .isBetween(0.0, 1.0);
            before = score;
        }
        double half = FIVE_MINUTES / 2;
        double twice = 2 * FIVE_MINUTES;
        assertThat(gate(0.1).score(half, 300)).isCloseTo(0.499 * half / threshold(half), within(1e-9));
        assertThat(gate(0.1).score(twice, 300))
                .isCloseTo(0.5 + 0.5 * (1 - 0.999 * threshold(twice) / twice), within(1e-9));
    }
}
