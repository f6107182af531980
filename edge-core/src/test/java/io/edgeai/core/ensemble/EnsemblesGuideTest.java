package io.edgeai.core.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.remote.GrpcInferenceServer;
import io.edgeai.core.remote.RemoteSession;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/guide/ensembles.md} that need no other module. */
class EnsemblesGuideTest {
    private static InferenceSession affine(float factor) {
        return Ort.runtime().open(TinyModels.affine(factor), SessionOptions.defaults());
    }

    @Test
    void graphsOfSteps() {
        TensorFunction prepare = tensors -> Map.of("image", ScriptedSession.scaled(tensors.get("pixels"), 2));
        Map<String, Tensor> inputs = Map.of("pixels", Tensor.of(new float[] {1, 2, 3}, 1, 3));
        try (ModelGraph graph = ModelGraph.builder()
                .input(TensorSpec.of("pixels", ElementType.FLOAT, -1, 3))
                .step("prepare", prepare, w -> w.input("pixels").output("image"))
                .step("network", affine(10), w -> w.input("x", "image").output("y", "scores"))
                .output("scores")
                .parallel(2)
                .build()) {
            Map<String, Tensor> answer = graph.run(inputs, Ample.TIME);
            assertThat(answer.get("scores").floats()).containsExactly(21, 41, 61);
        }
    }

    @Test
    void stagesInOtherProcesses() {
        try (InferenceSession there = affine(3);
                GrpcInferenceServer server =
                        GrpcInferenceServer.builder().model("stage-2", there).start()) {
            RemoteSession second = RemoteSession.builder()
                    .port(server.port())
                    .model("stage-2")
                    .connectWithin(Ample.TIME)
                    .open();
            Signature rows = new Signature(
                    List.of(ScriptedSession.floats("in")), List.of(TensorSpec.of("x", ElementType.FLOAT, -1, 3)));
            InferenceSession first = new ScriptedSession(
                    rows, inputs -> Map.of("x", inputs.get("in").reshape(1, 3)));
            try (StagedSession staged = StagedSession.builder()
                    .stage(first)
                    .stage(second)
                    .outputs(List.of("y"))
                    .build()) {
                CompletableFuture<Map<String, Tensor>> answer =
                        staged.submit(Map.of("in", Tensor.of(new float[] {1, 2, 3}, 3)), Ample.TIME);
                assertThat(answer.join().get("y").floats()).containsExactly(4, 7, 10);
            }
        }
    }
}
