package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/guide/serving.md: they compile, run, and stand in the guide as they stand here. */
class ServingGuideTest {
    @TempDir
    private Path dir;

    private Path fileOf(VersionRef version) {
        return dir.resolve(version.number() + ".onnx");
    }

    @Test
    void examplesRun() throws IOException {
        VersionRef v1 = VersionRef.of("m", 1);
        VersionRef v2 = VersionRef.of("m", 2);
        Files.write(fileOf(v1), TinyModels.affine(1));
        Files.write(fileOf(v2), TinyModels.affine(2));
        float[] input = {1, 1, 1};
        float[][] inputs = {input, input};
        OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(version -> engine.open(fileOf(version), SessionOptions.defaults()))
                .split(TrafficSplit.all(v1))
                .deadline(Duration.ofSeconds(50))
                .build()) {
            float[] scores = endpoint.predict(new float[] {1, 2, 3});
            Map<String, Tensor> all = endpoint.predict(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3)));
            assertThat(scores).containsExactly(2, 3, 4);
            assertThat(all.get("y").floats()).containsExactly(2, 3, 4);

            endpoint.split(TrafficSplit.all(v1).and(v2, 0.1));
            assertThat(endpoint.predict("user-17", input)).isEqualTo(endpoint.predict("user-17", input));
            endpoint.split(TrafficSplit.all(v2));

            CompletableFuture<float[]> later = endpoint.predictAsync(input);
            float[][] answers = endpoint.predictAll(inputs);
            assertThat(later.join()).containsExactly(3, 3, 3);
            assertThat(answers).isDeepEqualTo(new float[][] {{3, 3, 3}, {3, 3, 3}});

            Map<String, Tensor> tensors = Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
            List<Map<String, Tensor>> listOfTensors = List.of(tensors, tensors);
            CompletableFuture<Map<String, Tensor>> named =
                    endpoint.predictAsync(tensors, Priority.HIGH, Duration.ofSeconds(20));
            all = endpoint.predictAll(listOfTensors).get(1);
            assertThat(named.join().get("y").floats()).containsExactly(3, 5, 7, 9, 11, 13);
            assertThat(all.get("y").floats()).containsExactly(3, 5, 7, 9, 11, 13);
        }
    }

    @Test
    void theGuideShowsTheseLines() throws IOException {
        Path root = Path.of(System.getProperty("edgeai.root", ".."));
        String guide = Files.readString(root.resolve("docs/guide/serving.md"));
        for (String line : List.of(
                ".opener(version -> engine.open(fileOf(version), SessionOptions.defaults()))",
                "float[] scores = endpoint.predict(new float[] {1, 2, 3});",
                "Map<String, Tensor> all = endpoint.predict(Map.of(\"x\", Tensor.of(new float[] {1, 2, 3}, 1, 3)));",
                "endpoint.split(TrafficSplit.all(v1).and(v2, 0.1));",
                "CompletableFuture<float[]> later = endpoint.predictAsync(input);",
                "float[][] answers = endpoint.predictAll(inputs);",
                "CompletableFuture<Map<String, Tensor>> named = endpoint.predictAsync(tensors, Priority.HIGH, ",
                "List<Map<String, Tensor>> all = endpoint.predictAll(listOfTensors);")) {
            assertThat(guide).contains(line);
        }
        assertThat(guide).contains("| `maxBatch` | 32 |").contains("| `maxQueue` | 1024 |");
    }
}
