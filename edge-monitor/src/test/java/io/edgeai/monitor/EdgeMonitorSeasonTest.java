package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.resource.ResourceReading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three weeks of a service that has half the calls at weekends, stopped and begun again on the third Friday evening. */
class EdgeMonitorSeasonTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Instant THIRD_FRIDAY_EVENING = FakeTime.START.plus(Duration.ofHours(18 * 24 + 18));
    private static final Instant THIRD_SUNDAY = FakeTime.START.plus(Duration.ofDays(20));
    private static final long SEED = 21;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(SEED);

    private EdgeMonitor open(Path history) {
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .window(WINDOW)
                .signals(Set.of(SignalKind.THROUGHPUT))
                .resources(() -> ResourceReading.NONE)
                .history(history)
                .manualTicks()
                .build();
    }

    private void playUntil(EdgeMonitor monitor, Instant end) {
        InferenceListener listener = monitor.listener(VERSION);
        while (time.instant().isBefore(end)) {
            long day = Duration.between(FakeTime.START, time.instant()).toDays();
            double usual = day % 7 < 5 ? 100 : 50;
            long calls = Math.max(0, Math.round(usual + Math.sqrt(usual) * random.nextGaussian()));
            for (long call = 0; call < calls; call++) {
                listener.success(1_000_000);
            }
            time.advance(WINDOW);
            monitor.tick();
        }
    }

    private List<Alert> onTheThirdWeekend(EdgeMonitor monitor) {
        return monitor.alerts().stream()
                .filter(alert -> alert.since().isAfter(THIRD_FRIDAY_EVENING))
                .toList();
    }

    @Test
    void theWeekIsKnownAfterARestart(@TempDir Path history) {
        try (EdgeMonitor monitor = open(history)) {
            playUntil(monitor, THIRD_FRIDAY_EVENING);
            assertThat(monitor.alerts()).as("the first weekends, seed %s", SEED).isNotEmpty();
        }
        time.advance(Duration.ofMinutes(20));
        try (EdgeMonitor monitor = open(history)) {
            playUntil(monitor, THIRD_SUNDAY);
            assertThat(onTheThirdWeekend(monitor)).as("seed %s", SEED).isEmpty();
        }
    }

    @Test
    void withoutAHistoryTheWeekendIsAnAlert(@TempDir Path empty) {
        time.advance(Duration.between(FakeTime.START, THIRD_FRIDAY_EVENING.minus(WINDOW.multipliedBy(80))));
        try (EdgeMonitor monitor = open(empty)) {
            playUntil(monitor, THIRD_SUNDAY);
            assertThat(onTheThirdWeekend(monitor)).as("seed %s", SEED).isNotEmpty();
        }
    }
}
