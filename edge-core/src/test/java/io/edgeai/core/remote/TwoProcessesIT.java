package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A network whose second half runs in another JVM, against the whole network in this one. */
@Timeout(600)
class TwoProcessesIT {
    private static final int WIDTH = 24;

    @TempDir
    Path folder;

    /** Layers from..to-1 of the same six; values between layers are h1 to h5. */
    private static OnnxGraph layers(int from, int to) {
        GraphBuilder all = new GraphBuilder(17, 31);
        for (int layer = 0; layer < 6; layer++) {
            all.weight("w" + layer, 0.3, WIDTH, WIDTH);
        }
        GraphBuilder part = new GraphBuilder(17, 0).input(from == 0 ? "x" : "h" + from, -1, WIDTH);
        for (int layer = from; layer < to; layer++) {
            part.constant("w" + layer, all.graph().initializers().get("w" + layer));
            part.node("MatMul", "m" + layer, layer == 0 ? "x" : "h" + layer, "w" + layer);
            part.node("Tanh", layer == 5 ? "y" : "h" + (layer + 1), "m" + layer);
        }
        return part.output(to == 6 ? "y" : "h" + to, 2).graph();
    }

    private static InferenceSession open(OnnxGraph graph) {
        return Ort.runtime().open(OnnxWriter.toBytes(graph), SessionOptions.defaults());
    }

    private StageProcess secondHalf() throws Exception {
        return StageProcess.start(Files.write(folder.resolve("second.onnx"), OnnxWriter.toBytes(layers(3, 6))));
    }

    private static RemoteSession asking(StageProcess process) {
        return RemoteSession.builder()
                .port(process.port())
                .model("stage")
                .connectWithin(Ample.TIME)
                .open();
    }

    private static List<Map<String, Tensor>> inputs(int count) {
        Random random = new Random(2);
        List<Map<String, Tensor>> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inputs.add(Map.of("x", Ort.tensor(random, 1 + i % 4, WIDTH)));
        }
        return inputs;
    }

    @Test
    void aPipelineOverTwoProcessesHasTheWholeNetworksBits() throws Exception {
        try (StageProcess process = secondHalf();
                InferenceSession whole = open(layers(0, 6));
                StagedSession staged = StagedSession.builder()
                        .stage(open(layers(0, 3)))
                        .stage(asking(process))
                        .outputs(List.of("y"))
                        .build()) {
            List<Map<String, Tensor>> inputs = inputs(60);
            List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
            inputs.forEach(input -> answers.add(staged.submit(input)));
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(answers.get(i).get(5, TimeUnit.MINUTES).get("y").bytes())
                        .as("request %d, seed 2", i)
                        .isEqualTo(whole.run(inputs.get(i)).get("y").bytes());
            }
        }
    }

    @Test
    void aGraphMayHaveStepsElsewhereAndSaysWhenTheyAreGone() throws Exception {
        Map<String, Tensor> input = inputs(1).get(0);
        try (StageProcess process = secondHalf();
                InferenceSession whole = open(layers(0, 6));
                ModelGraph graph = ModelGraph.builder()
                        .input(TensorSpec.of("x", ElementType.FLOAT, -1, WIDTH))
                        .step("here", open(layers(0, 3)))
                        .step("there", asking(process))
                        .output("y")
                        .build()) {
            assertThat(graph.run(input).get("y").bytes())
                    .isEqualTo(whole.run(input).get("y").bytes());
            process.kill();
            assertThatThrownBy(() -> graph.run(input))
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("Model (stage)");
        }
    }
}
