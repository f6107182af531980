package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThroughputWatchTest {
    private final ThroughputWatch watch = new ThroughputWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
    private final Windows windows = new Windows();
    private final Random random = new Random(1);

    private SignalView feed(int count, double calls) {
        SignalView view = SignalView.unknown(SignalKind.THROUGHPUT, "-");
        for (int i = 0; i < count; i++) {
            long n = Math.round(Math.max(0, calls + Math.sqrt(calls) * random.nextGaussian()));
            view = watch.update(windows.of(n, 0, 1e6, 2e6));
        }
        return view;
    }

    @Test
    void beforeTheFirstCallNothingIsKnown() {
        SignalView view = feed(50, 0);
        assertThat(view.part().known()).isFalse();
        assertThat(view.sentence()).isEqualTo("No calls yet.");
        assertThat(feed(1, 100).part().known()).isTrue();
    }

    @Test
    void silenceAfterManyCallsIsAnAlertThatCostsEverything() {
        feed(300, 1000);
        SignalView view = feed(6, 0);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.value()).isZero();
        assertThat(view.sentence()).matches("Calls fell from (99|100|101)\\.\\d to 0\\.0 a second\\.");
    }

    @Test
    void halfTheCallsCostHalfThePart() {
        feed(300, 10_000);
        SignalView view = feed(10, 5000);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.value()).isCloseTo(0.5, within(0.03));
    }

    /** With 100,000 calls a window a drop of a tenth is 30 standard deviations, and still no alert. */
    @ParameterizedTest
    @CsvSource({"0.9,false", "0.7,true"})
    void aDropOfLessThanAFifthIsNeverAnAlert(double share, boolean alert) {
        feed(300, 100_000);
        SignalView view = feed(10, 100_000 * share);
        assertThat(view.score() >= 0.5).isEqualTo(alert);
        assertThat(view.value() == 1).isEqualTo(!alert);
    }

    @Test
    void moreCallsAreNoAlert() {
        feed(300, 100);
        for (int i = 0; i < 60; i++) {
            assertThat(feed(1, 5000).score()).isLessThan(0.5);
        }
    }
}
