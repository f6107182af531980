package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertGateTest {
    private static AlertGate gate(double perDay) {
        return new AlertGate(new FalseAlarmBudget(perDay));
    }

    @ParameterizedTest
    @CsvSource({"3600,0", "300,0", "134.16407865,0.5", "60,1", "1,1"})
    void finenessRunsFromFiveMinutesToOne(double seconds, double fine) {
        assertThat(AlertGate.fineness(seconds)).isCloseTo(fine, within(1e-9));
    }

    /** 3.5 at five minutes, 5.55 at one, 1.5 more for each tenfold number of rows below. */
    @ParameterizedTest
    @CsvSource({"300,3.5", "60,5.55", "6,7.05", "0.6,8.55"})
    void theThresholdDependsOnHowOftenRowsCome(double seconds, double threshold) {
        assertThat(gate(0.1).score(threshold - 1e-6, seconds)).isLessThan(0.5);
        assertThat(gate(0.1).score(threshold + 1e-6, seconds)).isGreaterThanOrEqualTo(0.5);
        assertThat(gate(0.01).score(threshold + 0.9, seconds)).isLessThan(0.5);
        assertThat(gate(0.01).score(threshold + 1.1, seconds)).isGreaterThanOrEqualTo(0.5);
        assertThat(gate(0.1 * Math.sqrt(10)).score(threshold - 0.4, seconds)).isGreaterThanOrEqualTo(0.5);
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

    /** After an alert the threshold is 1.25-fold and falls back by e^(−1/400) a row. */
    @Test
    void eachAlertRaisesTheThresholdForAWhile() {
        int first = 400; // rows after the alert
        double raised = 3.5 * (1 + 0.25 * Math.exp(-first / 400.0));
        for (double off : new double[] {-1e-3, 1e-3}) {
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
        assertThat(gate.score(6, 60)).isGreaterThan(0.5);
        for (int row = 1; row < 30; row++) {
            assertThat(gate.score(6, 60)).isLessThan(0.5);
        }
        assertThat(gate.score(6, 60)).isGreaterThan(0.5);
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
        assertThat(gate(0.1).score(1.75, 300)).isCloseTo(0.2495, within(1e-9));
        assertThat(gate(0.1).score(7, 300)).isCloseTo(0.5 + 0.5 * (1 - 0.999 / 2), within(1e-9));
    }

    /** Four decades above 0.1 a day lower 3.5 to −0.5. */
    @Test
    void aHugeBudgetNeverLowersTheThresholdBelowOne() {
        assertThat(gate(1000).score(0.99, 300)).isLessThan(0.5);
        assertThat(gate(1000).score(1.01, 300)).isGreaterThan(0.5);
    }
}
