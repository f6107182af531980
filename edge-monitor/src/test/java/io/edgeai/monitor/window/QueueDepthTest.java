package io.edgeai.monitor.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A queue that is played, against the number of those who wait counted every microsecond. */
class QueueDepthTest {
    private static final long MICRO = 1_000;
    private static final int MICROS = 10_000_000;

    @Test
    void whatTheWindowSaysIsWhatAnObserverOfTheQueueCounts() {
        Random random = new Random(11);
        FakeTime time = new FakeTime();
        LatencyRecorder recorder = new LatencyRecorder();
        WindowSeries series = new WindowSeries(recorder, Duration.ofSeconds(10), time, time);
        long[] waiting = new long[MICROS + 1];
        long freeAt = 0;
        long at = 0;
        long service = 900;
        while (true) {
            at += 1 + (long) (-1000 * Math.log(1 - random.nextDouble()));
            long begins = Math.max(at, freeAt);
            if (begins >= MICROS) {
                break;
            }
            freeAt = begins + service;
            if (begins == at) {
                recorder.success(service * MICRO);
            } else {
                recorder.ran(1, service * MICRO);
                recorder.success((freeAt - at) * MICRO, (begins - at) * MICRO);
            }
            waiting[(int) at]++;
            waiting[(int) begins]--;
        }
        double sum = 0;
        long now = 0;
        for (int i = 0; i < MICROS; i++) {
            now += waiting[i];
            sum += now;
        }
        time.advance(Duration.ofSeconds(10));
        WindowSummary window = series.roll(ResourceReading.NONE).get(Tier.FINE);

        assertThat(window.queueDepth()).isCloseTo(sum / MICROS, withinPercentage(1));
        assertThat(window.queueDepth())
                .as("of a server that is busy nine tenths of the time")
                .isGreaterThan(1);
        assertThat(window.runs().meanComputeNanos()).isCloseTo(900e3, withinPercentage(0.8));
        assertThat(window.runs().meanBatch()).isEqualTo(1);
        assertThat(window.runs().runs()).isEqualTo(window.count());
    }

    @Test
    void longerWindowsAddUpTheEnergyOfShorterOnes() {
        FakeTime time = new FakeTime();
        LatencyRecorder recorder = new LatencyRecorder();
        WindowSeries series = new WindowSeries(recorder, Duration.ofSeconds(10), time, time);
        double[] perSecond = {10, 20, 30, 40, 50, 60};
        double sum = 0;
        WindowSummary minute = null;
        for (double each : perSecond) {
            recorder.ran(4, 500_000_000);
            recorder.ran(4, 500_000_000);
            for (int i = 0; i < 8; i++) {
                recorder.success(500_000_000, 1_000_000);
            }
            time.advance(Duration.ofSeconds(10));
            var closed = series.roll(ResourceReading.NONE, each);
            sum += closed.get(Tier.FINE).runs().joules();
            minute = closed.getOrDefault(Tier.COARSE, minute);
        }
        assertThat(sum).as("a second of runs in each window").isCloseTo(210, withinPercentage(0.8));
        assertThat(minute).isNotNull();
        assertThat(minute.runs().joules()).isCloseTo(sum, offset(1e-9));
        assertThat(minute.joulesPerThousand()).isCloseTo(sum / 48 * 1000, offset(1e-9));
        assertThat(minute.runs().meanBatch()).isEqualTo(4);
        assertThat(minute.runs().sizes().runs(2)).isEqualTo(12);
        assertThat(minute.runs().computeNanosPerRequest()).isCloseTo(125e6, withinPercentage(0.8));
    }

    @Test
    void energyThatCannotBeReadIsUnknownAndNotNothing() {
        FakeTime time = new FakeTime();
        LatencyRecorder recorder = new LatencyRecorder();
        WindowSeries series = new WindowSeries(recorder, Duration.ofSeconds(10), time, time);
        recorder.success(1_000);
        time.advance(Duration.ofSeconds(60));
        series.roll(ResourceReading.NONE);
        assertThat(List.of(Tier.FINE, Tier.COARSE)).allSatisfy(tier -> assertThat(series.windows(tier))
                .singleElement()
                .satisfies(window -> assertThat(window.joulesPerThousand()).isNaN()));
    }
}
