package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.HealthChanged;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
    private static final VersionRef OLD = VersionRef.of("defects", 1);
    private static final VersionRef NEW = VersionRef.of("defects", 2);

    private final List<HealthChanged> changes = new ArrayList<>();
    private final List<ActionAdvised> advised = new ArrayList<>();
    private final EventBus events = new EventBus((event, failure) -> {
        throw failure;
    });
    private final Announcer announcer = new Announcer(events);

    AnnouncerTest() {
        events.subscribe(HealthChanged.class, changes::add);
        events.subscribe(ActionAdvised.class, advised::add);
    }

    private void score(double score) {
        HealthPart part = Double.isNaN(score)
                ? HealthPart.unknown(SignalKind.ERRORS, 1, "no calls")
                : HealthPart.of(SignalKind.ERRORS, 1, score / 100, "some fail");
        announcer.health(NEW, Health.of("x", FakeTime.START, List.of(part)));
    }

    @Test
    void aLevelIsToldWhenItChangesAndNotAtItsBorder() {
        for (double score : new double[] {Double.NaN, 100, 84, 86, 84, 88, 90.5, 86, 59, 62, 64, 66, Double.NaN}) {
            score(score);
        }
        assertThat(changes)
                .extracting(HealthChanged::to)
                .containsExactly(
                        HealthLevel.GOOD,
                        HealthLevel.FAIR,
                        HealthLevel.GOOD,
                        HealthLevel.POOR,
                        HealthLevel.FAIR,
                        HealthLevel.UNKNOWN);
        assertThat(changes.get(1).cause()).isEqualTo("some fail");
        assertThat(changes.get(1).score()).isEqualTo(84);
        assertThat(changes.get(5).score()).isNaN();
    }

    @Test
    void aVersionThatFailsIsAdvisedToBeRolledBackOnce() {
        FakeTime time = new FakeTime();
        Random random = new Random(2);
        try (EdgeMonitor monitor = EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .signals(EnumSet.of(SignalKind.ERRORS, SignalKind.LATENCY))
                .resources(() -> ResourceReading.NONE)
                .manualTicks()
                .build()) {
            for (int window = 0; window < 150; window++) {
                for (VersionRef version : List.of(OLD, NEW)) {
                    InferenceListener listener = monitor.listener(version);
                    double failing = version.equals(NEW) && window >= 100 ? 0.2 : 0.005;
                    for (int call = 0; call < 60; call++) {
                        if (random.nextDouble() < failing) {
                            listener.failure(1_000_000, new IllegalStateException());
                        } else {
                            listener.success((long) (1e6 * Math.exp(0.2 * random.nextGaussian())));
                        }
                    }
                }
                time.advance(Duration.ofSeconds(10));
                monitor.tick();
            }
            assertThat(advised).singleElement().satisfies(event -> {
                assertThat(event.version()).isEqualTo(NEW);
                assertThat(event.action()).isEqualTo(AdvisedAction.ROLL_BACK);
                assertThat(event.gain()).endsWith(" with defects@1");
            });
            assertThat(monitor.advice(NEW)).hasSize(1);
            assertThat(monitor.advice(OLD)).isEmpty();
            assertThat(changes)
                    .extracting(HealthChanged::version, HealthChanged::to)
                    .contains(org.assertj.core.groups.Tuple.tuple(NEW, HealthLevel.POOR));
        }
    }
}
