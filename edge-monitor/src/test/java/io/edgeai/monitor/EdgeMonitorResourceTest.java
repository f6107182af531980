package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the process uses is one signal of all versions, told of the busiest. */
class EdgeMonitorResourceTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("defects", 2);

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(1);
    private final AtomicInteger reads = new AtomicInteger();
    private final List<AlertRaised> raised = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {
        throw failure;
    });
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .events(events)
            .signals(Set.of(SignalKind.RESOURCE))
            .resources(this::read)
            .manualTicks()
            .build();
    private double heap = 100e6;

    EdgeMonitorResourceTest() {
        events.subscribe(AlertRaised.class, raised::add);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private ResourceReading read() {
        reads.incrementAndGet();
        return new ResourceReading(0.2, heap * (1 + 0.01 * random.nextGaussian()), Double.NaN);
    }

    private void windows(int count, int callsOfV1, int callsOfV2) {
        for (int w = 0; w < count; w++) {
            for (int i = 0; i < callsOfV1; i++) {
                monitor.listener(V1).success(1000);
            }
            for (int i = 0; i < callsOfV2; i++) {
                monitor.listener(V2).success(1000);
            }
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
    }

    /** An alert used to stay open for ever at the version that was busiest when it began. */
    @Test
    void anIncidentStaysWithItsVersionWhenAnotherBecomesBusier() {
        windows(200, 9, 3);
        heap = 300e6;
        windows(10, 9, 3);
        windows(10, 3, 9);
        heap = 100e6;
        windows(20, 3, 9);
        assertThat(raised).singleElement().satisfies(event -> assertThat(event.version())
                .isEqualTo(V1));
        assertThat(monitor.alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.version()).isEqualTo(V1);
            assertThat(alert.state()).isEqualTo(AlertState.RESOLVED);
        });
    }

    @Test
    void whenTheBlamedVersionIsForgottenTheIncidentGoesOnAtTheNext() {
        windows(200, 9, 3);
        heap = 300e6;
        windows(10, 9, 3);
        monitor.forget(V1);
        windows(5, 0, 3);
        assertThat(raised).extracting(AlertRaised::version).containsExactly(V1, V2);
        assertThat(monitor.alerts()).extracting(Alert::version).containsExactly(V2);
    }

    @Test
    void allVersionsShareTheLossOfHealth() {
        windows(200, 9, 3);
        heap = 400e6;
        windows(10, 9, 3);
        HealthPart one = monitor.health(V1).parts().get(0);
        HealthPart other = monitor.health(V2).parts().get(0);
        assertThat(one).isEqualTo(other);
        assertThat(one.value()).isBetween(0.23, 0.27);
        assertThat(monitor.health(V1).score().orElseThrow()).isBetween(23.0, 27.0);
    }

    @Test
    void theProbeIsReadOnceAWindowHoweverOftenOneTicks() {
        windows(1, 1, 1);
        int before = reads.get();
        for (int i = 0; i < 95; i++) {
            time.advance(Duration.ofSeconds(1));
            monitor.tick();
            monitor.tick();
        }
        assertThat(reads.get() - before).isEqualTo(9);
    }

    @Test
    void withoutVersionsNobodyIsBlamed() {
        for (int w = 0; w < 300; w++) {
            heap = w < 250 ? 100e6 : 500e6;
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
        assertThat(raised).isEmpty();
        assertThat(monitor.alerts()).isEmpty();
    }
}
