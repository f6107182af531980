package io.edgeai.monitor.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows recomputed from a list of all calls. */
class WindowSeriesPropertyTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final FakeTime time = new FakeTime();
    private final LatencyRecorder recorder = new LatencyRecorder();
    private final WindowSeries series = new WindowSeries(recorder, WINDOW, time, time);

    /** One call as the test remembers it; nanoseconds since the start, latency -1 for a failure. */
    private record Call(long at, long latency) {}

    @RepeatedTest(12)
    void bothTiersEqualTheRecomputationFromRawCalls(RepetitionInfo info) {
        long seed = info.getCurrentRepetition();
        Random random = new Random(seed);
        List<Call> calls = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 1500; step++) {
            for (int i = random.nextInt(12); i > 0; i--) {
                long latency = random.nextInt(9) == 0 ? -1 : (long) Math.exp(24 * random.nextDouble());
                calls.add(new Call(now, latency));
                if (latency < 0) {
                    recorder.failure(77, new IllegalStateException());
                } else {
                    recorder.success(latency);
                }
            }
            int by = random.nextInt(40) == 0 ? random.nextInt(90_000) : random.nextInt(4000);
            time.advance(Duration.ofMillis(by));
            now += by * 1_000_000L;
            series.roll(ResourceReading.NONE);
        }
        check(seed, series.windows(Tier.FINE), calls);
        check(seed, series.windows(Tier.COARSE), calls);
    }

    private static void check(long seed, List<WindowSummary> windows, List<Call> calls) {
        Instant end = windows.get(0).start();
        for (WindowSummary window : windows) {
            assertThat(window.start()).as("seed %s: no hole", seed).isEqualTo(end);
            end = window.start().plus(window.length());
            long from = Duration.between(FakeTime.START, window.start()).toNanos();
            long to = from + window.length().toNanos();
            long[] latencies = calls.stream()
                    .filter(call -> call.at() >= from && call.at() < to && call.latency() >= 0)
                    .mapToLong(Call::latency)
                    .sorted()
                    .toArray();
            long all = calls.stream()
                    .filter(call -> call.at() >= from && call.at() < to)
                    .count();
            assertThat(window.count()).as("seed %s at %s", seed, window.start()).isEqualTo(all);
            assertThat(window.errors()).isEqualTo(all - latencies.length);
            close(window.p50Nanos(), latencies, 0.5);
            close(window.p90Nanos(), latencies, 0.9);
            close(window.p99Nanos(), latencies, 0.99);
            close(window.maxNanos(), latencies, 1);
        }
    }

    private static void close(double seen, long[] sorted, double q) {
        if (sorted.length == 0) {
            assertThat(seen).isNaN();
        } else {
            long exact = sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
            assertThat(seen).isCloseTo((double) exact, within(exact / 128.0 + 1));
        }
    }

    /** Medians of the sixths of a minute are 1, 2 … 6 ms; that of the minute is not their mean but of all calls. */
    @Test
    void coarseQuantilesAreThoseOfAllCallsNotMeansOfQuantiles() {
        for (int w = 1; w <= 6; w++) {
            for (int i = 0; i < (w == 6 ? 1000 : 10); i++) {
                recorder.success(w * 1_000_000L);
            }
            time.advance(WINDOW);
            series.roll(ResourceReading.NONE);
        }
        assertThat(series.windows(Tier.COARSE)).singleElement().satisfies(minute -> {
            assertThat(minute.p50Nanos()).isCloseTo(6e6, within(6e6 / 128));
            assertThat(minute.count()).isEqualTo(1050);
        });
        assertThat(series.windows(Tier.FINE).stream()
                        .mapToDouble(WindowSummary::p50Nanos)
                        .average()
                        .orElse(0))
                .isCloseTo(3.5e6, within(3.5e6 / 128));
    }

    @Test
    void aClockSetBackMovesDatesAndNothingElse() {
        for (int w = 0; w < 30; w++) {
            recorder.success(1);
            if (w == 15) {
                time.set(FakeTime.START.minus(Duration.ofDays(400)));
            }
            time.advance(WINDOW);
            series.roll(ResourceReading.NONE);
        }
        assertThat(series.windows(Tier.FINE)).hasSize(30).allSatisfy(window -> {
            assertThat(window.length()).isEqualTo(WINDOW);
            assertThat(window.count()).isEqualTo(1);
            assertThat(window.gap()).isFalse();
        });
        assertThat(series.windows(Tier.FINE).get(29).start()).isBefore(FakeTime.START.minus(Duration.ofDays(399)));
        assertThat(series.windows(Tier.COARSE)).hasSize(5).allMatch(window -> window.count() == 6);
    }

    /** A jump of any number of windows is one window; the grid stays where it was. */
    @ParameterizedTest
    @CsvSource({"19.999,false", "20,true", "25,true", "36000,true", "864000000,true"})
    void aTickerThatJumpsGivesOneWindowAndKeepsTheGrid(double seconds, boolean gap) {
        long jump = (long) (seconds * 1e9);
        recorder.success(5);
        time.advance(Duration.ofNanos(jump));
        WindowSummary late = series.roll(ResourceReading.NONE).get(Tier.FINE);
        assertThat(late.gap()).isEqualTo(gap);
        assertThat(late.length().toNanos()).isEqualTo(jump);
        assertThat(late.count()).isEqualTo(1);
        long toGrid = WINDOW.toNanos() - jump % WINDOW.toNanos();
        time.advance(Duration.ofNanos(toGrid - 1));
        assertThat(series.roll(ResourceReading.NONE)).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(series.roll(ResourceReading.NONE).get(Tier.FINE)).satisfies(next -> {
            assertThat(next.length().toNanos()).isEqualTo(toGrid);
            assertThat(next.gap()).isFalse();
            assertThat(next.count()).isZero();
        });
    }

    /** An hour of them, but never fewer than 60 and never more than 3600. */
    @ParameterizedTest
    @CsvSource({"PT0.1S,3600", "PT1S,3600", "PT7S,514", "PT10S,360", "PT1M,60", "PT1H,60"})
    void fineHistoryIsBounded(Duration window, int capacity) {
        WindowSeries own = new WindowSeries(recorder, window, time, time);
        for (int w = 0; w < capacity + 5; w++) {
            time.advance(window);
            own.roll(ResourceReading.NONE);
        }
        assertThat(own.windows(Tier.FINE)).hasSize(capacity);
        assertThat(Duration.between(own.windows(Tier.FINE).get(0).start(), time.instant()))
                .isEqualTo(window.multipliedBy(capacity));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT10S", "PT30S", "PT10M"})
    void coarseWindowsAreAMinuteOrSixFineOnes(Duration window) {
        WindowSeries own = new WindowSeries(recorder, window, time, time);
        Duration six = window.multipliedBy(6);
        Duration coarse = six.compareTo(Duration.ofMinutes(1)) > 0 ? six : Duration.ofMinutes(1);
        long rolls = 2 * coarse.dividedBy(window);
        for (long w = 0; w < rolls; w++) {
            time.advance(window);
            own.roll(ResourceReading.NONE);
        }
        assertThat(own.windows(Tier.COARSE)).extracting(WindowSummary::length).containsExactly(coarse, coarse);
    }

    @Test
    void listsGivenOutDoNotChange() {
        time.advance(WINDOW);
        series.roll(ResourceReading.NONE);
        List<WindowSummary> before = series.windows(Tier.FINE);
        time.advance(WINDOW);
        series.roll(ResourceReading.NONE);
        assertThat(before).hasSize(1);
        assertThat(series.windows(Tier.FINE)).hasSize(2);
    }

    @Test
    void eachWindowCarriesTheReadingOfItsEnd() {
        for (int w = 0; w < 5; w++) {
            time.advance(WINDOW);
            series.roll(new ResourceReading(w, 2.0 * w, 3.0 * w));
        }
        for (int w = 0; w < 5; w++) {
            assertThat(series.windows(Tier.FINE).get(w).resources())
                    .isEqualTo(new ResourceReading(w, 2.0 * w, 3.0 * w));
        }
    }
}
