package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The original calls every image by the wrong class. What only follows the original stays wrong; what follows it after it
 * was trained on the right classes is right.
 */
class TrainFirstTest {
    private static final TrainSettings HARD = TrainSettings.defaults()
            .epochs(30)
            .learningRate(0.1)
            .teacherShare(1)
            .temperature(1);

    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);
    private final NoiseImages images = NoiseImages.of(192, 3);
    private final int[] classes = images.nextClasses(original);
    private final LabelledData labelled = LabelledData.of(images.values(), classes);

    private Recipe.Builder pruned() {
        return Recipe.builder()
                .prune(0.3)
                .trainOn(labelled)
                .fineTune(HARD)
                .labelled(labelled)
                .latencyRounds(0);
    }

    private OptimizationResult run(Recipe.Builder recipe) {
        return InferenceOptimizer.ofDefaults().optimize(original, recipe.build());
    }

    @Test
    void whatIsPrunedFollowsTheOriginalAsItWasTrained() {
        OptimizationResult follows = run(pruned());
        OptimizationResult learns = run(pruned().trainFirst(HARD));

        assertThat(images.accuracy(original, classes)).isZero();
        assertThat(images.accuracy(follows.graph(), classes)).isLessThan(0.3);
        assertThat(images.accuracy(learns.graph(), classes)).isGreaterThan(0.6);
        assertThat(follows.report().warnings()).noneMatch(line -> line.contains("trained first"));
        assertThat(learns.report().warnings())
                .anyMatch(
                        line -> line.matches("The original, trained first, has an accuracy of 0\\.[6-9].*|.* 1\\.0.*"));
        assertThat(learns.report().warnings())
                .anyMatch(line -> line.matches("Training \\(train-first\\) took \\d+ s of CPU: loss .* of 30 epochs.*"))
                .anyMatch(line -> line.startsWith("Training (fine-tune) took"));
        assertThat(learns.report().recipe())
                .contains("original trained first: 30 epochs, batches of 32, rate 0.1")
                .contains("teacher's share 0.0");
        assertThat(learns.report().accuracyBefore().correct()).isZero();
    }

    @Test
    void pruningTrainingAndBytesInOneCall() {
        OptimizationResult result = run(pruned().trainFirst(HARD)
                .int8(CalibrationData.of(NoiseImages.of(32, 5).values())));

        assertThat(result.graph().nodes()).extracting(OnnxNode::op).contains("QuantizeLinear");
        assertThat(images.accuracy(result.graph(), classes)).isGreaterThan(0.6);
        assertThat(result.report().accuracyAfter().value()).isEqualTo(images.accuracy(result.graph(), classes));
    }

    @Test
    void anInterruptedRunGoesOn(@TempDir Path folder) {
        Recipe.Builder recipe = pruned().trainFirst(HARD.epochs(3)).fineTune(HARD.epochs(1));
        byte[] whole = OnnxWriter.toBytes(run(recipe).graph());
        recipe.resume(folder);
        Cut first = new Cut("train-first");
        assertThatThrownBy(() -> run(recipe.progress(first))).isInstanceOf(OperationCancelledException.class);
        assertThat(first.phases).doesNotContain("prune", "fine-tune");

        assertThat(OnnxWriter.toBytes(run(recipe.progress(Progress.NONE)).graph()))
                .isEqualTo(whole);
    }

    /** Stops where a phase begins. */
    private static final class Cut implements Progress {
        private final String where;
        private final Set<String> phases = new LinkedHashSet<>();

        Cut(String where) {
            this.where = where;
        }

        @Override
        public void update(String phase, long done, long total) {
            phases.add(phase);
        }

        @Override
        public boolean cancelled() {
            return phases.contains(where);
        }
    }
}
