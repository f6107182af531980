package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizedCacheTest {
    private static final long MEGABYTE = 1 << 20;

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private Path cache;
    private Path home;

    @BeforeEach
    void folders(@TempDir Path folder) throws IOException {
        home = Files.createDirectories(folder.resolve("models"));
        cache = folder.resolve("cache");
    }

    /** y = 3·x + bias, in so many floats of weights that the file's size is known. */
    private Path model(float bias, int width) throws IOException {
        OnnxGraph graph = OnnxGraph.create("affine", 17);
        List<Dim> dims = List.of(Dim.symbolic("N"), Dim.of(width));
        graph.inputs().add(new OnnxValue("x", new OnnxType.OfTensor(ElementType.FLOAT, dims)));
        graph.outputs().add(new OnnxValue("y", new OnnxType.OfTensor(ElementType.FLOAT, dims)));
        float[] weights = new float[width * width];
        float[] biases = new float[width];
        for (int i = 0; i < width; i++) {
            weights[i * width + i] = 3;
            biases[i] = bias;
        }
        graph.initializers().put("w", OnnxTensor.ofFloats(weights, width, width));
        graph.initializers().put("b", OnnxTensor.ofFloats(biases, width));
        graph.add("Gemm", "gemm", List.of("x", "w", "b"), List.of("y"));
        return Files.write(home.resolve(bias + ".onnx"), OnnxWriter.toBytes(graph));
    }

    private float answer(Path model, long maxBytes) {
        try (InferenceSession session =
                engine.openCached(model, Digest.of(model), cache, maxBytes, SessionOptions.defaults())) {
            float[] input = new float
                    [(int) session.signature().inputs().get(0).shape().get(1).size()];
            input[0] = 2;
            return session.predict(input, 0)[0];
        }
    }

    private List<Path> entries(String ending) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void theSecondLoadComesFromTheCacheAndAnswersAlike() throws IOException {
        Path model = model(1, 8);
        assertThat(answer(model, MEGABYTE)).isEqualTo(7);
        Digest digest = Digest.of(model);
        Files.writeString(model, "no model any more: only the cache can answer");
        try (InferenceSession session = engine.openCached(model, digest, cache, MEGABYTE, SessionOptions.defaults())) {
            assertThat(session.predict(new float[] {2, 0, 0, 0, 0, 0, 0, 0}, 0)[0])
                    .isEqualTo(7);
            assertThat(session.predictEach(new float[][] {{1, 0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0, 0, 0}}, 0))
                    .isDeepEqualTo(new float[][] {{4, 1, 1, 1, 1, 1, 1, 1}, {1, 4, 1, 1, 1, 1, 1, 1}});
        }
    }

    /** Only a digest that covers the data may name an entry: with the file's alone, other weights would answer. */
    @Test
    void aModelWithExternalDataIsKeptUnderADigestOfAllItsFiles() throws IOException {
        Path inOne = model(1, 64);
        Path model = home.resolve("external.onnx");
        OnnxWriter.write(OnnxReader.read(inOne), model, 1024);
        assertThat(Files.size(model)).isLessThan(1024);
        float[] x = new float[64];
        x[0] = 2;
        engine.openCached(model, Digest.of(model), cache, MEGABYTE, SessionOptions.defaults())
                .close();
        assertThat(cache).doesNotExist();

        Digest all = Digest.of("the file and its data".getBytes(StandardCharsets.UTF_8));
        engine.openCached(model, all, cache, 4 * 64 * 64, SessionOptions.defaults())
                .close();
        assertThat(cache).as("the data alone fills it").doesNotExist();
        for (String load : List.of("first", "from the cache")) {
            try (InferenceSession session = engine.openCached(model, all, cache, MEGABYTE, SessionOptions.defaults())) {
                assertThat(session.predict(x, 0)[0]).as(load).isEqualTo(7);
            }
            assertThat(entries(".ort")).as(load).hasSize(1);
            Files.writeString(model, "no model any more: only the cache can answer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flipped bit", "cut short", "empty", "other sum", "short sum", "no sum", "another format"})
    void aDamagedEntryIsMadeAnew(String damage) throws IOException {
        Path model = model(1, 8);
        answer(model, MEGABYTE);
        Path entry = entries(".ort").get(0);
        Path sum = entries(".sum").get(0);
        byte[] good = Files.readAllBytes(entry);
        byte[] bytes = good.clone();
        switch (damage) {
            case "flipped bit" -> {
                bytes[bytes.length / 2] ^= 4;
                Files.write(entry, bytes);
            }
            case "cut short" -> Files.write(entry, java.util.Arrays.copyOf(bytes, bytes.length - 1));
            case "empty" -> Files.write(entry, new byte[0]);
            case "other sum" -> Files.write(sum, new byte[16]);
            case "short sum" -> Files.write(sum, new byte[3]);
            case "no sum" -> Files.delete(sum);
            default -> {
                Path foreign = cache.resolve("foreign.tmp");
                Files.writeString(foreign, "a whole file that is no model at all");
                String name = entry.getFileName().toString();
                new OptimizedCache(cache, MEGABYTE).publish(name.substring(0, name.length() - 4), foreign);
            }
        }
        assertThat(answer(model, MEGABYTE)).isEqualTo(7);
        assertThat(entries(".ort")).containsExactly(entry);
        assertThat(Files.readAllBytes(entry)).isEqualTo(good);
        assertThat(entries(".tmp")).isEmpty();
    }

    @Test
    void whatIsNotUsedForLongestMakesRoom() throws IOException {
        Path first = model(1, 64);
        Path second = model(2, 64);
        Path third = model(3, 64);
        answer(first, MEGABYTE);
        long room = 2 * Files.size(entries(".ort").get(0)) + 1000;
        Files.setLastModifiedTime(entries(".sum").get(0), FileTime.fromMillis(1000));
        Path old = entries(".ort").get(0);
        answer(second, room);
        answer(third, room);
        assertThat(entries(".ort")).hasSize(2).doesNotContain(old);
        assertThat(entries(".sum")).hasSize(2);
    }

    @Test
    void anEntryThatAloneIsTooLargeIsNotKept() throws IOException {
        assertThat(answer(model(1, 64), 1000)).isEqualTo(7);
        assertThat(cache).doesNotExist();
    }

    @Test
    void whereTheFolderCannotBeMadeTheModelStillOpens() throws IOException {
        cache = Files.writeString(home.resolve("a file"), "in the way");
        assertThat(answer(model(1, 8), MEGABYTE)).isEqualTo(7);
    }

    /** A folder that exists and takes no files, whoever asks. */
    @Test
    void whereNothingCanBeSavedTheModelStillOpens() throws IOException {
        cache = Path.of("/proc/self/task");
        assumeTrue(Files.isDirectory(cache), "skipped: no Linux");
        assertThat(answer(model(1, 8), MEGABYTE)).isEqualTo(7);
    }

    @Test
    void whatAProcessLeftWhenItDiedIsRemovedAfterADay() throws IOException {
        Files.createDirectories(cache);
        Path old = Files.writeString(cache.resolve("old.tmp"), "half a model");
        Path fresh = Files.writeString(cache.resolve("fresh.tmp"), "another process writes this now");
        Files.setLastModifiedTime(old, FileTime.fromMillis(1000));
        answer(model(1, 8), MEGABYTE);
        assertThat(entries(".tmp")).containsExactly(fresh);
    }

    @Test
    void theKeyTellsApartWhateverDecidesTheEntry() {
        Digest digest = Digest.of(new byte[] {1});
        SessionOptions options = SessionOptions.defaults();
        String key = OptimizedCache.key(digest, "1.29", "zen4", options);
        assertThat(List.of(
                        OptimizedCache.key(Digest.of(new byte[] {2}), "1.29", "zen4", options),
                        OptimizedCache.key(digest, "1.30", "zen4", options),
                        OptimizedCache.key(digest, "1.29", "zen3", options),
                        OptimizedCache.key(digest, "1.29", "zen4", options.optimize(false)),
                        OptimizedCache.key(digest, "1.29", "zen4", options.engineOptions(Map.of("a", "b")))))
                .doesNotHaveDuplicates()
                .doesNotContain(key);
        assertThat(OptimizedCache.key(digest, "1.29", "zen4", options.slots(3)))
                .as("slots do not change the graph")
                .isEqualTo(key);
    }
}
