package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.trend.Crossing;
import io.edgeai.monitor.trend.Forecast;
import io.edgeai.monitor.trend.Forecaster;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VersionTrendsTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(3);
    private double heapMegabytes = 100;
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .signals(Set.of(SignalKind.LATENCY))
            .resources(() ->
                    new ResourceReading(Double.NaN, 1e6 * (heapMegabytes + 2 * random.nextGaussian()), Double.NaN))
            .manualTicks()
            .build();

    /** A minute in which the heap grows by half a megabyte. */
    private void minute() {
        InferenceListener listener = monitor.listener(V1);
        for (int call = 0; call < 20; call++) {
            listener.success((long) (2e6 * Math.exp(0.1 * random.nextGaussian())));
        }
        heapMegabytes += 0.5;
        time.advance(Duration.ofMinutes(1));
        monitor.tick();
    }

    /** From 100 MB at half a megabyte a minute: 400 MB after 600 minutes, 360 of which are still to come. */
    @Test
    void aLeakOfMemoryIsTimed() {
        for (int minute = 0; minute < 240; minute++) {
            minute();
        }
        VersionTrends trends = monitor.trends(V1);
        Crossing full = trends.crossing(window -> window.resources().heapBytes(), 400e6);

        assertThat(trends.step()).isEqualTo(Duration.ofMinutes(1));
        assertThat(trends.trend(window -> window.resources().heapBytes()).slope())
                .isCloseTo(0.5e6, within(0.02e6));
        assertThat(full.p50()).isCloseTo(360, within(18.0));
        assertThat(full.p10()).isLessThan(full.p90());
        assertThat(trends.trend(WindowSummary::p50Nanos).rising()).isFalse();
    }

    @Test
    void aGapTakesItsTime() {
        for (int minute = 0; minute < 200; minute++) {
            if (minute == 100) {
                heapMegabytes += 25;
                time.advance(Duration.ofMinutes(50));
                monitor.tick();
            }
            minute();
        }

        assertThat(monitor.trends(V1)
                        .trend(window -> window.resources().heapBytes())
                        .slope())
                .as("250 minutes, 200 windows")
                .isCloseTo(0.5e6, within(0.02e6));
    }

    @Test
    void latencyIsForecastInMinutes() {
        for (int minute = 0; minute < 60; minute++) {
            minute();
        }
        Forecast next = monitor.trends(V1)
                .forecast(window -> window.p50Nanos() * 1e-6, Forecaster.ofDefaults(), Duration.ofSeconds(601));

        assertThat(next.horizon()).isEqualTo(11);
        assertThat(next.mean()[10]).isCloseTo(2, within(0.1));
        assertThat(next.lower()[10]).isLessThan(2);
        assertThat(next.upper()[10]).isGreaterThan(2);
    }

    @Test
    void tooFewWindowsAreRefused() {
        minute();

        assertThatThrownBy(() -> monitor.trends(V1).trend(WindowSummary::p50Nanos))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1)")
                .hasMessageContaining("Maybe");
    }
}
