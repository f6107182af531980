package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.train.Trained;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.QuantizationAwareTraining;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/guide/distill.md}, run as they stand there. */
class RetrainingGuideTest {
    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);

    private static float[][] drawn(int count, long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> Ort.normal(random, 192)).limit(count).toArray(float[][]::new);
    }

    @Test
    void theRecipeOfTheGuide() {
        float[][] trainImages = drawn(64, 1);
        int[] trainLabels = new Random(2).ints(64, 0, 5).toArray();
        float[][] typicalImages = drawn(16, 3);
        float[][] images = drawn(64, 4);
        int[] labels = new Random(5).ints(64, 0, 5).toArray();

        OptimizationResult result = InferenceOptimizer.ofDefaults()
                .optimize(
                        original,
                        Recipe.builder()
                                .prune(0.3)
                                .trainOn(LabelledData.of(trainImages, trainLabels))
                                .fineTune()
                                .int8(CalibrationData.of(typicalImages))
                                .quantizationAware()
                                .keepAccuracy(0.99, LabelledData.of(images, labels))
                                .build());

        assertThat(result.report().trials()).isNotEmpty();
        if (result.report().kept()) {
            assertThat(result.report().accuracyKept()).isGreaterThanOrEqualTo(0.99);
        } else {
            assertThat(result.graph()).isSameAs(original);
        }
    }

    @Test
    void aStudentByItself(@TempDir Path folder) {
        OnnxGraph large = original;
        OnnxGraph student = GraphBuilder.residualNet(13, 2);
        float[][] images = drawn(64, 1);

        Trained small = FineTuning.builder(CalibrationData.of(images).examples(student))
                .teacher(large)
                .settings(TrainSettings.defaults().epochs(20))
                .build()
                .tune(student);
        OnnxWriter.write(small.model(), folder.resolve("student.onnx"));

        assertThat(small.history().epochs()).hasSize(20);
        assertThat(small.history().last().orElseThrow().loss())
                .isLessThan(0.5 * small.history().epochs().get(0).loss());
    }

    @Test
    void quantizationAwareTrainingByItself() {
        OnnxGraph simplified = original;
        float[][] images = drawn(64, 1);
        FineTuning tuning = FineTuning.builder(CalibrationData.of(images).examples(simplified))
                .teacher(original)
                .settings(TrainSettings.quantizationAware())
                .build();

        QuantizationAwareTraining training = new QuantizationAwareTraining(tuning, QuantizeSettings.defaults());
        Map<String, ValueRange> ranges = new Calibrator(Ort.runtime())
                .ranges(
                        simplified,
                        CalibrationData.of(images).feeds(simplified),
                        training.values(simplified),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE);
        Quantized int8 = training.quantize(simplified, ranges, null);

        assertThat(int8.quantizedOps()).containsEntry("Conv", 3);
        assertThat(int8.graph().nodes()).extracting(OnnxNode::op).contains("QuantizeLinear");
    }

    @Test
    void everySettingAndDefaultOfTheGuideIsThatOfTheCode() throws IOException {
        Path guide = Path.of(System.getProperty("edgeai.root", "..")).resolve("docs/guide/distill.md");
        String text = Files.readString(guide);
        for (RecordComponent setting : TrainSettings.class.getRecordComponents()) {
            assertThat(text).contains("`" + setting.getName() + "`");
        }
        TrainSettings defaults = TrainSettings.defaults();
        assertThat(text)
                .contains("| " + defaults.epochs() + ", " + defaults.batchSize() + " |")
                .contains("| " + defaults.learningRate() + ", " + defaults.warmUpSteps() + " |")
                .contains("| 1e-4, 1 |")
                .contains("| `average` | " + defaults.average() + " |")
                .contains("`teacherOnline`", "`fineTune()`", "`student(graph)`", "`quantizationAware()`");
        assertThat(defaults.weightDecay()).isEqualTo(1e-4);
        assertThat(defaults.clipNorm()).isEqualTo(1);
    }
}
