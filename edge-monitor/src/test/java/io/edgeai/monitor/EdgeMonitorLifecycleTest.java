package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.resource.ResourceReading;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EdgeMonitorLifecycleTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FakeTime time = new FakeTime();

    private EdgeMonitor.Builder manual() {
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .resources(() -> ResourceReading.NONE)
                .manualTicks();
    }

    @ParameterizedTest
    @CsvSource({"PT0.1S,true", "PT0.099S,false", "PT1H,true", "PT1H0.000000001S,false", "PT0S,false", "PT-1S,false"})
    void windowsAreAHundredMillisecondsToAnHour(Duration window, boolean allowed) {
        EdgeMonitor.Builder builder = manual();
        if (allowed) {
            try (EdgeMonitor monitor = builder.window(window).build()) {
                monitor.listener(V1).success(5);
                time.advance(window);
                monitor.tick();
                assertThat(monitor.windows(V1)).singleElement().satisfies(closed -> assertThat(closed.length())
                        .isEqualTo(window));
            }
        } else {
            assertThatThrownBy(() -> builder.window(window))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + window + ")")
                    .hasMessageContaining("Maybe");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-0.1", "NaN", "Infinity", "1000.5"})
    void budgetsOutOfRangeNameTheValue(double perDay) {
        assertThatThrownBy(() -> manual().falseAlarmsPerDay(perDay))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + perDay + ")");
    }

    /** The builder copies: what is added to the set afterwards is not watched. */
    @Test
    void signalsAreCopied() {
        EnumSet<SignalKind> signals = EnumSet.of(SignalKind.LATENCY);
        EdgeMonitor.Builder builder = manual().signals(signals);
        signals.add(SignalKind.ERRORS);
        try (EdgeMonitor monitor = builder.build()) {
            monitor.listener(V1);
            assertThat(monitor.health(V1).parts())
                    .extracting(HealthPart::signal)
                    .containsExactly(SignalKind.LATENCY);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SignalKind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SERIES", "OBJECTIVE"})
    void eachSignalCanBeWatchedAlone(SignalKind signal) {
        try (EdgeMonitor monitor = manual().signals(Set.of(signal)).build()) {
            InferenceListener listener = monitor.listener(V1);
            for (int w = 0; w < 70; w++) {
                listener.success(1000);
                listener.sample(new float[] {w}, new float[] {1, 2});
                monitor.accuracy(V1, 1, 1);
                time.advance(Duration.ofSeconds(10));
                monitor.tick();
            }
            assertThat(monitor.health(V1).parts()).singleElement().satisfies(part -> assertThat(part.signal())
                    .isEqualTo(signal));
            assertThat(monitor.alerts()).isEmpty();
        }
    }

    @Test
    void withoutDriftSignalsSamplesAreNotKept() {
        try (EdgeMonitor monitor = manual().signals(Set.of(SignalKind.LATENCY)).build()) {
            for (int i = 0; i < 5000; i++) {
                monitor.listener(V1).sample(new float[1], new float[1]);
            }
            assertThat(monitor.droppedSamples(V1)).isZero();
        }
    }

    @Test
    void whatIsForgottenCanBeCollected() {
        try (EdgeMonitor monitor = manual().build()) {
            WeakReference<InferenceListener> listener = new WeakReference<>(monitor.listener(V1));
            monitor.listener(V1).success(10);
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
            monitor.forget(V1);
            await().atMost(PATIENCE).until(() -> {
                System.gc();
                return listener.get() == null;
            });
            assertThat(monitor.versions()).isEmpty();
            for (int i = 0; i < 3; i++) {
                monitor.forget(V1);
            }
            assertThatThrownBy(() -> monitor.windows(V1)).isInstanceOf(ModelNotFoundException.class);
            assertThatThrownBy(() -> monitor.minutes(V1)).isInstanceOf(ModelNotFoundException.class);
            assertThatThrownBy(() -> monitor.drift(V1)).isInstanceOf(ModelNotFoundException.class);
            assertThatThrownBy(() -> monitor.droppedSamples(V1)).isInstanceOf(ModelNotFoundException.class);
        }
    }

    @Test
    void anOldListenerOfAForgottenVersionCountsForNobody() {
        try (EdgeMonitor monitor = manual().build()) {
            InferenceListener old = monitor.listener(V1);
            monitor.forget(V1);
            monitor.listener(V1).success(1);
            old.success(1);
            old.failure(1, new IllegalStateException());
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
            assertThat(monitor.windows(V1)).singleElement().satisfies(window -> assertThat(window.count())
                    .isEqualTo(1));
        }
    }

    @Test
    void withManualTicksThereIsNoThreadAndNoWindowByItself() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (EdgeMonitor monitor = EdgeMonitor.builder()
                .window(Duration.ofMillis(100))
                .manualTicks()
                .build()) {
            monitor.listener(V1).success(1);
            Set<Thread> fresh =
                    new java.util.HashSet<>(Thread.getAllStackTraces().keySet());
            fresh.removeAll(before);
            assertThat(fresh).noneMatch(thread -> thread.getName().startsWith("edgeai-monitor-"));
            assertThat(monitor.windows(V1)).isEmpty();
        }
    }

    @Test
    void closingEndsTheThreadAndMayBeRepeated() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        EdgeMonitor monitor = EdgeMonitor.builder()
                .window(Duration.ofMillis(100))
                .resources(() -> {
                    thread.set(Thread.currentThread());
                    return ResourceReading.NONE;
                })
                .build();
        await().atMost(PATIENCE).until(() -> thread.get() != null);
        for (int i = 0; i < 3; i++) {
            monitor.close();
        }
        await().atMost(PATIENCE).until(() -> !thread.get().isAlive());
        assertThat(monitor.alerts()).isEmpty();
    }

    /** The bus hands the failure on and the tick goes on with the next version. */
    @Test
    void aSubscriberThatFailsDoesNotStopTheOthers() {
        List<RuntimeException> failures = new CopyOnWriteArrayList<>();
        List<VersionRef> told = new ArrayList<>();
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, event -> {
            throw new IllegalStateException("subscriber");
        });
        events.subscribe(AlertRaised.class, event -> told.add(event.version()));
        try (EdgeMonitor monitor =
                manual().events(events).signals(Set.of(SignalKind.ERRORS)).build()) {
            for (int w = 0; w < 110; w++) {
                for (int v = 1; v <= 3; v++) {
                    InferenceListener listener = monitor.listener(VersionRef.of("defects", v));
                    for (int i = 0; i < 50; i++) {
                        if (i < (w < 100 ? 1 : 40)) {
                            listener.failure(1, new IllegalStateException());
                        } else {
                            listener.success(1);
                        }
                    }
                }
                time.advance(Duration.ofSeconds(10));
                monitor.tick();
            }
            assertThat(monitor.windows(VersionRef.of("defects", 3))).hasSize(110);
        }
        assertThat(failures).hasSize(3).allMatch(failure -> "subscriber".equals(failure.getMessage()));
        assertThat(told).hasSize(3).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"-1,5", "6,5", "0,-1"})
    void impossibleAccuraciesAreRefusedAndAnEmptyReportIsNothing(long correct, long total) {
        try (EdgeMonitor monitor = manual().build()) {
            assertThatThrownBy(() -> monitor.accuracy(V1, correct, total)).isInstanceOf(InvalidInputException.class);
            monitor.accuracy(V1, 0, 0);
            assertThat(monitor.versions()).isEmpty();
        }
    }
}
