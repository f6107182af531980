package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.train.Trained;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/guide/pruning.md}, run as it stands there. */
class PruningGuideTest {
    @Test
    void exampleOfTheGuide(@TempDir Path folder) {
        OnnxWriter.write(GraphBuilder.residualNet(13, 1), folder.resolve("defects.onnx"));
        Random random = new Random(1);
        float[][] typicalImages = new float[64][];
        for (int i = 0; i < typicalImages.length; i++) {
            typicalImages[i] = Ort.normal(random, 3 * 8 * 8);
        }
        float[][] images = typicalImages;
        int[] labels = random.ints(64, 0, 5).toArray();

        OnnxGraph original = OnnxReader.read(folder.resolve("defects.onnx"));
        PrunedModel pruned = StructuredPruner.builder()
                .budget(PruneBudget.macs(2))
                .samples(CalibrationData.of(typicalImages))
                .build()
                .prune(original);

        PruneReport report = pruned.report();
        Trained tuned = FineTuning.builder(LabelledData.of(images, labels).examples(pruned.graph()))
                .teacher(pruned.original())
                .settings(TrainSettings.defaults().epochs(10))
                .build()
                .tune(pruned.graph());
        OnnxWriter.write(tuned.model(), folder.resolve("defects-pruned.onnx"));

        assertThat(report.macReduction()).isGreaterThanOrEqualTo(2);
        assertThat(report.groups()).isNotEmpty();
        assertThat(report.pinned()).isNotEmpty();
        assertThat(folder.resolve("defects-pruned.onnx").toFile().length())
                .isLessThan(folder.resolve("defects.onnx").toFile().length());
    }

    @Test
    void budgetsAndImportancesOfTheGuideAreThoseOfTheCode() throws IOException {
        Path guide = Path.of(System.getProperty("edgeai.root", "..")).resolve("docs/guide/pruning.md");
        String text = Files.readString(guide);
        for (Class<?> type : new Class<?>[] {PruneBudget.class, Importance.class}) {
            for (java.lang.reflect.Method method : type.getDeclaredMethods()) {
                if (java.lang.reflect.Modifier.isStatic(method.getModifiers())
                        && java.lang.reflect.Modifier.isPublic(method.getModifiers())) {
                    assertThat(text).contains("`" + method.getName() + "(");
                }
            }
        }
    }
}
