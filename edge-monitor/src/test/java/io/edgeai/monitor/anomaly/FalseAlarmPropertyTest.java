package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The false-alarm budget is true on healthy signals, whatever their distribution. */
class FalseAlarmPropertyTest {
    /** Alarms over a simulated time, counted as rising edges of the score. */
    private static int alarms(String kind, int stepSeconds, double perDay, int seeds, int days) {
        int alarms = 0;
        int rows = 86_400 / stepSeconds;
        for (int seed = 0; seed < seeds; seed++) {
            DoubleSupplier signal = Signals.of(kind, 1000L * seed + 7, rows);
            AnomalyDetector detector = new LevelShiftDetector(
                    new FalseAlarmBudget(perDay), Duration.ofSeconds(stepSeconds), Direction.BOTH);
            boolean on = false;
            for (int i = 0; i < days * rows; i++) {
                boolean now = detector.update(1000L * stepSeconds * i, signal.getAsDouble()) >= 0.5;
                alarms += now && !on ? 1 : 0;
                on = now;
            }
        }
        return alarms;
    }

    /** 10 seeds, 100 days in all at 10 s: 10 alarms are allowed, and three standard errors more. */
    @ParameterizedTest
    @CsvSource({"gaussian", "lognormal", "student", "ar", "slow-ar", "diurnal", "poisson", "constant"})
    void levelShiftsAtTenSecondsKeepOneAlarmInTenDays(String kind) {
        assertThat(alarms(kind, 10, 0.1, 10, 10)).as(kind).isLessThanOrEqualTo(10 + 10);
    }

    @ParameterizedTest
    @CsvSource({"gaussian", "lognormal", "student", "ar", "slow-ar", "diurnal", "poisson"})
    void levelShiftsAtOneMinuteKeepOneAlarmInTenDays(String kind) {
        assertThat(alarms(kind, 60, 0.1, 10, 60)).as(kind).isLessThanOrEqualTo(60 + 24);
    }

    @Test
    void aLargerBudgetIsSpent() {
        int strict = alarms("gaussian", 10, 0.1, 5, 4);
        int loose = alarms("gaussian", 10, 20, 5, 4);
        assertThat(loose).isGreaterThan(20).isGreaterThan(10 * strict).isLessThanOrEqualTo(400 + 60);
    }

    /** Error counts of a steady rate in windows of 50 calls. */
    @ParameterizedTest
    @CsvSource({"0.001", "0.01", "0.05", "0.2", "0.5"})
    void errorRatesKeepTenAlarmsADay(double rate) {
        Random random = new Random(5);
        int alarms = 0;
        for (int seed = 0; seed < 10; seed++) {
            ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(10), Duration.ofSeconds(10));
            boolean on = false;
            for (int i = 0; i < 8640; i++) {
                int errors = 0;
                for (int k = 0; k < 50; k++) {
                    errors += random.nextDouble() < rate ? 1 : 0;
                }
                boolean now = detector.update(50, errors) >= 0.5;
                alarms += now && !on ? 1 : 0;
                on = now;
            }
        }
        assertThat(alarms).as("rate %s over 10 days", rate).isLessThanOrEqualTo(100 + 30);
    }

    /** Each window is bad with a chance of 1 in 20 and then fails four times as often. */
    @Test
    void errorsThatComeInBurstsKeepTheBudget() {
        Random random = new Random(6);
        int alarms = 0;
        for (int seed = 0; seed < 10; seed++) {
            ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(1), Duration.ofSeconds(10));
            boolean on = false;
            for (int i = 0; i < 8640; i++) {
                double rate = random.nextInt(20) == 0 ? 0.08 : 0.02;
                int errors = 0;
                for (int k = 0; k < 50; k++) {
                    errors += random.nextDouble() < rate ? 1 : 0;
                }
                boolean now = detector.update(50, errors) >= 0.5;
                alarms += now && !on ? 1 : 0;
                on = now;
            }
        }
        assertThat(alarms).isLessThanOrEqualTo(10 + 10);
    }
}
