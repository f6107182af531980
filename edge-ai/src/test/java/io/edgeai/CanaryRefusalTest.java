package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version that takes three features where callers send two. */
class CanaryRefusalTest {
    @TempDir
    Path dir;

    private final TroubledVersions versions = new TroubledVersions(1000, 0, 1, 1, 1);
    private EdgeAI edge;
    private ModelVersion two;
    private ModelVersion three;
    private ModelEndpoint endpoint;

    @BeforeEach
    void open() {
        edge = versions.open(dir);
        two = Fixtures.times(edge, "m", 1);
        three = edge.registry().register("m", twiceOfThree(), registration -> {});
        edge.registry().promote(two.ref(), "first release");
        endpoint = edge.serve("m", s -> s.canary(three, CanaryRefusalTest::plan).noDeadline());
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static CanaryPlan plan(CanaryPlan plan) {
        return plan.steps(0.5).requests(10_000);
    }

    /** y = 2·x for x [N, 3]. */
    private static byte[] twiceOfThree() {
        OnnxGraph graph = OnnxGraph.create("three", 17);
        graph.inputs().add(Fixtures.floats("x", Dim.symbolic("N"), Dim.of(3)));
        graph.initializers().put("f", OnnxTensor.scalar(2f));
        graph.add("Mul", "mul", List.of("x", "f"), List.of("y"));
        graph.outputs().add(Fixtures.floats("y", Dim.symbolic("N"), Dim.of(3)));
        return OnnxWriter.toBytes(graph);
    }

    /** What requests of one form were answered with where they failed. */
    private List<Throwable> ask(int requests, float... input) {
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            Throwable failure = catchThrowable(() -> endpoint.predict(input));
            if (failure != null) {
                failures.add(failure);
            }
        }
        return failures;
    }

    @Test
    void aVersionThatRefusesWhatTheOneBeforeTakesIsTakenBack() {
        List<Throwable> failures = ask(300, 1, 1);
        assertThat(failures).isNotEmpty().allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("(m@2) refuses what version (m@1) takes"));
        assertThat(failures).as("found within the first few of 300").hasSizeLessThan(100);
        assertThat(edge.registry().get(three.ref()).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(endpoint.split().arms()).hasSize(1);
        assertThat(versions.alerts).singleElement().satisfies(alert -> {
            assertThat(alert.version()).isEqualTo(three.ref());
            assertThat(alert.signal()).isEqualTo(SignalKind.ERRORS);
        });
        assertThat(ask(20, 1, 1)).isEmpty();
    }

    @Test
    void whatBothRefuseIsTheCallersFaultHoweverOften() {
        List<Throwable> failures = ask(300, 1, 1, 1, 1, 1);
        assertThat(failures).hasSize(300).hasOnlyElementsOfType(InvalidInputException.class);
        assertThat(edge.canary("m").report())
                .extracting("status", "errors", "errorsBefore", "requests")
                .containsExactly(CanaryStatus.RUNNING, 0L, 0L, 0L);
        assertThat(edge.registry().get(three.ref()).stage()).isEqualTo(Stage.CANARY);
    }

    @Test
    void whatOnlyTheVersionBeforeRefusesSpeaksAgainstNobody() {
        List<Throwable> failures = ask(300, 1, 1, 1);
        assertThat(failures).isNotEmpty().hasOnlyElementsOfType(InvalidInputException.class);
        assertThat(edge.canary("m").report())
                .extracting("status", "errors", "errorsBefore")
                .containsExactly(CanaryStatus.RUNNING, 0L, 0L);
    }
}
