package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.transformer.TransformerVariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How far FP16 weights move the answers of real models: the largest difference of an output, divided by its largest
 * value, over images not used for rounding. Figures go to {@code target/optimize/half.txt}.
 */
class HalfFiguresIT {

    private final Path root =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
    private final RealData data = new RealData(root);

    @BeforeEach
    void filesAreHere() {
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
    }

    @Test
    void residualNetwork() throws IOException {
        double error = verify("cifar10/resnet56.onnx", data.cifar(false), graph -> data.cifarTest(false)
                .feeds(graph, 300));
        assertThat(error).isLessThanOrEqualTo(1e-2);
    }

    @Test
    void invertedResiduals() throws IOException {
        double error = verify("imagenet/mobilenet_v2.onnx", data.imagenet(), graph -> data.imagenetTest()
                .feeds(graph, 60));
        assertThat(error).isLessThanOrEqualTo(1e-2);
    }

    /** Rounded on photographs of all kinds, judged on the detector's own three. */
    @Test
    void detector() throws IOException {
        double error = verify(
                "detect/FastestDet.onnx", data.photographs(352, 352, 16), data.detection(352, 352, 255, 0, 1)::feeds);
        assertThat(error).isLessThanOrEqualTo(1e-2);
    }

    private interface Feeds {
        List<Map<String, Tensor>> of(OnnxGraph graph);
    }

    private double verify(String model, CalibrationData typical, Feeds unseen) throws IOException {
        OnnxGraph whole = OnnxReader.read(root.resolve(model));
        Cleanup.separateInitializers(whole);
        OnnxGraph simple = GraphPasses.simplified(whole, Ort.runtime());
        OnnxGraph plain = HalfWeights.apply(simple).graph();
        OnnxGraph rounded = TransformerVariants.halfOnSamples(
                        simple, Ort.runtime(), typical.feeds(simple), Progress.NONE)
                .build()
                .get()
                .graph();
        double before = error(simple, plain, unseen.of(simple));
        double after = error(simple, rounded, unseen.of(simple));
        Path out = Path.of("target/optimize/half.txt");
        Files.createDirectories(out.getParent());
        Files.writeString(
                out,
                String.format(
                        Locale.ROOT,
                        "| %s | %.1e | %.1e | %.1f %% |%n",
                        model,
                        before,
                        after,
                        100.0 * OnnxWriter.toBytes(rounded).length / OnnxWriter.toBytes(simple).length),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        assertThat(after).as(model).isLessThan(before);
        return after;
    }

    private static double error(OnnxGraph one, OnnxGraph two, List<Map<String, Tensor>> feeds) {
        double worst = 0;
        try (InferenceSession a = Ort.open(one);
                InferenceSession b = Ort.open(two)) {
            for (Map<String, Tensor> feed : feeds) {
                Map<String, Tensor> expected = a.run(feed);
                Map<String, Tensor> found = b.run(feed);
                for (String output : expected.keySet()) {
                    float[] x = Objects.requireNonNull(expected.get(output)).floats();
                    float[] y = Objects.requireNonNull(found.get(output)).floats();
                    double largest = 0;
                    double difference = 0;
                    for (int i = 0; i < x.length; i++) {
                        largest = Math.max(largest, Math.abs(x[i]));
                        difference = Math.max(difference, Math.abs(x[i] - y[i]));
                    }
                    worst = Math.max(worst, difference / largest);
                }
            }
        }
        return worst;
    }
}
