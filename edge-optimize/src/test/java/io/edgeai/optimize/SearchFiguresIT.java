package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * {@code auto} on every real model, with {@code -Dedgeai.full=true} only: it takes minutes. What comes back is judged anew,
 * outside the search: its accuracy is asserted, its speed is written to {@code target/optimize/search.txt}.
 */
class SearchFiguresIT {
    private static final Path OUT = Path.of("target/optimize");
    private static final double FLOOR = 0.99;
    private static final int ROUNDS = 31;

    private record Data(@Nullable CalibrationData typical, @Nullable LabelledData labelled) {}

    @TestFactory
    Stream<DynamicTest> nothingIsSlowerOrBelowTheFloor() throws IOException {
        Path root =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
        Assumptions.assumeTrue(RealData.FULL, "skipped: figures take minutes; -Dedgeai.full=true runs them");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
        Files.createDirectories(OUT);
        Files.deleteIfExists(OUT.resolve("search.txt"));
        String only = System.getProperty("edgeai.only", "");
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .filter(file -> file.toString().contains(only))
                    .sorted()
                    .toList();
            return models.stream()
                    .map(file -> DynamicTest.dynamicTest(
                            root.relativize(file).toString(), () -> search(new RealData(root), root, file)));
        }
    }

    private static void search(RealData real, Path root, Path file) {
        String name = root.relativize(file).toString();
        OnnxGraph graph = OnnxReader.read(file);
        Data data = data(real, name);
        Recipe.Builder recipe = Recipe.builder();
        if (data.typical() == null) {
            recipe.auto();
        } else {
            recipe.auto(data.typical());
        }
        if (data.labelled() != null) {
            recipe.keepAccuracy(FLOOR, data.labelled());
        }
        OptimizationResult result = InferenceOptimizer.ofDefaults().optimize(graph, recipe.build());
        OptimizationReport report = result.report();
        report(name, report);
        if (!report.kept()) {
            assertThat(result.graph()).isSameAs(graph);
            assertThat(report.outcome()).startsWith("The original is returned: ");
            line(name, report, Double.NaN, 1);
            return;
        }
        assertThat(report.latency()).isNotNull();
        assertThat(report.latency().speedup()).isGreaterThanOrEqualTo(1 / 1.03);
        judge(name, graph, result, data.labelled());
    }

    private static void judge(
            String name, OnnxGraph graph, OptimizationResult result, @Nullable LabelledData labelled) {
        try (InferenceSession before = Ort.open(graph);
                InferenceSession after = Ort.open(result.graph())) {
            double kept = Double.NaN;
            if (labelled != null) {
                kept = Accuracy.measure(after, graph, labelled, Progress.NONE).value()
                        / Accuracy.measure(before, graph, labelled, Progress.NONE)
                                .value();
                assertThat(kept).as(name).isGreaterThanOrEqualTo(FLOOR);
            }
            Map<String, Tensor> feed =
                    GeneratedInputs.runnable(graph, 1, before).get(0);
            double speedup = LatencyComparison.measure(before, after, feed, ROUNDS, Ticker.system(), Progress.NONE)
                    .speedup();
            line(name, result.report(), kept, speedup);
        }
    }

    private static Data data(RealData real, String name) {
        return switch (name) {
            case "cifar10/resnet8.onnx" -> new Data(real.cifar(true), real.cifarTest(true));
            case "cifar10/resnet20.onnx", "cifar10/resnet20_bn.onnx", "cifar10/resnet56.onnx" ->
                new Data(real.cifar(false), real.cifarTest(false));
            case "mnist/pytorch_cnn_mnist.onnx" -> new Data(real.mnist(), real.mnistTest());
            case "imagenet/mobilenet_v2.onnx" -> new Data(real.imagenet(), real.imagenetTest());
            case "detect/FastestDet.onnx" -> new Data(real.detection(352, 352, 255, 0, 1), null);
            case "detect/ultraface_rfb320.onnx" -> new Data(real.detection(320, 240, 1, 127, 128), null);
            case "text/trec.onnx" -> new Data(CalibrationData.of(real.trecIds("train", 64)), real.trecTest());
            case "audio/fsdd_lstm.onnx" -> new Data(null, real.spokenDigits());
            case "audio/silero_vad.onnx" -> new Data(real.speech(true), null);
            case "audio/silero_vad_openvino_16k.onnx" -> new Data(real.speech(false), null);
            default -> new Data(name.startsWith("graphs/light") ? RealData.noise(3 * 224 * 224, 8) : null, null);
        };
    }

    private static void line(String name, OptimizationReport report, double kept, double speedup) {
        String took = report.trials().stream()
                .filter(Trial::accepted)
                .map(Trial::name)
                .findFirst()
                .orElse("the original");
        write(
                "search.txt",
                String.format(
                        Locale.ROOT,
                        "%-40s %-42s size %+6.1f %%  speed %.2f, again %.2f  accuracy %s %s  %d tried in %.0f s%n",
                        name,
                        took,
                        100 * report.sizeChange(),
                        report.latency() == null ? 1 : report.latency().speedup(),
                        speedup,
                        report.accuracyBefore() == null
                                ? "-"
                                : report.accuracyBefore().value(),
                        Double.isNaN(kept) ? "" : String.format(Locale.ROOT, "(%.2f %% kept)", 100 * kept),
                        report.trials().size(),
                        report.duration().toMillis() / 1e3),
                StandardOpenOption.APPEND);
    }

    private static void report(String name, OptimizationReport report) {
        String base = "search_" + name.replace('/', '_');
        write(base + ".html", report.toHtml(), StandardOpenOption.TRUNCATE_EXISTING);
        write(base + ".json", report.toJson(), StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static void write(String file, String text, StandardOpenOption how) {
        try {
            Files.writeString(OUT.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
