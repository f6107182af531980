package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccuracyWatchTest {
    private final AccuracyWatch watch = new AccuracyWatch(FalseAlarmBudget.ofDefaults(), Windows.LENGTH);

    private long nanos;

    /** A report each window. */
    private SignalView update(long correct, long total) {
        nanos += Windows.LENGTH.toNanos();
        return watch.update(correct, total, nanos);
    }

    private SignalView feed(Random random, int reports, int labels, double accuracy) {
        SignalView view = update(labels, labels);
        for (int r = 0; r < reports; r++) {
            int right = 0;
            for (int i = 0; i < labels; i++) {
                right += random.nextDouble() < accuracy ? 1 : 0;
            }
            view = update(right, labels);
        }
        return view;
    }

    @Test
    void beforeAnAlertTheWordsAreTheRecentAccuracy() {
        SignalView view = update(90, 100);
        assertThat(view.sentence()).isEqualTo("Accuracy is 90.0 %, as usual.");
        assertThat(view.value()).isEqualTo(1);
        // (10·0.9 + 40) of (100·0.9 + 100) wrong
        assertThat(update(60, 100).sentence()).isEqualTo("Accuracy is 74.2 %, as usual.");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aLossIsAnAlertWorthTheRatioOfTheAccuracies(long seed) {
        Random random = new Random(seed);
        assertThat(feed(random, 200, 100, 0.9).score()).isLessThan(0.5);
        SignalView view = feed(random, 40, 100, 0.45);
        assertThat(view.score()).as("seed %s", seed).isGreaterThan(0.5);
        assertThat(view.value()).isCloseTo(0.5, within(0.05));
        assertThat(view.sentence()).matches("Accuracy fell from (89|90|91)\\.\\d % to [34]\\d\\.\\d %\\.");
    }

    @Test
    void aGainIsNoAlert() {
        Random random = new Random(5);
        feed(random, 100, 100, 0.6);
        for (int i = 0; i < 100; i++) {
            SignalView view = update(99, 100);
            assertThat(view.score()).isLessThan(0.5);
            assertThat(view.value()).isEqualTo(1);
        }
    }

    @Test
    void allWrongForEverHasAHealthOfZeroAndNoNaN() {
        for (int i = 0; i < 100; i++) {
            update(100, 100);
        }
        for (int i = 0; i < 100; i++) {
            SignalView view = update(0, 100);
            assertThat(view.value()).isBetween(0.0, 1.0);
            assertThat(view.score()).isGreaterThan(0.5);
        }
        assertThat(update(0, 100).value()).isCloseTo(0, within(1e-3));
    }
}
