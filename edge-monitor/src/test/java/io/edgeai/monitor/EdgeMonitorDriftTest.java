package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.drift.DriftBasis;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What samples are compared with, in a monitor that is stopped and started. */
class EdgeMonitorDriftTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(44);
    private final List<AlertRaised> raised = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    private EdgeMonitor.Builder manual() {
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, raised::add);
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .signals(Set.of(SignalKind.DATA_DRIFT, SignalKind.PREDICTION_DRIFT))
                .onFailure(failures::add)
                .manualTicks();
    }

    private float[] input(double shift) {
        return new float[] {(float) (random.nextGaussian() + shift), (float) random.nextGaussian()};
    }

    private void samples(EdgeMonitor monitor, int count, double shift) {
        InferenceListener listener = monitor.listener(VERSION);
        for (int i = 0; i < count; i++) {
            listener.sample(input(shift), new float[] {(float) random.nextGaussian()});
            if (i % 256 == 255 || i == count - 1) {
                listener.success(1000);
                time.advance(Duration.ofMinutes(10));
                monitor.tick();
            }
        }
    }

    /** Drifted while nobody looked: the monitor that starts again compares with what it knew, not with what it finds. */
    @Test
    void aRestartDoesNotTakeDriftedCallsForTheUsual() {
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            samples(monitor, 1000, 0);
            assertThat(monitor.driftBasis(VERSION))
                    .hasValueSatisfying(basis -> assertThat(basis.inputs()).isEqualTo(1000));
        }
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            samples(monitor, 256, 1);
            assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.DATA_DRIFT);
            assertThat(monitor.drift(VERSION))
                    .hasValueSatisfying(verdict -> assertThat(verdict.basis().origin())
                            .startsWith("the first calls sampled, from 2026-01-05T00:"));
            OpenMetrics out = new OpenMetrics();
            MonitorFigures.write(monitor, out);
            assertThat(out.end())
                    .contains("edgeai_drifted_features{model=\"defects\",side=\"input\",version=\"1\"} 1\n")
                    .contains("edgeai_drift_reference_rows{model=\"defects\",side=\"answer\",version=\"1\"} 1000\n");
            monitor.learnDriftAgain(VERSION);
            samples(monitor, 1000 + 256, 1);
            assertThat(monitor.drift(VERSION).orElseThrow().inputs().drifted())
                    .as("seed 44")
                    .isFalse();
        }
        assertThat(failures).isEmpty();
    }

    /** 700 of 1000 before, 300 after: the reference is filled by both. */
    @Test
    void aReferenceThatWasNotFullGoesOn() {
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            samples(monitor, 700, 0);
        }
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            samples(monitor, 300, 0);
            assertThat(monitor.driftBasis(VERSION))
                    .hasValueSatisfying(basis -> assertThat(basis.inputs()).isEqualTo(1000));
            samples(monitor, 256, 0);
            assertThat(monitor.drift(VERSION)).isPresent();
        }
    }

    @Test
    void trainingDataOfTheBuilderCountsFromTheFirstCall() {
        List<float[]> rows = IntStream.range(0, 400).mapToObj(i -> input(0)).toList();
        try (EdgeMonitor monitor = manual().driftReference("defects", DriftReference.of("train.csv", rows))
                .build()) {
            monitor.listener(VERSION);
            assertThat(monitor.driftBasis(VERSION)).hasValue(new DriftBasis("train.csv", 400, 0));
            samples(monitor, 256, 1);
            assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.DATA_DRIFT);
            monitor.driftReference(
                    VERSION,
                    DriftReference.of(
                            "moved.csv",
                            IntStream.range(0, 400).mapToObj(i -> input(1)).toList()));
            samples(monitor, 256, 1);
            assertThat(monitor.drift(VERSION)).hasValueSatisfying(verdict -> {
                assertThat(verdict.basis().origin()).isEqualTo("moved.csv");
                assertThat(verdict.inputs().drifted()).as("seed 44").isFalse();
            });
        }
    }

    @Test
    void aReferenceOfAnotherLengthIsToldOnce() {
        List<float[]> rows = IntStream.range(0, 40).mapToObj(i -> new float[7]).toList();
        try (EdgeMonitor monitor = manual().driftReference("defects", DriftReference.of("train.csv", rows))
                .build()) {
            samples(monitor, 600, 0);
            assertThat(monitor.drift(VERSION)).isEmpty();
            assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                    .hasMessageContaining("defects@1")
                    .hasMessageContaining("train.csv")
                    .hasMessageContaining("Maybe"));
        }
    }
}
