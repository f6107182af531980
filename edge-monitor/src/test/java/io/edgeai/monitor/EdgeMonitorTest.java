package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeMonitorTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("defects", 2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FakeTime time = new FakeTime();
    private final List<AlertRaised> raised = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {
        throw failure;
    });
    private final AtomicReference<Double> heap = new AtomicReference<>(100e6);
    private final Random random = new Random(1);
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .events(events)
            .resources(
                    () -> new ResourceReading(Double.NaN, heap.get() * (1 + 0.02 * random.nextGaussian()), Double.NaN))
            .manualTicks()
            .build();

    EdgeMonitorTest() {
        events.subscribe(AlertRaised.class, raised::add);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    /** Windows of about 200 calls with a lognormal latency. */
    private void windows(VersionRef version, int count, double medianNanos, double errorRate, double calls) {
        InferenceListener listener = monitor.listener(version);
        for (int w = 0; w < count; w++) {
            int n = (int) Math.max(0, Math.round(calls + Math.sqrt(calls) * random.nextGaussian()));
            for (int i = 0; i < n; i++) {
                long latency = (long) (medianNanos * Math.exp(0.3 * random.nextGaussian()));
                if (random.nextDouble() < errorRate) {
                    listener.failure(latency, new IllegalStateException());
                } else {
                    listener.success(latency);
                }
            }
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
    }

    private HealthPart part(VersionRef version, SignalKind signal) {
        return monitor.health(version).parts().stream()
                .filter(part -> part.signal() == signal)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aHealthyServiceIsSilentAndHasFullHealth() {
        windows(V1, 2000, 1e6, 0, 200);
        assertThat(raised).isEmpty();
        assertThat(monitor.health(V1).score()).hasValue(100);
        assertThat(monitor.windows(V1)).hasSize(360);
        assertThat(part(V1, SignalKind.ACCURACY).known()).isFalse();
    }

    @Test
    void aSlowerModelIsOneLatencyAlertWithWordsAndCostsHealth() {
        windows(V1, 400, 1e6, 0.001, 200);
        windows(V1, 30, 3e6, 0.001, 200);
        assertThat(raised).singleElement().satisfies(event -> {
            assertThat(event.signal()).isEqualTo(SignalKind.LATENCY);
            assertThat(event.version()).isEqualTo(V1);
            assertThat(event.message()).matches("(Median|p99) latency rose from \\d\\.\\d ms to \\d\\.\\d ms\\.");
            assertThat(event.at()).isBefore(FakeTime.START.plusSeconds(4000 + 150));
        });
        Health health = monitor.health("defects");
        assertThat(health.topCause())
                .hasValueSatisfying(cause -> assertThat(cause.signal()).isEqualTo(SignalKind.LATENCY));
        assertThat(health.score().orElseThrow()).isBetween(60.0, 90.0);
        windows(V1, 40, 1e6, 0.001, 200);
        assertThat(monitor.alerts()).singleElement().extracting(Alert::state).isEqualTo(AlertState.RESOLVED);
        assertThat(part(V1, SignalKind.LATENCY).value()).isEqualTo(1);
    }

    @Test
    void failingCallsAreAnErrorAlert() {
        windows(V1, 400, 1e6, 0.005, 200);
        windows(V1, 10, 1e6, 0.2, 200);
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.ERRORS);
        assertThat(raised.get(0).message()).matches("The error rate rose from 0\\.\\d\\d % to \\d\\d\\.\\d %\\.");
        assertThat(part(V1, SignalKind.ERRORS).pointsLost()).isPositive();
    }

    @Test
    void callsThatStayAwayAreAThroughputAlert() {
        windows(V1, 400, 1e6, 0, 200);
        windows(V1, 20, 1e6, 0, 20);
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.THROUGHPUT);
        assertThat(raised.get(0).message()).matches("Calls fell from (19|20)\\.\\d to \\d\\.\\d a second\\.");
    }

    @Test
    void aGrowingHeapIsOneResourceAlertOfTheBusiestVersion() {
        monitor.listener(V2);
        windows(V1, 400, 1e6, 0, 50);
        heap.set(200e6);
        windows(V1, 20, 1e6, 0, 50);
        assertThat(raised).singleElement().satisfies(event -> {
            assertThat(event.signal()).isEqualTo(SignalKind.RESOURCE);
            assertThat(event.version()).isEqualTo(V1);
            assertThat(event.message()).startsWith("Heap of the process rose from ");
        });
        assertThat(part(V1, SignalKind.RESOURCE).value()).isLessThan(0.7);
        assertThat(monitor.health(V2).score()).as("nobody calls it").isEmpty();
    }

    @Test
    void changedInputsAreADriftAlert() {
        InferenceListener listener = monitor.listener(V1);
        samples(listener, 1000, 0);
        windows(V1, 1, 1e6, 0, 50);
        samples(listener, 256, 0);
        windows(V1, 1, 1e6, 0, 50);
        assertThat(monitor.drift(V1))
                .hasValueSatisfying(
                        verdict -> assertThat(verdict.inputs().drifted()).isFalse());
        windows(V1, 60, 1e6, 0, 50);
        samples(listener, 256, 1);
        windows(V1, 1, 1e6, 0, 50);
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.DATA_DRIFT);
        assertThat(raised.get(0).message()).startsWith("4 of 4 features of the inputs changed");
        assertThat(part(V1, SignalKind.DATA_DRIFT).pointsLost()).isPositive();
        assertThat(part(V1, SignalKind.PREDICTION_DRIFT).value()).isEqualTo(1);
    }

    private void samples(InferenceListener listener, int count, double shift) {
        for (int i = 0; i < count; i++) {
            float[] input = new float[4];
            for (int k = 0; k < 4; k++) {
                input[k] = (float) (random.nextGaussian() + shift);
            }
            listener.sample(input, new float[] {random.nextFloat(), random.nextFloat()});
        }
    }

    @Test
    void samplesBeyondTheQueueAreDroppedAndCounted() {
        samples(monitor.listener(V1), 1500, 0);
        assertThat(monitor.droppedSamples(V1)).isEqualTo(1500 - 1024);
    }

    @Test
    void labelsThatComeBackWrongAreAnAccuracyAlert() {
        for (int i = 0; i < 100; i++) {
            monitor.accuracy(V1, 95 + i % 3, 100);
        }
        assertThat(raised).isEmpty();
        assertThat(part(V1, SignalKind.ACCURACY).value()).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            monitor.accuracy(V1, 70, 100);
        }
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.ACCURACY);
        assertThat(raised.get(0).message()).startsWith("Accuracy fell from 96.0 % to 70.0 %");
        assertThatThrownBy(() -> monitor.accuracy(V1, 3, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3)");
    }

    @Test
    void labelsThatComeLaterAreJoinedById() {
        for (int i = 0; i < 12_500; i++) {
            boolean right = i < 10_000 ? i % 25 != 0 : i % 10 < 7;
            monitor.labels().answered(V1, "call-" + i, "scratch");
            monitor.labels().labelled("call-" + i, right ? "scratch" : "dent");
            if (i % 100 == 99) {
                monitor.tick();
            }
        }
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.ACCURACY);
        assertThat(raised.get(0).message()).startsWith("Accuracy fell from 96.0 % to 70.0 %");
        assertThat(monitor.labels().accuracy(V1).value()).isEqualTo((9600 + 1750) / 12_500.0);
    }

    @Test
    void idleVersionsAreUnknownAndNotUnhealthy() {
        monitor.listener(V1);
        time.advance(Duration.ofSeconds(10));
        monitor.tick();
        assertThat(part(V1, SignalKind.LATENCY).known()).isFalse();
        assertThat(part(V1, SignalKind.LATENCY).reason()).contains("No call");
        EdgeMonitor fresh = EdgeMonitor.builder().manualTicks().build();
        fresh.listener(V1);
        assertThat(fresh.health(V1).score()).isEmpty();
    }

    @Test
    void aModelIsAsHealthyAsItsWorstVersion() {
        windows(V1, 100, 1e6, 0, 50);
        InferenceListener bad = monitor.listener(V2);
        for (int i = 0; i < 100; i++) {
            bad.failure(1, new IllegalStateException());
        }
        windows(V1, 1, 1e6, 0, 50);
        assertThat(monitor.health("defects").subject()).isEqualTo("defects@2");
        assertThat(monitor.versions()).containsExactly(V1, V2);
    }

    @Test
    void aSleepOfTheMachineIsAGapAndNoAlert() {
        windows(V1, 400, 1e6, 0, 200);
        time.advance(Duration.ofHours(3));
        monitor.tick();
        windows(V1, 100, 1e6, 0, 200);
        assertThat(raised).isEmpty();
        assertThat(monitor.windows(V1))
                .anyMatch(window -> window.gap() && window.length().toHours() == 3);
    }

    @Test
    void aRestartedMonitorIsSilentUntilItKnowsTheUsual() {
        windows(V1, 20, 1e6, 0.3, 100);
        windows(V1, 20, 9e6, 0, 10);
        assertThat(raised).isEmpty();
    }

    @Test
    void onlyTheAskedSignalsAreWatched() {
        EdgeMonitor errorsOnly = EdgeMonitor.builder()
                .signals(EnumSet.of(SignalKind.ERRORS))
                .clock(time)
                .ticker(time)
                .manualTicks()
                .build();
        errorsOnly.listener(V1).success(10);
        time.advance(Duration.ofSeconds(10));
        errorsOnly.tick();
        assertThat(errorsOnly.health(V1).parts()).extracting(HealthPart::signal).containsExactly(SignalKind.ERRORS);
    }

    @Test
    void aForgottenVersionIsUnknownAndStartsAfresh() {
        windows(V1, 10, 1e6, 0, 50);
        InferenceListener old = monitor.listener(V1);
        assertThat(monitor.listener(V1)).isSameAs(old);
        monitor.forget(V1);
        assertThatThrownBy(() -> monitor.health(V1))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("(defects@1)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> monitor.health("defects")).isInstanceOf(ModelNotFoundException.class);
        assertThat(monitor.listener(V1)).isNotSameAs(old);
    }

    @Test
    void settingsOutOfRangeFailAtTheSetter() {
        assertThatThrownBy(() -> EdgeMonitor.builder().window(Duration.ofMillis(5)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(PT0.005S)");
        assertThatThrownBy(() -> EdgeMonitor.builder().falseAlarmsPerDay(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> EdgeMonitor.builder().signals(Set.of())).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aClosedMonitorStillAnswersButDoesNotTick() {
        windows(V1, 3, 1e6, 0, 50);
        monitor.close();
        monitor.close();
        assertThat(monitor.windows(V1)).hasSize(3);
        assertThatThrownBy(monitor::tick).isInstanceOf(LifecycleException.class);
    }

    @Test
    void itsOwnThreadIsADaemonThatClosesWindowsAndSurvivesAFailingProbe() {
        List<RuntimeException> failures = new CopyOnWriteArrayList<>();
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (EdgeMonitor scheduled = EdgeMonitor.builder()
                .window(Duration.ofMillis(100))
                .onFailure(failures::add)
                .resources(() -> {
                    if (thread.getAndSet(Thread.currentThread()) == null) {
                        throw new IllegalStateException("probe");
                    }
                    return ResourceReading.NONE;
                })
                .build()) {
            scheduled.listener(V1).success(1000);
            await().atMost(PATIENCE).until(() -> scheduled.windows(V1).size() >= 3);
            assertThat(failures)
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("probe");
            assertThat(thread.get().isDaemon()).isTrue();
            assertThat(thread.get().getName()).startsWith("edgeai-monitor-");
        }
        await().atMost(PATIENCE).until(() -> !thread.get().isAlive());
    }
}
