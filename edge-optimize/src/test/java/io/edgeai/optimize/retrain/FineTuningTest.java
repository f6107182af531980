package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.train.BatchMode;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Evaluation;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.prune.Importance;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.prune.PrunedModel;
import io.edgeai.optimize.prune.StructuredPruner;
import io.edgeai.optimize.prune.solve.Normalization;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
    private static final int COUNT = 256;
    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);
    private final float[] images = Ort.normal(new Random(3), COUNT * 192);
    private final long[] labels = answers(original, images, COUNT);

    private static final TrainSettings SHORT =
            TrainSettings.defaults().epochs(12).warmUpSteps(4);

    private static long[] answers(OnnxGraph graph, float[] images, int count) {
        float[] scores = Ort.run(graph, Map.of("x", Tensor.of(images, count, 3, 8, 8)))
                .get("y")
                .floats();
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            for (int c = 1; c < 5; c++) {
                labels[i] = scores[5 * i + c] > scores[5 * i + (int) labels[i]] ? c : labels[i];
            }
        }
        return labels;
    }

    private PrunedModel pruned() {
        return StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.5))
                .importance(Importance.random(1))
                .roundTo(1)
                .build()
                .prune(original);
    }

    private double distance(OnnxGraph graph) {
        Map<String, Tensor> feed = Map.of("x", Tensor.of(images, COUNT, 3, 8, 8));
        float[] a = Ort.run(original, feed).get("y").floats();
        float[] b = Ort.run(graph, feed).get("y").floats();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum / a.length;
    }

    /** Mean square between scores, each example's less their mean: softmax does not see that one. */
    private double unlike(OnnxGraph graph) {
        Map<String, Tensor> feed = Map.of("x", Tensor.of(images, COUNT, 3, 8, 8));
        float[] a = Ort.run(original, feed).get("y").floats();
        float[] b = Ort.run(graph, feed).get("y").floats();
        double sum = 0;
        for (int i = 0; i < a.length; i += 5) {
            double shift = 0;
            for (int c = i; c < i + 5; c++) {
                shift += (a[c] - b[c]) / 5;
            }
            for (int c = i; c < i + 5; c++) {
                sum += (a[c] - b[c] - shift) * (a[c] - b[c] - shift);
            }
        }
        return sum / a.length;
    }

    @Test
    void labelsBringAccuracyBack() {
        PrunedModel pruned = pruned();
        byte[] before = OnnxWriter.toBytes(pruned.graph());
        Trained trained = FineTuning.builder(TensorData.labelled("x", images, LabelledData.LABELS, labels, 3, 8, 8))
                .settings(SHORT)
                .evaluate(Evaluation.accuracy("x", Tensor.of(images, COUNT, 3, 8, 8), labels))
                .build()
                .tune(pruned.graph());
        double first = trained.history().epochs().get(0).score();
        double last = trained.history().last().orElseThrow().score();
        assertThat(last).isGreaterThan(first).isGreaterThan(0.7);
        assertThat(trained.model().nodes()).extracting(OnnxNode::op).doesNotContain("BatchNormalization");
        assertThat(CostModel.of(trained.model()).parameters())
                .isEqualTo(CostModel.of(pruned.graph()).parameters());
        assertThat(OnnxWriter.toBytes(pruned.graph())).isEqualTo(before);
    }

    @Test
    void theTeacherAloneNeedsNoLabels() {
        PrunedModel pruned = pruned();
        Trained trained = FineTuning.builder(TensorData.of(Map.of("x", Tensor.of(images, COUNT, 3, 8, 8))))
                .teacher(pruned.original())
                .settings(SHORT.temperature(2))
                .build()
                .tune(pruned.graph());
        assertThat(distance(trained.model())).isLessThan(0.5 * distance(pruned.graph()));
    }

    /** At a rate that stays high the student is thrown about; its average, with the statistics' folded in, is more like the teacher. */
    @Test
    void averagedParametersAreNearerToTheTeacherThanTheLast() {
        PrunedModel pruned = pruned();
        FineTuning.Builder tuning = FineTuning.builder(TensorData.of(Map.of("x", Tensor.of(images, COUNT, 3, 8, 8))))
                .teacher(pruned.original())
                .training(trainer -> trainer.schedule(Schedule.constant(0.3)));
        TrainSettings how = SHORT.epochs(6).batchSize(4).temperature(2);
        double averaged = 0;
        double left = 0;
        for (long seed = 1; seed <= 3; seed++) {
            tuning.seed(seed);
            Trained last = tuning.settings(how.average(0)).build().tune(pruned.graph());
            Trained mean = tuning.settings(how.average(0.2)).build().tune(pruned.graph());
            assertThat(mean.history()).isEqualTo(last.history());
            averaged += unlike(mean.model());
            left += unlike(last.model());
        }
        assertThat(averaged).isLessThan(left);
    }

    @Test
    void labelsAndTeacherTogether() {
        PrunedModel pruned = pruned();
        Trained trained = FineTuning.builder(TensorData.labelled("x", images, LabelledData.LABELS, labels, 3, 8, 8))
                .teacher(pruned.original())
                .settings(SHORT.epochs(3))
                .seed(4)
                .build()
                .tune(pruned.graph());
        assertThat(trained.history().epochs()).hasSize(3);
        assertThat(trained.history().last().orElseThrow().loss())
                .isLessThan(trained.history().epochs().get(0).loss());
    }

    @Test
    void aModelWithItsOwnNormalizationKeepsIt() {
        OnnxGraph normalized = Normalization.inserted(
                original, Ort.runtime(), List.of(Map.of("x", Tensor.of(images, COUNT, 3, 8, 8))));
        Trained trained = FineTuning.builder(TensorData.labelled("x", images, LabelledData.LABELS, labels, 3, 8, 8))
                .settings(SHORT.epochs(1).normalize(false))
                .build()
                .tune(normalized);
        assertThat(trained.model().nodes())
                .filteredOn(node -> node.op().equals("BatchNormalization"))
                .hasSize(3);
    }

    /** Frozen statistics stay what they were; those of batches move. */
    @Test
    void frozenNormalizationKeepsItsStatistics() {
        OnnxGraph normalized = Normalization.inserted(
                original, Ort.runtime(), List.of(Map.of("x", Tensor.of(images, COUNT, 3, 8, 8))));
        FineTuning.Builder tuning = FineTuning.builder(
                        TensorData.labelled("x", images, LabelledData.LABELS, labels, 3, 8, 8))
                .settings(SHORT.epochs(1).normalize(false));
        OnnxGraph frozen = tuning.batchNormalization(BatchMode.FROZEN)
                .build()
                .tune(normalized)
                .model();
        OnnxGraph moving = tuning.batchNormalization(BatchMode.BATCH)
                .build()
                .tune(normalized)
                .model();
        float[] before = normalized.initializers().get("c1_mean").floats();
        assertThat(frozen.initializers().get("c1_mean").floats()).isEqualTo(before);
        assertThat(moving.initializers().get("c1_mean").floats()).isNotEqualTo(before);
    }

    @Test
    void aCancelledRunGoesOnFromItsCheckpoint(@TempDir Path folder) {
        Path file = folder.resolve("tuning.checkpoint");
        FineTuning.Builder tuning = FineTuning.builder(
                        TensorData.labelled("x", images, LabelledData.LABELS, labels, 3, 8, 8))
                .teacher(original)
                .settings(SHORT.epochs(2))
                .checkpoint(file);
        OnnxGraph pruned = pruned().graph();
        byte[] whole = OnnxWriter.toBytes(tuning.build().tune(pruned).model());
        int[] steps = {0};
        FineTuning cut = tuning.training(t -> t.progress(new Progress() {
                    @Override
                    public void update(String phase, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        return ++steps[0] == 11;
                    }
                }))
                .build();
        assertThatThrownBy(() -> cut.tune(pruned)).isInstanceOf(OperationCancelledException.class);
        Checkpoint half = Checkpoint.read(file);
        assertThat(half.position().step()).isEqualTo(11);
        Trained resumed = tuning.training(t -> t).build().resume(pruned, half);
        assertThat(OnnxWriter.toBytes(resumed.model())).isEqualTo(whole);
    }
}
