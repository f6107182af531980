package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Outcome;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedExperimentTest {
    @TempDir
    Path dir;

    private final TroubledVersions versions = new TroubledVersions(1, 0, 1, 2);
    private EdgeAI edge;
    private ModelVersion first;
    private ModelVersion second;

    @BeforeEach
    void open() {
        edge = versions.open(dir);
        first = Fixtures.times(edge, "m", 1);
        second = Fixtures.times(edge, "m", 2);
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private ModelEndpoint serve(double weight, Consumer<Serving> more) {
        return edge.serve("m", s -> {
            s.split(first, 1).split(second, weight).noDeadline();
            more.accept(s);
        });
    }

    private int ask(ModelEndpoint endpoint, int requests) {
        int failures = 0;
        for (int i = 0; i < requests; i++) {
            try {
                endpoint.predict("unit-" + i, new float[] {1, 1});
            } catch (InferenceException e) {
                failures++;
            }
        }
        return failures;
    }

    @Test
    void comparesLatencyAndErrorsByItself() {
        versions.failing[2] = 0.3;
        ModelEndpoint endpoint = serve(1, s -> s.experiment(e -> e.sharpestAt(200)));
        int failures = ask(endpoint, 1000);
        ExperimentReport report = edge.experiment("m").report();
        assertThat(report.of("m@2", "latency").outcome()).isEqualTo(Outcome.WORSE);
        assertThat(report.of("m@2", "latency").difference()).isEqualTo(1); // 2 ms against 1 ms
        assertThat(report.of("m@2", "errors").outcome()).isEqualTo(Outcome.WORSE);
        assertThat(report.requests().values().stream().mapToLong(n -> n).sum()).isEqualTo(1000);
        assertThat(failures).isBetween(100, 200);
        assertThat(report.trustworthy()).isTrue();
    }

    @Test
    void outcomesGoToTheVersionThatAnsweredTheUnit() {
        ModelEndpoint endpoint = serve(
                1,
                s -> s.experiment(
                        e -> e.metric("clicks", Direction.HIGHER_IS_BETTER).sharpestAt(200)));
        for (int i = 0; i < 2000; i++) {
            float answer = endpoint.predict("unit-" + i, new float[] {1, 1})[0];
            edge.experiment("m").outcome("unit-" + i, "clicks", answer == 2 && i % 3 > 0 || i % 3 == 0 ? 1 : 0);
        }
        ExperimentReport report = edge.experiment("m").report();
        assertThat(report.of("m@2", "clicks").outcome()).isEqualTo(Outcome.BETTER);
        assertThat(report.of("m@2", "clicks").interval().contains(2.0 / 3)).isTrue();
    }

    @Test
    void aVersionThatFailsLeavesTheSplitAtOnceAndRaisesAnAlert() {
        ModelEndpoint endpoint = serve(0.05, s -> s.guardErrors(0.01).standby(Duration.ZERO));
        ask(endpoint, 2000);
        assertThat(endpoint.split().arms()).hasSize(2);
        versions.failing[2] = 0.5;
        int failures = ask(endpoint, 5000);
        assertThat(endpoint.split().arms())
                .extracting(TrafficSplit.Arm::version)
                .containsExactly(first.ref());
        assertThat(failures).as("requests that met the bad version").isLessThan(20);
        assertThat(versions.alerts).hasSize(1);
        assertThat(versions.alerts.get(0).version()).isEqualTo(second.ref());
        assertThat(versions.alerts.get(0).signal()).isEqualTo(SignalKind.ERRORS);
        assertThat(versions.engine.open.get()).as("open sessions").isEqualTo(1);
    }

    @Test
    void aVersionThatFailedGetsNoRequestsAfterARestart() {
        versions.failing[2] = 0.5;
        ask(serve(1, s -> s.guardErrors(0.01)), 500);
        edge.close();
        edge = versions.open(dir);
        ModelEndpoint endpoint = serve(1, s -> s.guardErrors(0.01));
        assertThat(endpoint.split().arms())
                .extracting(TrafficSplit.Arm::version)
                .containsExactly(first.ref());
        assertThat(ask(endpoint, 200)).isZero();
    }

    /** What comes after the end has another split, and is no part of the experiment. */
    @Test
    void isOverOnceTheSplitChanges() {
        ModelEndpoint endpoint = serve(1, Serving::experiment);
        ask(endpoint, 200);
        ExperimentReport before = edge.experiment("m").report();
        endpoint.split(TrafficSplit.all(first.ref()));
        ask(endpoint, 200);
        assertThat(edge.experiment("m").report()).isEqualTo(before);
    }

    @Test
    void badInputIsNobodysFailure() {
        ModelEndpoint endpoint = serve(1, s -> s.guardErrors(0.01));
        for (int i = 0; i < 200; i++) {
            String unit = "unit-" + i;
            assertThatThrownBy(() -> endpoint.predict(unit, new float[] {1, 2, 3}))
                    .isInstanceOf(InvalidInputException.class);
        }
        assertThat(edge.experiment("m").report().requests().values()).containsOnly(0L);
        assertThat(endpoint.split().arms()).hasSize(2);
    }

    @Test
    void evidenceOutlivesTheInstance() {
        ask(serve(1, Serving::experiment), 300);
        ExperimentReport before = edge.experiment("m").report();
        edge.close();
        edge = versions.open(dir);
        ModelEndpoint endpoint = serve(1, Serving::experiment);
        assertThat(edge.experiment("m").report()).isEqualTo(before);
        ask(endpoint, 300);
        assertThat(edge.experiment("m").report()).as("the same units again").isEqualTo(before);
        ask(endpoint, 600);
        assertThat(edge.experiment("m").report().requests().values().stream()
                        .mapToLong(n -> n)
                        .sum())
                .isEqualTo(600);
    }

    @Test
    void anotherPlanBeginsAnew() {
        ask(serve(1, Serving::experiment), 300);
        edge.close();
        edge = versions.open(dir);
        serve(0.5, Serving::experiment);
        assertThat(edge.experiment("m").report().requests().values()).containsOnly(0L);
    }

    @Test
    void damagedEvidenceIsNamedAndNotOverwritten() throws IOException {
        Path file = dir.resolve("experiments/m.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"experiment\":");
        assertThatThrownBy(() -> serve(1, Serving::experiment))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("m.json")
                .hasMessageContaining("Maybe move it away");
        assertThat(file).hasContent("{\"experiment\":");
    }

    @Test
    void oneVersionAloneIsNoExperiment() {
        edge.registry().promote(first.ref(), "only one");
        assertThatThrownBy(() -> edge.serve("m", Serving::experiment))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("compares nothing");
        assertThatThrownBy(() -> edge.experiment("m")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> serve(1, s -> s.guardErrors(1))).hasMessageContaining("falseAlarms (1.0)");
    }
}
