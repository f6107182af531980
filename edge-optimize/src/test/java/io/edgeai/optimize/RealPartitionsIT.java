package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.partition.PipelineSplit;
import io.edgeai.optimize.partition.PipelineSplitter;
import io.edgeai.optimize.partition.PipelineStage;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Real models as pipelines of 2 to 4 stages: bits are asserted, balances written to {@code target/optimize/pipelines.txt} as
 * a table. One model by default; all with {@code -Dedgeai.full=true}. Stages are timed in processor time.
 */
class RealPartitionsIT {
    private static final Path ROOT =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
    private static final List<String> MODELS = RealData.FULL
            ? List.of(
                    "cifar10/resnet20.onnx",
                    "cifar10/resnet56.onnx",
                    "imagenet/mobilenet_v2.onnx",
                    "graphs/light_squeezenet.onnx",
                    "graphs/light_resnet50.onnx",
                    "graphs/light_vgg19.onnx",
                    "graphs/light_inception_v1.onnx",
                    "text/trec.onnx",
                    "detect/FastestDet.onnx",
                    "audio/fsdd_lstm.onnx",
                    "mnist/pytorch_cnn_mnist.onnx")
            : List.of("cifar10/resnet20.onnx");

    @TestFactory
    Stream<DynamicTest> stagesGiveTheSameBits() {
        Assumptions.assumeTrue(Files.isDirectory(ROOT), "skipped: no folder " + ROOT + " (edgeai.testdata)");
        String only = System.getProperty("edgeai.only", "");
        return MODELS.stream()
                .filter(name -> name.contains(only))
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    for (int stages = 2; stages <= 4; stages++) {
                        split(name, stages);
                    }
                }));
    }

    private static void split(String name, int stages) throws IOException {
        OnnxGraph graph = OnnxReader.read(ROOT.resolve(name));
        List<Map<String, Tensor>> samples = samples(graph, name);
        Ticker processor = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;

        PipelineSplit split = PipelineSplitter.builder()
                .stages(stages)
                .ticker(processor)
                .rounds(RealData.most(3, 15))
                .refinements(RealData.most(1, 6))
                .build()
                .split(graph, samples);

        double mean = split.stages().stream()
                .mapToDouble(PipelineStage::micros)
                .average()
                .orElse(1);
        write(String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %s | %s | %.2f |%n",
                name,
                stages,
                split.balance(),
                split.throughputGain(),
                split.stages().stream()
                        .map(stage -> Long.toString(Math.round(stage.micros())))
                        .toList(),
                split.stages().stream().map(PipelineStage::bytesSent).toList(),
                split.largestNodeMicros() / mean));
        assertThat(split.exact()).as("%s in %d stages", name, stages).isTrue();
        assertThat(split.largestDifference()).isZero();
    }

    private static List<Map<String, Tensor>> samples(OnnxGraph graph, String name) {
        if (name.equals("text/trec.onnx")) {
            return new RealData(ROOT).trecIds("test", 2);
        }
        try (InferenceSession session = Ort.open(graph)) {
            return GeneratedInputs.runnable(graph, 7, session).subList(0, 2);
        }
    }

    private static void write(String line) throws IOException {
        Path out = Files.createDirectories(Path.of("target/optimize")).resolve("pipelines.txt");
        Files.writeString(out, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
