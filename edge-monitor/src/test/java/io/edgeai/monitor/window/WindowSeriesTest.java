package io.edgeai.monitor.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowSeriesTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final FakeTime time = new FakeTime();
    private final LatencyRecorder recorder = new LatencyRecorder();
    private final WindowSeries series = new WindowSeries(recorder, WINDOW, time, time);

    private void advance(Duration by) {
        time.advance(by);
        series.roll(ResourceReading.NONE);
    }

    @Test
    void aWindowClosesWhenItsTimeIsOverAndNotBefore() {
        recorder.success(1000);
        time.advance(WINDOW.minusNanos(1));
        assertThat(series.roll(ResourceReading.NONE)).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(series.roll(ResourceReading.NONE).get(Tier.FINE)).satisfies(window -> {
            assertThat(window.start()).isEqualTo(FakeTime.START);
            assertThat(window.length()).isEqualTo(WINDOW);
            assertThat(window.count()).isEqualTo(1);
            assertThat(window.gap()).isFalse();
        });
        assertThat(series.roll(ResourceReading.NONE)).isEmpty();
    }

    @Test
    void aWindowTellsRatesAndQuantiles() {
        for (int i = 1; i <= 100; i++) {
            recorder.success(i);
        }
        for (int i = 0; i < 25; i++) {
            recorder.failure(1, new IllegalStateException());
        }
        advance(WINDOW);
        WindowSummary window = series.windows(Tier.FINE).get(0);
        assertThat(window.throughputPerSecond()).isCloseTo(12.5, within(1e-9));
        assertThat(window.errorRate()).isEqualTo(0.2);
        assertThat(window.p50Nanos()).isEqualTo(50);
        assertThat(window.p90Nanos()).isEqualTo(90);
        assertThat(window.p99Nanos()).isEqualTo(99);
        assertThat(window.maxNanos()).isEqualTo(100);
    }

    @Test
    void anIdleWindowIsThereAndSaysSo() {
        advance(WINDOW);
        WindowSummary window = series.windows(Tier.FINE).get(0);
        assertThat(window.count()).isZero();
        assertThat(window.p50Nanos()).isNaN();
        assertThat(window.errorRate()).isNaN();
    }

    @Test
    void aLateTickGivesOneLongWindowMarkedAsGapAndKeepsTheGrid() {
        recorder.success(1);
        advance(Duration.ofSeconds(47));
        WindowSummary late = series.windows(Tier.FINE).get(0);
        assertThat(late.gap()).isTrue();
        assertThat(late.length()).isEqualTo(Duration.ofSeconds(47));
        assertThat(late.count()).isEqualTo(1);
        advance(Duration.ofSeconds(3));
        assertThat(series.windows(Tier.FINE)).hasSize(2);
        assertThat(series.windows(Tier.FINE).get(1).length()).isEqualTo(Duration.ofSeconds(3));
        assertThat(series.windows(Tier.FINE).get(1).gap()).isFalse();
    }

    @Test
    void aTickThatIsALittleLateIsNoGap() {
        advance(Duration.ofSeconds(11));
        assertThat(series.windows(Tier.FINE).get(0).gap()).isFalse();
        assertThat(series.windows(Tier.FINE).get(0).length()).isEqualTo(Duration.ofSeconds(11));
    }

    @Test
    void lengthsComeFromTheTickerWhenTheClockIsSetBack() {
        time.set(FakeTime.START.minusSeconds(86_400));
        advance(WINDOW);
        assertThat(series.windows(Tier.FINE).get(0).length()).isEqualTo(WINDOW);
    }

    @Test
    void coarseWindowsCountExactlyWhatTheFineOnesDo() {
        for (int i = 0; i < 60; i++) {
            for (int k = 0; k <= i; k++) {
                recorder.success(1000L * k);
            }
            advance(WINDOW);
        }
        assertThat(series.windows(Tier.FINE)).hasSize(60);
        assertThat(series.windows(Tier.COARSE)).hasSize(10);
        for (int minute = 0; minute < 10; minute++) {
            long sum = series.windows(Tier.FINE).subList(6 * minute, 6 * minute + 6).stream()
                    .mapToLong(WindowSummary::count)
                    .sum();
            assertThat(series.windows(Tier.COARSE).get(minute).count()).isEqualTo(sum);
        }
    }

    @Test
    void historyIsAnHourOfFineAndADayOfCoarseWindows() {
        for (int i = 0; i < 8640 + 100; i++) {
            advance(WINDOW);
        }
        assertThat(series.windows(Tier.FINE)).hasSize(360);
        assertThat(series.windows(Tier.COARSE)).hasSize(1440);
        assertThat(series.windows(Tier.FINE).get(359).start()).isEqualTo(FakeTime.START.plusSeconds(10L * (8640 + 99)));
    }
}
