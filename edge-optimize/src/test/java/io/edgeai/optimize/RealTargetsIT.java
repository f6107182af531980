package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.accelerator.OpenVinoTarget;
import io.edgeai.optimize.accelerator.TargetModel;
import io.edgeai.optimize.accelerator.TensorRtTarget;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.quantize.ActivationType;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Graphs for TensorRT and OpenVINO keep the accuracy of real models, asked on the CPU. Subsets by default; the whole test
 * sets with {@code -Dedgeai.full=true}; figures go to {@code target/optimize/targets.txt}.
 */
class RealTargetsIT {
    private static final Path ROOT =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");

    @Test
    void resNet20KeepsItsAccuracy() throws IOException {
        RealData data = new RealData(ROOT);
        check("cifar10/resnet20.onnx", () -> data.cifar(false), () -> data.cifarTest(false));
    }

    @ExactByteProducts
    @Test
    void mobileNetKeepsItsAccuracy() throws IOException {
        RealData data = new RealData(ROOT);
        check("imagenet/mobilenet_v2.onnx", data::imagenet, data::imagenetTest);
    }

    private static void check(
            String name,
            java.util.function.Supplier<CalibrationData> calibration,
            java.util.function.Supplier<LabelledData> labels)
            throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(ROOT), "skipped: no folder " + ROOT + " (edgeai.testdata)");
        OnnxGraph graph = OnnxReader.read(ROOT.resolve(name));
        LabelledData labelled = labels.get();
        Accuracy before = accuracy(graph, labelled);
        CalibrationData samples = calibration.get();
        List<TargetModel> models = List.of(
                TensorRtTarget.builder().build().emit(graph, samples),
                OpenVinoTarget.builder().build().emit(graph, samples),
                OpenVinoTarget.builder().activations(ActivationType.S8).build().emit(graph, samples));
        for (TargetModel model : models) {
            Accuracy after = accuracy(model.graph(), labelled);
            double kept = after.value() / before.value();
            write(String.format(
                    Locale.ROOT,
                    "%-28s %-9s %s: %.4f -> %.4f (%.2f %%), findings %s, float %d%n",
                    name,
                    model.target(),
                    model.graph().initializers().values().stream()
                            .map(tensor -> tensor.type().toString())
                            .filter(type -> type.endsWith("INT8"))
                            .distinct()
                            .toList(),
                    before.value(),
                    after.value(),
                    100 * kept,
                    model.findings(),
                    model.left().size()));
            assertThat(model.passes()).as("%s", model.findings()).isTrue();
            assertThat(kept).as("%s, %s", name, model.target()).isGreaterThanOrEqualTo(RealData.FULL ? .99 : .95);
        }
    }

    private static Accuracy accuracy(OnnxGraph graph, LabelledData labelled) {
        try (InferenceSession session = Ort.open(graph)) {
            return Accuracy.measure(session, graph, labelled, Progress.NONE);
        }
    }

    private static void write(String line) throws IOException {
        Path out = Files.createDirectories(Path.of("target/optimize")).resolve("targets.txt");
        Files.writeString(out, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
