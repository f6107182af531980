package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyWatchTest {
    private final LatencyWatch watch = new LatencyWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
    private final Windows windows = new Windows();
    private final Random random = new Random(1);

    private SignalView feed(int count, double p50, double p99, double noise) {
        SignalView view = SignalView.unknown(SignalKind.LATENCY, "-");
        for (int i = 0; i < count; i++) {
            view = watch.update(windows.of(
                    100,
                    0,
                    p50 * Math.exp(noise * random.nextGaussian()),
                    p99 * Math.exp(noise * random.nextGaussian())));
        }
        return view;
    }

    @Test
    void aRiseOfTheMedianIsNamedAndCostsWhatIsLostOfTheSpeed() {
        feed(300, 1e6, 5e6, 0.02);
        SignalView view = feed(10, 4e6, 5e6, 0.02);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.sentence()).matches("Median latency rose from 1\\.0 ms to [34]\\.\\d ms\\.");
        assertThat(view.value()).isCloseTo(0.25, within(0.03));
    }

    @Test
    void aRiseOfTheTailAloneIsNamedP99() {
        feed(300, 1e6, 5e6, 0.02);
        SignalView view = feed(10, 1e6, 50e6, 0.02);
        assertThat(view.score()).isGreaterThan(0.5);
        assertThat(view.sentence()).startsWith("p99 latency rose from 5.").contains(" ms to ");
        assertThat(view.value()).isCloseTo(0.1, within(0.02));
    }

    /** A signal with little noise shows small rises clearly; below a fifth they are still no alert. */
    @ParameterizedTest
    @CsvSource({"1.15,false", "1.3,true"})
    void aRiseOfLessThanAFifthIsNeverAnAlert(double factor, boolean alert) {
        feed(300, 1e6, 2e6, 0.004);
        SignalView view = feed(20, 1e6 * factor, 2e6 * factor, 0.004);
        assertThat(view.score() >= 0.5).isEqualTo(alert);
        assertThat(view.value() < 1).isEqualTo(alert);
    }

    @Test
    void fasterIsNoAlert() {
        feed(300, 1e6, 5e6, 0.02);
        for (int i = 0; i < 100; i++) {
            assertThat(feed(1, 2e5, 1e6, 0.02).score()).isLessThan(0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0})
    void aWindowWithoutLatencyIsUnknownAndChangesNothing(double nothing) {
        LatencyWatch other = new LatencyWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
        for (int i = 0; i < 200; i++) {
            double p50 = 1e6 * Math.exp(0.1 * random.nextGaussian());
            var window = windows.of(10, 0, p50, 2 * p50);
            SignalView unknown = watch.update(windows.of(5, 5, nothing, nothing));
            assertThat(unknown.part().known()).isFalse();
            assertThat(unknown.score()).isZero();
            assertThat(watch.update(window)).isEqualTo(other.update(window));
        }
    }

    /** Nanoseconds or hours: the watch sees ratios, so the unit of a service does not matter. */
    @Test
    void scoresDoNotDependOnTheUnit() {
        LatencyWatch slow = new LatencyWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);
        for (int i = 0; i < 400; i++) {
            double p50 = 1e4 * Math.exp(0.1 * random.nextGaussian() + (i > 350 ? 1 : 0));
            double one = watch.update(windows.of(10, 0, p50, 3 * p50)).score();
            double other =
                    slow.update(windows.of(10, 0, 1000 * p50, 3000 * p50)).score();
            assertThat(other).as("window %s", i).isCloseTo(one, within(1e-3));
        }
    }
}
