package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.history.Recorded;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Monitors one after the other on the same folder. */
class EdgeMonitorHistoryTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);
    private static final Duration WINDOW = Duration.ofSeconds(10);

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(11);
    private final List<AlertRaised> raised = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    private EdgeMonitor open() {
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, raised::add);
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .signals(Set.of(SignalKind.LATENCY, SignalKind.ERRORS))
                .history(dir)
                .onFailure(failures::add)
                .manualTicks()
                .build();
    }

    private void windows(EdgeMonitor monitor, int count, double millis) {
        InferenceListener listener = monitor.listener(VERSION);
        for (int window = 0; window < count; window++) {
            for (int call = 0; call < 100; call++) {
                listener.success((long) (1e6 * millis * Math.exp(0.2 * random.nextGaussian())));
            }
            time.advance(WINDOW);
            monitor.tick();
        }
    }

    @Test
    void curvesGoOnAndTheTimeInBetweenIsMarked() {
        List<WindowSummary> before;
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 100, 2);
            before = monitor.windows(VERSION);
        }
        Instant stopped = time.instant();
        time.advance(Duration.ofMinutes(7));
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 1, 2);
            List<WindowSummary> after = monitor.windows(VERSION);
            assertThat(after.subList(0, 100)).isEqualTo(before);
            assertThat(after.get(100)).isEqualTo(WindowSummary.absent(stopped, Duration.ofMinutes(7)));
            assertThat(after.get(101).start()).isEqualTo(stopped.plus(Duration.ofMinutes(7)));
            assertThat(monitor.minutes(VERSION))
                    .filteredOn(window -> !window.gap())
                    .hasSize(16);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aRestartInsideAnAlertDoesNotAnnounceItAgain() {
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 200, 2);
            windows(monitor, 20, 9);
            assertThat(raised).hasSize(1);
        }
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 20, 9);
            Alert alert = monitor.alerts().get(0);
            assertThat(alert.state()).isEqualTo(AlertState.FIRING);
            assertThat(alert.since()).isEqualTo(raised.get(0).at().minus(WINDOW));
            windows(monitor, 30, 2);
            assertThat(monitor.alerts()).singleElement().satisfies(over -> {
                assertThat(over.state()).isEqualTo(AlertState.RESOLVED);
                assertThat(over.since()).isEqualTo(alert.since());
            });
        }
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 20, 9);
            assertThat(monitor.alerts().get(0).state()).as("reopened").isEqualTo(AlertState.FIRING);
        }
        assertThat(raised).as("one incident, one announcement").hasSize(1);
        assertThat(Recorded.read(dir).alerts()).hasSize(1);
    }

    @Test
    void whatIsUsualIsKnownAtOnceAfterARestart() {
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 200, 2);
        }
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 8, 9);
            assertThat(raised).as("without 60 windows of learning").hasSize(1);
        }
    }

    @Test
    void nothingIsKnownOfHealthBeforeTheFirstWindowOfThisRun() {
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 100, 2);
            assertThat(monitor.health(VERSION).score()).hasValue(100);
        }
        try (EdgeMonitor monitor = open()) {
            monitor.listener(VERSION);
            assertThat(monitor.health(VERSION).score()).isEmpty();
            windows(monitor, 1, 2);
            assertThat(monitor.health(VERSION).score()).hasValue(100);
        }
        assertThat(Recorded.read(dir).health(VERSION).orElseThrow().score()).hasValue(100);
    }

    @Test
    void aClockThatWentBackBetweenRunsAddsNoTime() {
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 10, 2);
        }
        time.set(FakeTime.START.minusSeconds(3600));
        try (EdgeMonitor monitor = open()) {
            windows(monitor, 1, 2);
            assertThat(monitor.windows(VERSION, Tier.FINE)).hasSize(11).noneMatch(WindowSummary::gap);
        }
    }

    @Test
    void aSecondMonitorOnTheFolderWorksWithoutRecording() {
        try (EdgeMonitor first = open();
                EdgeMonitor second = open()) {
            assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                    .hasMessageContaining(dir.toString())
                    .hasMessageContaining("Maybe"));
            windows(second, 5, 2);
            assertThat(second.windows(VERSION)).hasSize(5);
            assertThat(Recorded.read(dir).versions()).isEmpty();
            windows(first, 2, 2);
            assertThat(Recorded.read(dir).windows(VERSION, Tier.FINE)).hasSize(2);
        }
    }
}
