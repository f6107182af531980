package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorWatchTest {
    private final ErrorWatch watch = new ErrorWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
    private final Windows windows = new Windows();

    private SignalView feed(long calls, long errors) {
        return watch.update(windows.of(calls, errors, 1e6, 2e6));
    }

    /** value = 1 − 10·Σ 0.9^k errors / Σ 0.9^k calls, summed over all windows from the newest back. */
    @Test
    void healthIsOneMinusTenTimesTheRecentRateByTheFullSum() {
        Random random = new Random(1);
        List<int[]> seen = new ArrayList<>();
        for (int w = 0; w < 120; w++) {
            int calls = 1 + random.nextInt(300);
            int errors = random.nextInt(calls / 8 + 1);
            seen.add(new int[] {calls, errors});
            double allCalls = 0;
            double allErrors = 0;
            for (int back = 0; back <= w; back++) {
                allCalls += Math.pow(0.9, back) * seen.get(w - back)[0];
                allErrors += Math.pow(0.9, back) * seen.get(w - back)[1];
            }
            double expected = Math.max(0, 1 - 10 * allErrors / allCalls);
            assertThat(feed(calls, errors).value()).as("window %s", w).isCloseTo(expected, within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "10,0.9", "50,0.5", "100,0", "1000,0"})
    void aTenthFailedCostsTheWholePart(long errorsInThousand, double value) {
        SignalView view = feed(1000, errorsInThousand);
        assertThat(view.value()).isCloseTo(value, within(1e-9));
        assertThat(view.signal()).isEqualTo(SignalKind.ERRORS);
    }

    @Test
    void aRiseIsToldFromTheUsualToTheNewRate() {
        for (int i = 0; i < 100; i++) {
            feed(1000, 10);
        }
        assertThat(feed(1000, 10).sentence()).isEqualTo("1.00 % of recent calls failed, as usual.");
        SignalView view = feed(1000, 400);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.sentence()).isEqualTo("The error rate rose from 1.00 % to 40.0 %.");
    }

    @Test
    void aVersionThatNeverWorkedIsAnAlertFromTheThirdWindowOn() {
        assertThat(feed(10, 10).score()).isZero();
        assertThat(feed(10, 9).score()).isZero();
        SignalView third = feed(10, 10);
        assertThat(third.score()).isGreaterThanOrEqualTo(0.5);
        assertThat(third.sentence()).startsWith("Most calls fail: 96").endsWith(" of recent calls failed.");
        for (int i = 0; i < 400; i++) {
            assertThat(feed(10, 10).score()).as("window %s", i).isGreaterThanOrEqualTo(0.5);
        }
        assertThat(feed(10, 0).score()).as("it works again").isLessThan(0.5);
    }

    @Test
    void halfOfTheCallsOrAHandfulOfThemAreNone() {
        for (int i = 0; i < 25; i++) {
            assertThat(feed(10, 5).score()).isLessThan(0.5);
        }
        ErrorWatch quiet = new ErrorWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
        for (int i = 0; i < 25; i++) {
            assertThat(quiet.update(windows.of(1, 1, 1e6, 2e6)).score())
                    .as("ten windows have ten calls")
                    .isZero();
        }
    }

    @Test
    void anIdleWindowIsUnknownAndForgetsNothing() {
        double before = feed(100, 5).value();
        assertThat(feed(0, 0).part().known()).isFalse();
        assertThat(feed(100, 5).value()).isCloseTo(before, within(1e-12));
    }
}
