package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorRateDetectorTest {
    private static ErrorRateDetector detector() {
        return new ErrorRateDetector(FalseAlarmBudget.ofDefaults(), Duration.ofSeconds(10));
    }

    private static int errors(Random random, int calls, double rate) {
        int errors = 0;
        for (int i = 0; i < calls; i++) {
            errors += random.nextDouble() < rate ? 1 : 0;
        }
        return errors;
    }

    /** Median calls from the change to the alert, in windows of ten calls. */
    @ParameterizedTest
    @CsvSource({"0.05,0.10,700", "0.05,0.20,120", "0.20,0.30,520", "0.20,0.50,80", "0.001,0.05,150"})
    void aRiseIsFoundNearTheTheoreticalDelay(double before, double after, int calls) {
        int[] delays = new int[60];
        Arrays.setAll(delays, seed -> delay(seed, before, after));
        Arrays.sort(delays);
        assertThat(delays[30]).isLessThanOrEqualTo(calls);
        assertThat(delays[56]).as("found in 95 %").isLessThan(5000);
    }

    private static int delay(int seed, double before, double after) {
        Random random = new Random(seed);
        ErrorRateDetector detector = detector();
        for (int i = 0; i < 500; i++) {
            detector.update(10, errors(random, 10, before));
        }
        for (int i = 1; i < 500; i++) {
            if (detector.update(10, errors(random, 10, after)) >= 0.5) {
                return 10 * i;
            }
        }
        return 5000;
    }

    /** One call a window is the classical stream; a recipe of this family measured 342, 62, 266 and 42. */
    @ParameterizedTest
    @CsvSource({"0.05,0.10,450", "0.05,0.20,80", "0.20,0.30,460", "0.20,0.50,60"})
    void oneCallAWindowIsFoundFasterThanByAdwin(double before, double after, int calls) {
        int[] delays = new int[60];
        Arrays.setAll(delays, seed -> {
            Random random = new Random(seed);
            ErrorRateDetector detector = detector();
            for (int i = 0; i < 5000; i++) {
                detector.update(1, errors(random, 1, before));
            }
            int delay = 1;
            while (delay < 5000 && detector.update(1, errors(random, 1, after)) < 0.5) {
                delay++;
            }
            return delay;
        });
        Arrays.sort(delays);
        assertThat(delays[30]).isLessThanOrEqualTo(calls);
    }

    @Test
    void aFallIsNoAlert() {
        Random random = new Random(1);
        ErrorRateDetector detector = detector();
        for (int i = 0; i < 3000; i++) {
            assertThat(detector.update(20, errors(random, 20, i < 1000 ? 0.4 : 0.01)))
                    .isLessThan(0.5);
        }
    }

    @Test
    void aRiseDoesNotHideItselfInTheBaseline() {
        Random random = new Random(2);
        ErrorRateDetector detector = detector();
        double score = 0;
        for (int i = 0; i < 600; i++) {
            score = detector.update(100, errors(random, 100, i < 500 ? 0.02 : 0.2));
        }
        assertThat(score).isGreaterThan(0.5);
        assertThat(detector.usual()).isCloseTo(0.02, within(0.005));
    }

    @Test
    void whenTheRateFallsBackTheAlertEndsAndTheBaselineIsTheOldOne() {
        Random random = new Random(3);
        ErrorRateDetector detector = detector();
        double score = 1;
        for (int i = 0; i < 620; i++) {
            score = detector.update(100, errors(random, 100, i >= 500 && i < 520 ? 0.3 : 0.02));
        }
        assertThat(score).isLessThan(0.5);
        assertThat(detector.usual()).isCloseTo(0.02, within(0.005));
    }

    @Test
    void aRiseThatLastsBecomesTheUsualOnce() {
        Random random = new Random(4);
        ErrorRateDetector detector = detector();
        int edges = 0;
        boolean on = false;
        for (int i = 0; i < 2000; i++) {
            boolean now = detector.update(100, errors(random, 100, i < 500 ? 0.02 : 0.2)) >= 0.5;
            edges += now && !on ? 1 : 0;
            on = now;
        }
        assertThat(edges).isEqualTo(1);
        assertThat(on).isFalse();
        assertThat(detector.usual()).isCloseTo(0.2, within(0.02));
    }

    @Test
    void totalFailureAfterNoFailureAtAllIsAnAlertAtOnce() {
        ErrorRateDetector detector = detector();
        for (int i = 0; i < 100; i++) {
            assertThat(detector.update(1000, 0)).isLessThan(0.5);
        }
        assertThat(detector.update(1000, 1000)).isGreaterThan(0.5);
    }

    @Test
    void windowsWithoutCallsChangeNothing() {
        ErrorRateDetector detector = detector();
        detector.update(500, 5);
        double usual = detector.usual();
        assertThat(detector.update(0, 0)).isZero();
        assertThat(detector.usual()).isEqualTo(usual);
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThatThrownBy(() -> detector().update(5, 6))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(6)")
                .hasMessageContaining("(5)");
        assertThatThrownBy(() -> detector().update(5, -1)).isInstanceOf(InvalidInputException.class);
    }
}
