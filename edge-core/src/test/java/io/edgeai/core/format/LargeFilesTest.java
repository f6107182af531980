package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of megabytes made of small parts, whole and damaged, are told and inspected while no more of the heap is held
 * than twice their bytes and 1 MiB. Larger files and more variants with {@code -Dedgeai.full=true}.
 */
class LargeFilesTest {
    private static final long FIXED_BYTES = 1 << 20;
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int PARTS = FULL ? 100_000 : 5_000;
    private static final int VARIANTS = FULL ? 4 : 1;
    private static final int COLLECTIONS = FULL ? 30 : 6;
    private static final long SEED = 20_261_126;

    @TempDir
    Path folder;

    @FunctionalInterface
    interface Making {
        Path at(Path file, int parts, Random random) throws IOException;
    }

    record Large(String name, int scale, Making making) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Large bytes(String name, int scale, java.util.function.BiFunction<Integer, Random, byte[]> made) {
        return new Large(name, scale, (file, parts, random) -> Files.write(file, made.apply(parts, random)));
    }

    static Stream<Large> files() {
        return Stream.of(
                new Large("ONNX chain", 1, LargeGraphs::onnxChain),
                new Large("ONNX initializers", 1, LargeGraphs::onnxInitializers),
                new Large("ONNX notes", 1, LargeGraphs::onnxNotes),
                bytes("GraphDef chain", 1, LargeGraphs::graphDef),
                bytes("GraphDef of outputs", 1, (n, random) -> LargeGraphs.graphOfOutputs(n)),
                bytes("SavedModel", 1, (n, random) -> LargeGraphs.savedModel(LargeGraphs.graphDef(n, random), n / 4)),
                bytes("TensorFlow Lite", 1, (n, random) -> TfliteBytes.large(n)),
                new Large("Core ML network", 1, LargeGraphs::coreml),
                new Large("Core ML program", 1, (file, n, random) -> LargeGraphs.coremlProgram(file, n)),
                new Large("OpenVINO", 1, (file, n, random) -> LargeTexts.openvino(file, n / 2, 11, random)),
                new Large("OpenVINO before sets", 1, (file, n, random) -> LargeTexts.openvino(file, n / 2, 7, random)),
                new Large("OpenVINO inputs", 1, (file, n, random) -> LargeTexts.openvinoInputs(file, n / 2)),
                new Large("XGBoost JSON", 1, LargeTexts::xgboostJson),
                new Large("XGBoost UBJSON", 1, LargeTexts::xgboostUbjson),
                new Large("safetensors", 1, LargeTexts::safetensors),
                new Large("Hugging Face folder", 1, LargeTexts::huggingFace),
                bytes("vocabulary", 2, LargePickles::vocabulary),
                bytes("vocabulary, zlib", 2, (n, random) -> LargePickles.zlib(LargePickles.vocabulary(n, random))),
                bytes("forest", 1, (n, random) -> LargePickles.forest(n / 4)),
                bytes("forest, zlib", 1, (n, random) -> LargePickles.zlib(LargePickles.forest(n / 4))),
                bytes("tuples", 5, LargePickles::tuples),
                bytes("deep pickle", 5, (n, random) -> LargePickles.deep(n)),
                bytes("empty lists", 20, (n, random) -> LargePickles.repeated("]", n)),
                bytes("memo", 20, (n, random) -> LargePickles.repeated("N\u0094", n / 2)),
                new Large("PyTorch weights", 1, (file, n, random) -> LargePickles.torch(file, n / 4)),
                new Large(
                        "PyTorch before 1.6",
                        1,
                        (file, n, random) ->
                                Files.write(file, LargePickles.legacyTorch(n, file.resolveSibling("scratch")))));
    }

    private record Case(String name, Path path, long size) {}

    @Test
    void noMoreIsHeldThanTwiceTheFile(TestReporter reporter) throws IOException {
        List<Case> cases = new ArrayList<>();
        Random random = new Random(SEED);
        for (Large large : files().toList()) {
            Path place = folder.resolve(large.name().replace(' ', '-'));
            Path whole = large.making().at(place, large.scale() * PARTS, random);
            cases.add(new Case(large.name(), whole, size(whole)));
            if (Files.isRegularFile(whole)) {
                byte[] good = Files.readAllBytes(whole);
                for (int i = 0; i < VARIANTS; i++) {
                    byte[] bad = Damage.variant(good, random);
                    Path path = Files.write(folder.resolve(place.getFileName() + "-" + i), bad);
                    cases.add(new Case(large.name() + ", variant " + i, path, bad.length));
                }
            }
        }
        List<HeldHeap.Cost> costs = HeldHeap.of(cases.stream().map(Case::path).toList(), COLLECTIONS);
        assertThat(costs).as("one for each file").hasSameSizeAs(cases);
        SoftAssertions all = new SoftAssertions();
        for (int i = 0; i < cases.size(); i++) {
            Case file = cases.get(i);
            HeldHeap.Cost cost = costs.get(i);
            long bound = 2 * file.size() + FIXED_BYTES;
            reporter.publishEntry(
                    file.name(),
                    String.format(
                            "%.2f MB, held %.2f MB (%.2f of the bound), allocated %.1f a byte, %.0f CPU ms",
                            file.size() / 1e6,
                            cost.held() / 1e6,
                            cost.held() / (double) bound,
                            cost.allocated() / (double) file.size(),
                            cost.cpuNanos() / 1e6));
            all.assertThat(cost.held())
                    .as("%s, seed %d: bytes held", file.name(), SEED)
                    .isLessThanOrEqualTo(bound);
        }
        all.assertAll();
    }

    private static long size(Path model) throws IOException {
        if (!Files.isDirectory(model)) {
            return Files.size(model);
        }
        long sum = 0;
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
