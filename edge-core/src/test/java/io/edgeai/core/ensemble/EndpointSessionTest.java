package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Version n of the model is y = n·x + 1. */
class EndpointSessionTest {
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private static final VersionRef V3 = VersionRef.of("m", 3);
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3));

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    private ModelEndpoint endpoint() {
        return ModelEndpoint.builder()
                .opener(version -> engine.open(TinyModels.affine(version.number()), SessionOptions.defaults()))
                .split(TrafficSplit.all(V2))
                .build();
    }

    @Test
    void aStepFollowsTheSplitOfItsEndpoint() {
        try (ModelEndpoint endpoint = endpoint();
                EndpointSession step = EndpointSession.of(endpoint);
                ModelGraph graph = ModelGraph.builder()
                        .input(TensorSpec.of("x", ElementType.FLOAT, -1, 3))
                        .step("first", step, w -> w.input("x").output("y", "h"))
                        .step("second", step, w -> w.input("x", "h").output("y", "z"))
                        .output("z")
                        .closesSessions(false)
                        .build()) {
            assertThat(graph.run(INPUT).get("z").floats()).containsExactly(7, 11, 15);
            assertThat(endpoint.answered()).containsEntry(V2, 2L);
            endpoint.split(TrafficSplit.all(V3));
            assertThat(graph.run(INPUT).get("z").floats()).containsExactly(13, 22, 31);
            assertThat(step.predict(new float[] {1, 2, 3, 4, 5, 6}, 0)).containsExactly(4, 7, 10, 13, 16, 19);
            assertThat(step.sampleLength()).isEqualTo(3);
        }
    }

    @Test
    void theTimeThatIsLeftGoesAlong() {
        ModelEndpoint slow = ModelEndpoint.builder()
                .opener(version -> engine.open(TinyModels.countTo(), SessionOptions.defaults()))
                .split(TrafficSplit.all(V2))
                .build();
        try (slow;
                EndpointSession step = EndpointSession.of(slow)) {
            Map<String, Tensor> endless = Map.of("n", Tensor.of(new long[] {Long.MAX_VALUE}));
            assertThatThrownBy(() -> step.run(endless, Duration.ofMillis(20)))
                    .isInstanceOf(InferenceTimeoutException.class);
        }
    }

    @Test
    void closingItLeavesTheEndpointOpen() {
        try (ModelEndpoint endpoint = endpoint()) {
            EndpointSession step = EndpointSession.of(endpoint);
            step.close();
            assertThatThrownBy(() -> step.run(INPUT)).isInstanceOf(LifecycleException.class);
            assertThat(endpoint.predict(INPUT).get("y").floats()).containsExactly(3, 5, 7);
        }
    }
}
