package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.prune.StructuredPruner;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pruning as a step of a recipe; sizes are counted from the weights' shapes. */
class RecipePruningTest {
    private static final int PIXELS = 8 * 8;

    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);
    private final CalibrationData few = CalibrationData.of(NoiseImages.of(4, 5).values());
    private final CalibrationData many =
            CalibrationData.of(NoiseImages.of(192, 3).values());

    private OptimizationResult run(Recipe.Builder recipe) {
        return InferenceOptimizer.ofDefaults()
                .optimize(original, recipe.latencyRounds(0).build());
    }

    /** A kernel's weight is multiplied once a pixel, one of the last layer once. */
    private static double multiplications(OnnxGraph graph) {
        double sum = 0;
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor weight = graph.initializers().get(node.input(1));
            switch (node.op()) {
                case "Conv" -> sum += PIXELS * weight.elements();
                case "Gemm", "MatMul" -> sum += weight.elements();
                default -> sum += 0;
            }
        }
        return sum;
    }

    private static double parameters(OnnxGraph graph) {
        return graph.initializers().values().stream()
                .filter(tensor -> tensor.elements() > 1)
                .mapToLong(OnnxTensor::elements)
                .sum();
    }

    @Test
    void budgetsAreMetOneAfterTheOther() {
        OnnxGraph once =
                run(Recipe.builder().samples(few).prune(PruneBudget.macs(1.5))).graph();
        OptimizationResult twice =
                run(Recipe.builder().samples(few).prune(PruneBudget.macs(1.5), PruneBudget.parameters(1.3)));

        assertThat(multiplications(original) / multiplications(once)).isGreaterThanOrEqualTo(1.5);
        assertThat(parameters(once) / parameters(twice.graph())).isGreaterThanOrEqualTo(1.3);
        assertThat(twice.report().warnings())
                .filteredOn(line -> line.contains("channels were pruned"))
                .hasSize(2);
        assertThat(twice.report().recipe())
                .contains("pruned to 1.5 times fewer multiplications, pruned to 1.3 times fewer parameters");
    }

    /** Training that moves nothing leaves what the pruner makes of the examples, which are more than the samples. */
    @Test
    void layersAreSolvedAnewOnTheExamplesToTrainOn() {
        TrainSettings still =
                TrainSettings.defaults().epochs(1).learningRate(1e-30).normalize(false);
        OnnxGraph found = run(Recipe.builder()
                        .prune(PruneBudget.everyGroup(0.5))
                        .samples(few)
                        .trainOn(many)
                        .fineTune(still))
                .graph();

        assertThat(answers(found)).containsExactly(answers(repaired(many)), within(1e-4f));
        assertThat(answers(repaired(few))[0]).isNotCloseTo(answers(found)[0], within(1e-3f));
    }

    private static float[] answers(OnnxGraph graph) {
        return NoiseImages.of(16, 77).answers(graph);
    }

    private OnnxGraph repaired(CalibrationData samples) {
        return StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.5))
                .samples(samples)
                .build()
                .prune(original)
                .graph();
    }

    @Test
    void everyBudgetSaysWhatItIs() {
        assertThat(Arrays.asList(
                        PruneBudget.channels(0.2),
                        PruneBudget.everyGroup(0.5),
                        PruneBudget.macs(2),
                        PruneBudget.parameters(1.4),
                        PruneBudget.widths(Map.of("c2", 8, "c1", 4))))
                .map(Object::toString)
                .containsExactly(
                        "0.2 of the channels pruned",
                        "0.5 of each group of channels pruned",
                        "pruned to 2.0 times fewer multiplications",
                        "pruned to 1.4 times fewer parameters",
                        "pruned to widths {c1=4, c2=8}");
    }

    @Test
    void withoutBudgetsThereIsNothingToTune() {
        Recipe.Builder none = Recipe.builder().prune().trainOn(many).fineTune().fp16();
        assertThatThrownBy(none::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("prune is not asked for");
    }
}
