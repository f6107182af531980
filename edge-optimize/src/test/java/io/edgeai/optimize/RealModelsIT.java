package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fidelity.OutputFidelity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Real models with their own data. Subsets by default; the whole test sets with {@code -Dedgeai.full=true}. Figures go to
 * {@code target/optimize/figures.txt}, reports beside it; speed is printed there, never asserted.
 */
class RealModelsIT {
    private static final Path OUT = Path.of("target/optimize");

    @TestFactory
    Stream<DynamicTest> everyModelGoesThroughItsNaturalRecipe() throws IOException {
        Path root =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
        Files.createDirectories(OUT);
        Files.deleteIfExists(OUT.resolve("figures.txt"));
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
            assertThat(models).hasSizeGreaterThanOrEqualTo(19);
            String only = System.getProperty("edgeai.only", "");
            return models.stream()
                    .filter(file -> file.toString().contains(only))
                    .map(file -> DynamicTest.dynamicTest(
                            root.relativize(file).toString(), () -> optimize(new RealData(root), root, file)));
        }
    }

    private static void optimize(RealData data, Path root, Path file) {
        String name = root.relativize(file).toString();
        OnnxGraph graph = OnnxReader.read(file);
        byte[] before = OnnxWriter.toBytes(graph);
        int quick = name.startsWith("graphs/light") ? 1 : 15;
        Recipe recipe =
                recipe(data, name).latencyRounds(RealData.most(quick, 31)).build();
        OptimizationResult result = InferenceOptimizer.ofDefaults().optimize(graph, recipe);
        OptimizationReport report = result.report();
        write(name, report);
        assertThat(OnnxWriter.toBytes(graph)).as("the original is untouched").isEqualTo(before);
        if (name.startsWith("tree") || name.endsWith("skl_lr_mnist.onnx")) {
            assertThat(report.kept()).as("nothing to quantize").isFalse();
            return;
        }
        if (name.startsWith("graphs/light") && report.outcome().endsWith("it is not faster")) {
            assertThat(result.graph())
                    .as("a file that generates its weights stays")
                    .isSameAs(graph);
            return;
        }
        assertThat(report.kept()).as(report.outcome()).isTrue();
        assertThat(report.fidelity()).isNotNull();
        assertThat(report.fidelity().finite()).isTrue();
        assertThat(report.fidelity().outputs()).isNotEmpty();
        if (report.accuracyBefore() != null) {
            assertThat(report.accuracyKept()).as("accuracy kept").isGreaterThanOrEqualTo(.98);
        }
        if (before.length > 800_000) {
            double most = name.startsWith("detect") ? -.60 : -.70;
            assertThat(report.sizeChange())
                    .as("size; a third of the detectors' files is graph")
                    .isLessThan(most);
        }
    }

    private static Recipe.Builder recipe(RealData data, String name) {
        Recipe.Builder recipe = Recipe.builder();
        return switch (name) {
            case "cifar10/resnet8.onnx" -> recipe.int8(data.cifar(true)).labelled(data.cifarTest(true));
            case "cifar10/resnet20.onnx", "cifar10/resnet20_bn.onnx", "cifar10/resnet56.onnx" ->
                recipe.int8(data.cifar(false)).labelled(data.cifarTest(false));
            case "mnist/pytorch_cnn_mnist.onnx" -> recipe.int8(data.mnist()).labelled(data.mnistTest());
            case "imagenet/mobilenet_v2.onnx" -> recipe.int8(data.imagenet()).labelled(data.imagenetTest());
            case "detect/FastestDet.onnx" -> recipe.int8(data.detection(352, 352, 255, 0, 1));
            case "detect/ultraface_rfb320.onnx" -> recipe.int8(data.detection(320, 240, 1, 127, 128));
            case "text/trec.onnx" -> recipe.int8Dynamic().labelled(data.trecTest());
            case "audio/fsdd_lstm.onnx" -> recipe.int8Dynamic().labelled(data.spokenDigits());
            case "audio/silero_vad.onnx" -> recipe.int8Dynamic().samples(data.speech(true));
            case "audio/silero_vad_openvino_16k.onnx" -> recipe.int8Dynamic().samples(data.speech(false));
            default ->
                name.startsWith("graphs/light")
                        ? recipe.int8(RealData.noise(3 * 224 * 224, RealData.most(1, 8)))
                        : recipe.int8Dynamic();
        };
    }

    private static void write(String name, OptimizationReport report) {
        String line = String.format(
                Locale.ROOT,
                "%-40s size %+6.1f %%  speed %s  accuracy %s  top-1 %s  %.1f s  %s%n    ops %s%n    left %s%n    warn %s%n",
                name,
                100 * report.sizeChange(),
                report.latency() == null
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.2f [%.2f %.2f] (%.0f -> %.0f us)",
                                report.latency().speedup(),
                                report.latency().lowestRound(),
                                report.latency().highestRound(),
                                report.latency().original().p50Micros(),
                                report.latency().derived().p50Micros()),
                report.accuracyBefore() == null || report.accuracyAfter() == null
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.4f -> %.4f (%.2f %%)",
                                report.accuracyBefore().value(),
                                report.accuracyAfter().value(),
                                100 * report.accuracyKept()),
                report.fidelity() == null
                        ? "-"
                        : report.fidelity().outputs().stream()
                                .map(OutputFidelity::topOneAgreement)
                                .toList(),
                report.duration().toMillis() / 1e3,
                report.outcome(),
                report.quantizedOps(),
                report.left().stream()
                        .collect(java.util.stream.Collectors.groupingBy(
                                node -> node.op() + ": " + node.reason(), java.util.stream.Collectors.counting())),
                report.warnings());
        try {
            Files.writeString(OUT.resolve("figures.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            String base = name.replace('/', '_');
            Files.writeString(OUT.resolve(base + ".html"), report.toHtml());
            Files.writeString(OUT.resolve(base + ".json"), report.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
