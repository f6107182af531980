package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelShiftDetectorTest {
    private static final Duration STEP = Duration.ofSeconds(10);

    private static LevelShiftDetector detector(Direction direction) {
        return new LevelShiftDetector(FalseAlarmBudget.ofDefaults(), STEP, direction);
    }

    /** Rows from a shift until the alert, or -1; the first hour is healthy. */
    private static int delay(String kind, long seed, double shift, Direction direction) {
        DoubleSupplier signal = Signals.of(kind, seed, 8640);
        AnomalyDetector detector = detector(direction);
        for (int i = 0; i < 360; i++) {
            detector.update(10_000L * i, signal.getAsDouble());
        }
        for (int i = 0; i < 120; i++) {
            if (detector.update(10_000L * (360 + i), signal.getAsDouble() + shift) >= 0.5) {
                return i + 1;
            }
        }
        return -1;
    }

    @ParameterizedTest
    @CsvSource({"gaussian,3,12", "gaussian,5,9", "student,5,14", "ar,5,20", "diurnal,3,12", "gaussian,-3,12"})
    void aShiftIsFoundWithinAFewWindows(String kind, double shift, int windows) {
        int found = 0;
        for (int seed = 0; seed < 40; seed++) {
            int delay = delay(kind, seed, shift, Direction.BOTH);
            found += delay > 0 && delay <= windows ? 1 : 0;
        }
        assertThat(found).isGreaterThanOrEqualTo(36);
    }

    @Test
    void onlyTheAskedDirectionCounts() {
        for (int seed = 0; seed < 10; seed++) {
            assertThat(delay("gaussian", seed, 6, Direction.DOWN)).isEqualTo(-1);
            assertThat(delay("gaussian", seed, -6, Direction.UP)).isEqualTo(-1);
            assertThat(delay("gaussian", seed, -6, Direction.DOWN)).isPositive();
        }
    }

    @Test
    void oneWildValueIsNoAlert() {
        DoubleSupplier signal = Signals.of("gaussian", 1, 8640);
        AnomalyDetector detector = detector(Direction.BOTH);
        for (int i = 0; i < 2000; i++) {
            double value = i % 200 == 199 ? 1e9 : signal.getAsDouble();
            assertThat(detector.update(10_000L * i, value)).isLessThan(0.5);
        }
    }

    @Test
    void aLastingShiftBecomesTheUsualOnce() {
        DoubleSupplier signal = Signals.of("gaussian", 2, 8640);
        LevelShiftDetector detector = detector(Direction.BOTH);
        int edges = 0;
        boolean on = false;
        for (int i = 0; i < 4000; i++) {
            boolean now = detector.update(10_000L * i, signal.getAsDouble() + (i >= 1000 ? 20 : 0)) >= 0.5;
            edges += now && !on ? 1 : 0;
            on = now;
        }
        assertThat(edges).isEqualTo(1);
        assertThat(on).isFalse();
        assertThat(detector.usual()).isCloseTo(30, within(1.0));
    }

    @Test
    void duringAnAlertTheUsualIsWhatWasBefore() {
        DoubleSupplier signal = Signals.of("gaussian", 3, 8640);
        LevelShiftDetector detector = detector(Direction.UP);
        for (int i = 0; i < 400; i++) {
            detector.update(10_000L * i, signal.getAsDouble() + (i >= 360 ? 20 : 0));
        }
        assertThat(detector.usual()).isCloseTo(10, within(1.0));
    }

    @Test
    void theFutureDoesNotChangePastScores() {
        double[] values = new Random(4).doubles(1000).toArray();
        double[] changed = values.clone();
        for (int i = 500; i < 1000; i++) {
            changed[i] = 50 - changed[i];
        }
        AnomalyDetector one = detector(Direction.BOTH);
        AnomalyDetector other = detector(Direction.BOTH);
        for (int i = 0; i < 500; i++) {
            assertThat(one.update(10_000L * i, values[i])).isEqualTo(other.update(10_000L * i, changed[i]));
        }
    }

    @Test
    void missingAndInfiniteValuesScoreZeroAndLeaveNoTrace() {
        DoubleSupplier signal = Signals.of("ar", 5, 8640);
        AnomalyDetector clean = detector(Direction.BOTH);
        AnomalyDetector dirty = detector(Direction.BOTH);
        for (int i = 0; i < 2000; i++) {
            double value = signal.getAsDouble();
            assertThat(dirty.update(10_000L * i, Double.NaN)).isZero();
            assertThat(dirty.update(10_000L * i, Double.POSITIVE_INFINITY)).isZero();
            assertThat(dirty.update(10_000L * i, 1e300)).isZero();
            assertThat(dirty.update(10_000L * i, value)).isEqualTo(clean.update(10_000L * i, value));
        }
    }

    @Test
    void aFreshDetectorIsSilentForSixtyValues() {
        Random random = new Random(6);
        AnomalyDetector detector = detector(Direction.BOTH);
        for (int i = 0; i < 60; i++) {
            assertThat(detector.update(10_000L * i, 1e6 * random.nextGaussian()))
                    .isZero();
        }
    }

    @Test
    void gapsAndClocksThatGoBackAreSurvived() {
        DoubleSupplier signal = Signals.of("gaussian", 7, 8640);
        AnomalyDetector detector = detector(Direction.BOTH);
        long[] jumps = {10_000, 10_000, 0, -86_400_000, 86_400_000, 10_000};
        long at = 0;
        for (int i = 0; i < 6000; i++) {
            at += jumps[i % jumps.length];
            assertThat(detector.update(at, signal.getAsDouble())).isBetween(0.0, 0.5 - 1e-9);
        }
    }

    @Test
    void aFlatSignalThatStartsToMoveDoesNotStayInAlertForEver() {
        AnomalyDetector detector = detector(Direction.BOTH);
        DoubleSupplier signal = Signals.of("gaussian", 8, 8640);
        for (int i = 0; i < 500; i++) {
            detector.update(10_000L * i, 10);
        }
        int alerts = 0;
        for (int i = 500; i < 5000; i++) {
            alerts += detector.update(10_000L * i, signal.getAsDouble()) >= 0.5 && i > 2500 ? 1 : 0;
        }
        assertThat(alerts).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "NaN", "1001"})
    void budgetsOutOfRangeAreRefused(double perDay) {
        assertThatThrownBy(() -> new FalseAlarmBudget(perDay))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + perDay + ")");
    }

    @Test
    void aBudgetIsSharedEvenlyAndTurnedIntoAChancePerStep() {
        assertThat(new FalseAlarmBudget(1).split(4).perDay()).isEqualTo(0.25);
        assertThat(new FalseAlarmBudget(8.64).perStep(STEP)).isCloseTo(0.001, within(1e-12));
    }
}
