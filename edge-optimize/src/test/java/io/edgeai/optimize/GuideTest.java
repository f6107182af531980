package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.FusionAudit;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.correct.BiasCorrection;
import io.edgeai.optimize.correct.InputMoments;
import io.edgeai.optimize.correct.LearnedRounding;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.transformer.SmoothQuant;
import io.edgeai.optimize.transformer.TransformerFusion;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockQuantizer;
import io.edgeai.optimize.weightonly.BlockSettings;
import io.edgeai.optimize.weightonly.InputSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
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
    void thePartsByThemselves() {
        OnnxGraph original = GraphBuilder.residualNet(13, 1);
        InferenceRuntime runtime = Ort.runtime();
        List<Map<String, Tensor>> samples = List.of(Map.of("x", Ort.tensor(new Random(1), 16, 3, 8, 8)));
        long seed = 1;

        OnnxGraph base = GraphPasses.simplified(original, runtime);
        QuantizeSettings settings = QuantizeSettings.defaults().weightBits(4);
        InputMoments moments = InputMoments.measure(runtime, base, samples, true, seed, Progress.NONE);
        Map<String, ChannelWeights> levels = LearnedRounding.of(base, moments, settings, Progress.NONE);
        OnnxGraph corrected = BiasCorrection.apply(base, moments, levels);
        StaticQuantizer quantizer = new StaticQuantizer(corrected, settings).weights(levels);
        Quantized quantized = quantizer.quantize(new Calibrator(runtime)
                .ranges(corrected, samples, quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE));
        FusedShare fused = new FusionAudit(runtime).of(quantized.graph());

        assertThat(fused.share("Conv")).isEqualTo(1);
        assertThat(quantized.left()).isEmpty();
    }

    @Test
    void piecesOfTheGuide(@TempDir Path folder) throws IOException {
        Transformers.Shape shape = Transformers.Shape.tiny();
        OnnxWriter.write(Transformers.of(shape, Transformers.Style.DECOMPOSED, 1), folder.resolve("encoder.onnx"));
        InferenceRuntime runtime = Ort.runtime();
        List<Map<String, Tensor>> typicalInputs =
                List.of(Transformers.feed(shape, 1, 16, 1), Transformers.feed(shape, 1, 16, 2));

        OnnxGraph simplified = GraphPasses.simplified(OnnxReader.read(folder.resolve("encoder.onnx")), runtime);
        OnnxGraph fused = TransformerFusion.apply(simplified, runtime).graph();
        OnnxGraph smooth = SmoothQuant.apply(fused, runtime, typicalInputs, Set.of(), Progress.NONE)
                .graph();
        Quantized int8 = DynamicQuantizer.apply(smooth, QuantizeSettings.defaults());
        Quantized int4 = BlockQuantizer.apply(
                fused,
                BlockSettings.defaults().method(BlockMethod.GPTQ),
                new InputSamples(runtime, typicalInputs, Progress.NONE));

        Tensor exact = Ort.run(simplified, typicalInputs.get(0)).get("last_hidden_state");
        for (Quantized quantized : List.of(int8, int4)) {
            OutputComparison comparison = new OutputComparison("last_hidden_state");
            comparison.add(
                    Objects.requireNonNull(exact),
                    Objects.requireNonNull(
                            Ort.run(quantized.graph(), typicalInputs.get(0)).get("last_hidden_state")));
            assertThat(comparison.result().sqnrDb()).isGreaterThan(15);
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
