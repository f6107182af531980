package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a version is erased, no file of the home holds its weights or the requests kept for it, wherever one looks. */
class ErasedVersionTest {
    private static final String SENTENCE = "the patient of room 7";

    @TempDir
    Path home;

    /** y = x + weights, where the weights are noise that occurs nowhere else. */
    private static OnnxGraph adding(float[] weights) {
        OnnxGraph graph = OnnxGraph.create("adding", 17);
        graph.inputs().add(Fixtures.floats("x", Dim.symbolic("N"), Dim.of(weights.length)));
        graph.initializers().put("w", OnnxTensor.ofFloats(weights, weights.length));
        graph.add("Add", "add", List.of("x", "w"), List.of("y"));
        graph.outputs().add(Fixtures.floats("y", Dim.symbolic("N"), Dim.of(weights.length)));
        return graph;
    }

    private static float[] noise(long seed) {
        Random random = new Random(seed);
        float[] noise = new float[64];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = random.nextFloat();
        }
        return noise;
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Files below the home in which these bytes occur. */
    private List<String> filesWith(byte[] wanted) throws IOException {
        String text = new String(wanted, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(text))
                    .map(file -> home.relativize(file).getName(0).toString())
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void keepRequest(EdgeModelRegistry registry, ModelVersion version) throws IOException {
        Path folder = Files.createDirectories(registry.warmUps(version.ref()));
        Files.writeString(
                folder.resolve("1.json"),
                "{\"id\":\"" + SENTENCE + "\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,64],\"datatype\":\"FP32\","
                        + "\"data\":" + java.util.Arrays.toString(new float[64]) + "}]}");
    }

    @Test
    void neitherWeightsNorRequestsAreLeft() throws IOException {
        float[] first = noise(1);
        float[] second = noise(2);
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            EdgeModelRegistry registry = edge.registry();
            ModelVersion one = registry.register("m", OnnxWriter.toBytes(adding(first)), registration -> {});
            ModelVersion two = registry.register("m", OnnxWriter.toBytes(adding(second)), registration -> {});
            keepRequest(registry, one);
            registry.promote(one.ref(), "first");
            try (ModelEndpoint endpoint = edge.serve("m", s -> s.split(one, 1).split(two, 1))) {
                assertThat(endpoint.predict(new float[64])).isIn(first, second);
            }
            assertThat(filesWith(bytes(first))).as("found by this search").contains("blobs", "optimized");
            assertThat(filesWith(SENTENCE.getBytes(StandardCharsets.UTF_8))).containsExactly("warm-up");

            registry.promote(two.ref(), "second");
            registry.retire(one.ref(), "asked to");
            registry.erase(one.ref(), "the law");

            assertThat(filesWith(bytes(first))).isEmpty();
            assertThat(filesWith(SENTENCE.getBytes(StandardCharsets.UTF_8))).isEmpty();
            assertThat(filesWith(bytes(second))).contains("blobs", "optimized");
            assertThat(registry.get(one.ref()).ref()).as("the record stays").isEqualTo(one.ref());
            assertThat(edge.serve("m").predict(new float[64])).isEqualTo(second);
        }
    }

    /** Weights beside the model: the rewritten model that speeds up loading is kept for them too, and goes with them. */
    @Test
    void noneAreLeftOfAModelWithItsDataInAnotherFile(@TempDir Path folder) throws IOException {
        float[] first = noise(3);
        float[] second = noise(4);
        Path file = folder.resolve("adding.onnx");
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            EdgeModelRegistry registry = edge.registry();
            OnnxWriter.write(adding(first), file, 0);
            ModelVersion one = registry.register("m", file);
            OnnxWriter.write(adding(second), file, 0);
            ModelVersion two = registry.register("m", file);
            registry.promote(two.ref(), "the newer");
            for (String load : List.of("made", "from what was made")) {
                try (ModelEndpoint endpoint =
                        edge.serve("m", s -> s.split(one, 1).split(two, 1))) {
                    assertThat(endpoint.predict(new float[64])).as(load).isIn(first, second);
                }
            }
            assertThat(filesWith(bytes(first))).contains("blobs", "optimized");

            registry.retire(one.ref(), "asked to");
            registry.erase(one.ref(), "the law");

            assertThat(filesWith(bytes(first))).isEmpty();
            assertThat(filesWith(bytes(second))).contains("blobs", "optimized");
            assertThat(edge.serve("m").predict(new float[64])).isEqualTo(second);
        }
    }
}
