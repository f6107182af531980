package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.ensemble.Ensembles;
import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.serving.ModelEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs and stages behind an endpoint, and sessions for graphs of one's own. */
class ComposedServingTest {
    @TempDir
    Path home;

    private EdgeAI edge;

    @BeforeEach
    void build() {
        edge = EdgeAI.builder().home(home).build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    /** x + 1, then the model. */
    private static InferenceSession plusOneBefore(InferenceSession model) {
        return ModelGraph.builder()
                .input(TensorSpec.of("raw", ElementType.FLOAT, -1, 2))
                .step(
                        "plus one",
                        inputs -> {
                            Tensor raw = inputs.get("raw");
                            float[] values = raw.floats();
                            for (int i = 0; i < values.length; i++) {
                                values[i]++;
                            }
                            return Map.of("x", Tensor.of(values, raw.shape()));
                        },
                        w -> w.input("raw").output("x"))
                .step("model", model)
                .output("y")
                .build();
    }

    @Test
    void stepsAroundAModelFollowItsPromotions() {
        edge.registry().promote(Fixtures.times(edge, "m", 2).ref(), "first");
        ModelVersion second = Fixtures.times(edge, "m", 5);
        try (ModelEndpoint endpoint = edge.serve("m", s -> s.around(ComposedServingTest::plusOneBefore))) {
            assertThat(endpoint.predict(new float[] {1, 2})).containsExactly(4, 6);
            edge.registry().promote(second.ref(), "second");
            assertThat(endpoint.predict(new float[] {1, 2})).containsExactly(10, 15);
            assertThat(endpoint.predictAll(new float[][] {{0, 0}, {1, 1}}))
                    .isDeepEqualTo(new float[][] {{5, 5}, {10, 10}});
        }
    }

    @Test
    void stagesAnswerAsTheWhole() {
        ModelVersion version = edge.registry().register("sides", OnnxWriter.toBytes(Fixtures.conv()), r -> {});
        float[] image = new float[Fixtures.SIDE * Fixtures.SIDE];
        Random random = new Random(3);
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat();
        }
        Map<String, Tensor> sample = Map.of("x", Tensor.of(image, 1, 1, Fixtures.SIDE, Fixtures.SIDE));
        try (ModelEndpoint whole = edge.serve("sides", s -> s.split(version, 1).noDeadline());
                ModelEndpoint staged = edge.serve(
                        "sides", s -> s.split(version, 1).stages(2, sample).noDeadline())) {
            assertThat(staged.predict(image)).containsExactly(whole.predict(image));
            assertThat(staged.predictAsync(image).join()).containsExactly(whole.predict(image));
        }
    }

    /** Regression: stages were opened with defaults, whatever the settings said. */
    @Test
    void settingsOfTheSessionReachEveryStage() {
        ModelVersion version = edge.registry().register("sides", OnnxWriter.toBytes(Fixtures.conv()), r -> {});
        Map<String, Tensor> sample =
                Map.of("x", Tensor.of(new float[Fixtures.SIDE * Fixtures.SIDE], 1, 1, Fixtures.SIDE, Fixtures.SIDE));
        assertThatThrownBy(() -> edge.serve("sides", s -> s.split(version, 1)
                        .session(o -> o.engineOptions(Map.of("execution_mode", "sideways")))
                        .stages(2, sample)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("sideways");
    }

    @Test
    void sessionsOfVersionsMakeAnEnsemble() {
        ModelVersion two = Fixtures.times(edge, "a", 2);
        ModelVersion four = Fixtures.times(edge, "b", 4);
        try (ModelGraph ensemble =
                Ensembles.averaging(List.of(edge.open(two), edge.open(four))).build()) {
            assertThat(ensemble.predict(new float[] {1, 10}, 0)).containsExactly(3, 30);
        }
        edge.close();
        assertThatThrownBy(() -> edge.open(two)).isInstanceOf(LifecycleException.class);
    }

    @Test
    void aWrappingThatFailsLeavesNothingOpen() {
        edge.registry().promote(Fixtures.times(edge, "m", 2).ref(), "first");
        InferenceSession[] seen = new InferenceSession[1];
        assertThatThrownBy(() -> edge.serve(
                        "m",
                        s -> s.around(session -> {
                            seen[0] = session;
                            throw new IllegalStateException("no");
                        })))
                .hasMessage("no");
        assertThatThrownBy(() -> seen[0].predict(new float[2], 0)).isInstanceOf(LifecycleException.class);
    }
}
