package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorBudgetPropertyTest {
    private static final Duration STEP = Duration.ofSeconds(10);

    private static int binomial(Random random, int calls, double rate) {
        int errors = 0;
        for (double at = gap(random, rate); at <= calls; at += gap(random, rate)) {
            errors++;
        }
        return errors;
    }

    /** Geometric: calls up to and with the next failure. */
    private static double gap(Random random, double rate) {
        return 1 + Math.floor(Math.log(1 - random.nextDouble()) / Math.log(1 - rate));
    }

    private static int alarms(double perDay, int calls, double rate, int days) {
        Random random = new Random(17);
        int alarms = 0;
        for (int day = 0; day < days; day++) {
            ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(perDay), STEP);
            boolean on = false;
            for (int i = 0; i < 8640; i++) {
                boolean now = detector.update(calls, binomial(random, calls, rate)) >= 0.5;
                alarms += now && !on ? 1 : 0;
                on = now;
            }
        }
        return alarms;
    }

    /** 20 days at one a day: 20 alarms allowed, and three standard errors more. */
    @ParameterizedTest
    @CsvSource({
        "1,0.02",
        "1,0.3",
        "10,0.005",
        "10,0.1",
        "10,0.5",
        "200,0.001",
        "200,0.02",
        "1000,0.001",
        "1000,0.02",
        "5000,0.01"
    })
    void steadyErrorRatesKeepOneAlarmADay(int calls, double rate) {
        assertThat(alarms(1, calls, rate, 20)).as("%s calls at %s", calls, rate).isLessThanOrEqualTo(20 + 13);
    }

    /** Bursts of 8 % instead of 2 % used to take 4 to 14 times the budget in windows of 1000 and 5000 calls. */
    @ParameterizedTest
    @CsvSource({"200,1,1", "200,3,1.5", "1000,1,1", "1000,3,1.5", "5000,1,1.5", "5000,3,2.5"})
    void burstsThatComeAgainBecomeUsual(int calls, int length, double budgets) {
        Random random = new Random(5);
        int alarms = 0;
        for (int seed = 0; seed < 4; seed++) {
            ErrorRateDetector detector = new ErrorRateDetector(new FalseAlarmBudget(1), STEP);
            boolean on = false;
            int left = 0;
            for (int i = 0; i < 5 * 8640; i++) {
                left = left > 0 ? left - 1 : random.nextInt(20 * length) == 0 ? length : 0;
                int errors = binomial(random, calls, left > 0 ? 0.08 : 0.02);
                boolean now = detector.update(calls, errors) >= 0.5;
                alarms += now && !on ? 1 : 0;
                on = now;
            }
        }
        assertThat(alarms / 20.0).as("budgets spent").isLessThanOrEqualTo(budgets);
    }

    /** One outage is no habit: the next moderate rise is found as fast as ever, and after bursts soon enough. */
    @Test
    void anOutageDoesNotHideTheNextRise() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ErrorRateDetector detector = new ErrorRateDetector(FalseAlarmBudget.ofDefaults(), STEP);
            for (int i = 0; i < 1000; i++) {
                detector.update(1000, i >= 900 && i < 904 ? 1000 : binomial(random, 1000, 0.02));
            }
            int windows = 1;
            while (windows < 50 && detector.update(1000, binomial(random, 1000, 0.08)) < 0.5) {
                windows++;
            }
            assertThat(windows).as("seed %s", seed).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aTenfoldBudgetGivesMoreAlarms() {
        assertThat(alarms(100, 50, 0.05, 6)).isGreaterThan(3 * Math.max(1, alarms(1, 50, 0.05, 6)));
    }

    /** A budget is a share of the day, whatever the window: ten a day at 60 s allow fewer per window than at 10 s. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 60, 600})
    void theChancePerWindowFollowsItsLength(int seconds) {
        assertThat(new FalseAlarmBudget(2).perStep(Duration.ofSeconds(seconds)) * 86_400 / seconds)
                .isCloseTo(2, within(1e-9));
        assertThat(new FalseAlarmBudget(1000).perStep(Duration.ofHours(1))).isEqualTo(0.5);
    }

    /** Down on a signal is up on its mirror image, to the last bit. */
    @ParameterizedTest
    @CsvSource({"gaussian", "student", "lognormal", "ar"})
    void downIsUpOfTheMirroredSignal(String kind) {
        DoubleSupplier signal = Signals.of(kind, 3, 8640);
        AnomalyDetector up = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.UP);
        AnomalyDetector down = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.DOWN);
        int alerts = 0;
        for (int i = 0; i < 4000; i++) {
            double value = signal.getAsDouble() + (i / 500 % 2 == 1 ? 8 : 0);
            double score = up.update(10_000L * i, value);
            assertThat(down.update(10_000L * i, -value)).as("row %s", i).isEqualTo(score);
            alerts += score >= 0.5 ? 1 : 0;
        }
        assertThat(alerts).isPositive();
    }

    /** Both ways at twice the budget are each way at the single one, as long as no alert splits their baselines. */
    @Test
    void bothDirectionsShareTheBudget() {
        DoubleSupplier signal = Signals.of("gaussian", 5, 8640);
        AnomalyDetector both = new LevelShiftDetector(new FalseAlarmBudget(0.2), STEP, Direction.BOTH);
        AnomalyDetector up = new LevelShiftDetector(new FalseAlarmBudget(0.1), STEP, Direction.UP);
        AnomalyDetector down = new LevelShiftDetector(new FalseAlarmBudget(0.1), STEP, Direction.DOWN);
        for (int i = 0; i < 3000; i++) {
            double value = signal.getAsDouble();
            double expected = Math.max(up.update(10_000L * i, value), down.update(10_000L * i, value));
            assertThat(both.update(10_000L * i, value)).as("row %s", i).isEqualTo(expected);
        }
    }

    /** Unit and zero of a signal do not matter. */
    @Test
    void scoresFollowNeitherUnitNorZero() {
        DoubleSupplier signal = Signals.of("student", 6, 8640);
        AnomalyDetector plain = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.BOTH);
        AnomalyDetector scaled = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.BOTH);
        for (int i = 0; i < 2000; i++) {
            double value = signal.getAsDouble() + (i > 1500 ? 6 : 0);
            double score = plain.update(10_000L * i, value);
            assertThat(scaled.update(10_000L * i, 1024 * value)).as("row %s", i).isCloseTo(score, within(1e-3));
        }
    }

    /** After a pause of more than ten windows an excursion that was under way begins anew. */
    @Test
    void aPauseEndsAnExcursion() {
        DoubleSupplier signal = Signals.of("gaussian", 7, 8640);
        AnomalyDetector running = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.UP);
        AnomalyDetector paused = new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, Direction.UP);
        for (int i = 0; i < 500; i++) {
            double value = signal.getAsDouble();
            running.update(10_000L * i, value);
            paused.update(10_000L * i, value);
        }
        for (int i = 500; i < 503; i++) {
            running.update(10_000L * i, 14);
            paused.update(10_000L * i, 14);
        }
        double without = running.update(10_000L * 503, 14);
        double with = paused.update(10_000L * 503 + 100_001, 14);
        assertThat(with).isLessThan(0.6 * without);
    }
}
