package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Late labels and sampled inputs together, with the default signals. */
class EdgeMonitorConceptTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(61);
    private final List<AlertRaised> raised = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private EdgeMonitor monitor = open();
    private long id;

    private EdgeMonitor open() {
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, raised::add);
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .onFailure(failures::add)
                .manualTicks()
                .build();
    }

    private void restart() {
        monitor.close();
        start();
    }

    private void start() {
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, raised::add);
        monitor = EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .history(dir)
                .onFailure(failures::add)
                .manualTicks()
                .build();
        monitor.listener(VERSION);
    }

    @AfterEach
    void close() {
        monitor.close();
        assertThat(failures).isEmpty();
    }

    /** Windows of ten calls, all sampled, whose labels come at once. */
    private void windows(int count, double wrong, double shift) {
        InferenceListener listener = monitor.listener(VERSION);
        for (int w = 0; w < count; w++) {
            for (int call = 0; call < 10; call++) {
                listener.success((long) (1e6 * Math.exp(0.2 * random.nextGaussian())));
                float[] input = {(float) (random.nextGaussian() + shift), (float) random.nextGaussian()};
                listener.sample(input, new float[] {(float) random.nextGaussian()});
                String key = "call-" + id++;
                monitor.labels().answered(VERSION, key, "scratch");
                monitor.labels().labelled(key, random.nextDouble() < wrong ? "dent" : "scratch");
            }
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
    }

    private Alert alert() {
        return monitor.alerts().stream()
                .filter(each -> each.signal() == SignalKind.CONCEPT_DRIFT)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void otherAnswersForTheSameInputsAreConceptDrift() {
        windows(300, 0.05, 0);
        assertThat(raised).as("seed 61").isEmpty();
        windows(20, 0.4, 0);
        assertThat(raised)
                .extracting(AlertRaised::signal)
                .containsExactlyInAnyOrder(SignalKind.ACCURACY, SignalKind.CONCEPT_DRIFT);
        assertThat(alert().message())
                .startsWith("Wrong answers rose from ")
                .contains("while inputs look like the reference", "other answers are right for the same inputs.");
        assertThat(monitor.advice(VERSION)).singleElement().satisfies(advice -> {
            assertThat(advice.action()).isEqualTo(AdvisedAction.RETRAIN);
            assertThat(advice.evidence()).startsWith("Wrong answers rose from ").contains("Accuracy fell from ");
            assertThat(advice.points()).isPositive();
        });
    }

    /** The next test of the inputs, minutes later, is what the alert then tells. */
    @Test
    void otherInputsThatAreAnsweredWrongAreSaidToBeOthers() {
        windows(300, 0.05, 0);
        windows(100, 0.4, 2);
        assertThat(raised).extracting(AlertRaised::signal).contains(SignalKind.CONCEPT_DRIFT, SignalKind.DATA_DRIFT);
        assertThat(alert().message())
                .contains("and inputs changed too (", "maybe the model does not know such inputs.");
    }

    @Test
    void otherInputsThatAreAnsweredRightAreDataDriftOnly() {
        windows(300, 0.05, 0);
        windows(100, 0.05, 2);
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.DATA_DRIFT);
    }

    @Test
    void whatIsUsualOutlivesARestart() {
        restart();
        windows(300, 0.05, 0);
        restart();
        windows(20, 0.4, 0);
        assertThat(raised).extracting(AlertRaised::signal).containsExactly(SignalKind.CONCEPT_DRIFT);
        assertThat(alert().message()).contains("Wrong answers rose from ", "inputs look like the reference");
        restart();
        assertThat(alert().state()).isEqualTo(AlertState.FIRING);
        windows(20, 0.4, 0);
        assertThat(alert().state()).isEqualTo(AlertState.FIRING);
        assertThat(raised).as("not announced again").hasSize(1);
    }

    /** A folder of an earlier release has no such state, and one whose state is damaged begins anew. */
    @Test
    void aHistoryWithoutItIsRead() throws Exception {
        restart();
        windows(300, 0.05, 0);
        monitor.close();
        Path kept = dir.resolve("concept-defects@1.state");
        assertThat(kept).exists();
        Files.write(kept, new byte[] {1, 2, 3});
        start();
        assertThat(failures).as("StateFile says whether it is whole").isEmpty();
        assertThat(monitor.windows(VERSION)).hasSizeGreaterThan(200);
        windows(20, 0.4, 0);
        assertThat(raised).as("200 labels only teach").isEmpty();
        monitor.close();
        Files.delete(kept);
        start();
        windows(40, 0.05, 0);
        assertThat(raised).isEmpty();
    }
}
