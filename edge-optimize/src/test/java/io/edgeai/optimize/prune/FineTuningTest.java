package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.train.Evaluation;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FineTuningTest {
    private static final int COUNT = 256;
    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);
    private final float[] images = Ort.normal(new Random(3), COUNT * 192);
    private final long[] labels = answers(original, images, COUNT);

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

    @Test
    void labelsBringAccuracyBack() {
        PrunedModel pruned = pruned();
        byte[] before = OnnxWriter.toBytes(pruned.graph());
        Trained trained = FineTuning.builder(TensorData.labelled("x", images, FineTuning.LABELS, labels, 3, 8, 8))
                .epochs(12)
                .learningRate(0.02)
                .warmUpSteps(4)
                .evaluate(Evaluation.accuracy("x", Tensor.of(images, COUNT, 3, 8, 8), labels))
                .build()
                .tune(pruned);
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
                .distill(1, 2)
                .epochs(12)
                .learningRate(0.02)
                .warmUpSteps(4)
                .build()
                .tune(pruned);
        assertThat(distance(trained.model())).isLessThan(0.5 * distance(pruned.graph()));
    }

    @Test
    void labelsAndTeacherTogether() {
        PrunedModel pruned = pruned();
        Trained trained = FineTuning.builder(TensorData.labelled("x", images, FineTuning.LABELS, labels, 3, 8, 8))
                .distill(0.5, 2)
                .epochs(3)
                .warmUpSteps(2)
                .seed(4)
                .build()
                .tune(pruned);
        assertThat(trained.history().epochs()).hasSize(3);
        assertThat(trained.history().last().orElseThrow().loss())
                .isLessThan(trained.history().epochs().get(0).loss());
    }

    @Test
    void mirroringReversesRowsOfHalfTheImages() {
        float[] values = new float[40 * 2 * 3 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Tensor batch = Tensor.of(values, 40, 2, 3, 4);
        FineTuning.mirrored("x").apply(Map.of("x", batch), new SplittableRandom(1));
        float[] now = batch.floats();
        int mirrored = 0;
        for (int image = 0; image < 40; image++) {
            boolean turned = now[image * 24] != values[image * 24];
            mirrored += turned ? 1 : 0;
            for (int row = 0; row < 6; row++) {
                float[] expected = Arrays.copyOfRange(values, image * 24 + row * 4, image * 24 + row * 4 + 4);
                if (turned) {
                    expected = new float[] {expected[3], expected[2], expected[1], expected[0]};
                }
                assertThat(Arrays.copyOfRange(now, image * 24 + row * 4, image * 24 + row * 4 + 4))
                        .containsExactly(expected);
            }
        }
        assertThat(mirrored).isBetween(8, 32);
        assertThatThrownBy(() -> FineTuning.mirrored("z").apply(Map.of("x", batch), new SplittableRandom(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(z)");
    }

    @Test
    void allThatIsWrongIsListed() {
        TensorData data = TensorData.of(Map.of("x", Tensor.of(images, COUNT, 3, 8, 8)));
        assertThatThrownBy(() -> FineTuning.builder(data)
                        .epochs(0)
                        .learningRate(-1)
                        .weightDecay(-1)
                        .batchSize(0)
                        .warmUpSteps(-1)
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("epochs (0)")
                .hasMessageContaining("learningRate (-1.0)")
                .hasMessageContaining("weightDecay (-1.0)")
                .hasMessageContaining("batchSize (0)")
                .hasMessageContaining("warmUpSteps (-1)");
        assertThatThrownBy(() -> FineTuning.builder(data).distill(2, 2)).hasMessageContaining("(2.0, 2.0)");
    }
}
