package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/guide/optimize.md}, run as it stands there. */
class GuideTest {
    @Test
    void exampleOfTheGuide(@TempDir Path folder) throws IOException {
        OnnxWriter.write(GraphBuilder.residualNet(13, 1), folder.resolve("defects.onnx"));
        Random random = new Random(1);
        float[][] typicalImages = new float[64][];
        for (int i = 0; i < typicalImages.length; i++) {
            typicalImages[i] = Ort.normal(random, 3 * 8 * 8);
        }
        float[][] images = typicalImages;
        int[] labels = random.ints(images.length, 0, 5).toArray();

        OnnxGraph original = OnnxReader.read(folder.resolve("defects.onnx"));
        OptimizationResult result = InferenceOptimizer.ofDefaults()
                .optimize(
                        original,
                        Recipe.builder()
                                .int8(CalibrationData.of(typicalImages))
                                .keepAccuracy(0.99, LabelledData.of(images, labels))
                                .build());

        OptimizationReport report = result.report();
        Files.writeString(folder.resolve("report.html"), report.toHtml());
        OnnxWriter.write(result.graph(), folder.resolve("defects-int8.onnx"));
        if (report.kept()) {
            assertThat(report.accuracyKept()).isGreaterThanOrEqualTo(0.99);
            assertThat(Files.size(folder.resolve("defects-int8.onnx"))).isEqualTo(report.bytesAfter());
        }
        assertThat(folder.resolve("report.html")).content().contains("Optimization of test");
        assertThat(report.trials()).isNotEmpty();
    }

    @Test
    void exampleOfTheSearch(@TempDir Path folder) {
        OnnxGraph original = GraphBuilder.residualNet(13, 1);
        Random random = new Random(1);
        float[][] typicalImages = new float[64][];
        for (int i = 0; i < typicalImages.length; i++) {
            typicalImages[i] = Ort.normal(random, 3 * 8 * 8);
        }
        float[][] images = typicalImages;
        int[] labels = random.ints(images.length, 0, 5).toArray();

        OptimizationResult best = InferenceOptimizer.ofDefaults()
                .optimize(
                        original,
                        Recipe.builder()
                                .auto(CalibrationData.of(typicalImages))
                                .keepAccuracy(0.99, LabelledData.of(images, labels))
                                .maxBytes(500_000)
                                .prefer(Preference.SPEED)
                                .timeBudget(Duration.ofMinutes(5))
                                .resume(folder.resolve("work"))
                                .build());

        assertThat(best.report().trials()).hasSizeGreaterThanOrEqualTo(3);
        if (best.report().kept()) {
            assertThat(best.front()).isNotEmpty();
            assertThat(best.report().latency().speedup()).isGreaterThanOrEqualTo(1 / 1.03);
        } else {
            assertThat(best.front()).isEmpty();
            assertThat(best.graph()).isSameAs(original);
        }
    }

    @Test
    void phasesOfTheGuideAreThoseOfTheCode() throws IOException {
        Path guide = Path.of(System.getProperty("edgeai.root", "..")).resolve("docs/guide/optimize.md");
        assertThat(guide)
                .content()
                .contains("`simplify`, `calibrate`, `fidelity`, `accuracy`, `latency`")
                .contains("`MIN_MAX` (default), `MOVING_AVERAGE`, `PERCENTILE`, `ENTROPY`, `MSE`");
    }
}
