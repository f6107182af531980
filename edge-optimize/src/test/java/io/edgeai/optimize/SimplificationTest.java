package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomTrees;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimplificationTest {
    private static OptimizationResult simplified(OnnxGraph graph) {
        return InferenceOptimizer.ofDefaults()
                .optimize(graph, Recipe.builder().simplify().latencyRounds(0).build());
    }

    @Test
    void treesAreKeptInFewerBytesWithEqualAnswers() {
        RandomTrees trees = new RandomTrees(3, 4, 1).grow(30, 5);
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 4);
        b.graph().info().opsets().put("ai.onnx.ml", 3L);
        b.graph().nodes().add(trees.regressor("x", "y"));
        OnnxGraph graph = b.output("y", 2).graph();

        OptimizationResult result = simplified(graph);

        assertThat(result.report().kept()).as("%s", result.report().trials()).isTrue();
        assertThat(result.report().sizeChange()).isLessThan(-.5);
        float[] row = trees.row();
        assertThat(Objects.requireNonNull(Ort.run(result.graph(), Map.of("x", Tensor.of(row, 1, 4)))
                                .get("y"))
                        .floats())
                .containsExactly(trees.walk(row));
    }

    @Test
    void nodesWithoutEffectGo() {
        GraphBuilder b = new GraphBuilder(17, 2).input("x", -1, 16).weight("w", 1, 16, 16);
        b.node("Identity", "same", "x");
        b.node("MatMul", "h", "same", "w");
        b.node("Relu", "r", "h");
        b.node("Identity", "y", "r");
        OnnxGraph graph = b.output("y", 2).graph();

        OptimizationResult result = simplified(graph);

        assertThat(result.graph().nodes()).extracting(OnnxNode::op).containsExactly("MatMul", "Relu");
        Tensor x = Ort.tensor(new Random(4), 1, 16);
        assertThat(Ort.maxDifference(
                        Objects.requireNonNull(Ort.run(graph, Map.of("x", x)).get("y")),
                        Objects.requireNonNull(
                                Ort.run(result.graph(), Map.of("x", x)).get("y"))))
                .isZero();
    }

    @Test
    void whatIsSimpleAlreadyComesBackWithTheReason() {
        GraphBuilder b = new GraphBuilder(22, 2).input("x", -1, 16).weight("w", 1, 16, 16);
        b.node("MatMul", "y", "x", "w");

        OptimizationReport report = simplified(b.output("y", 2).graph()).report();

        assertThat(report.kept()).isFalse();
        assertThat(report.outcome()).contains("nothing to join or to pack");
    }

    private static CalibrationData samples() {
        Random random = new Random(6);
        float[][] rows = new float[64][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Ort.normal(random, 64);
        }
        return CalibrationData.of(rows);
    }

    /** Among 512 random columns the best two are close, so that coarse weights change the order somewhere. */
    @Test
    void aSearchRefusesWhatChangesClassesEvenWhereNothingElseIsAnswered() {
        GraphBuilder b = new GraphBuilder(17, 5).input("x", -1, 64).weight("w", 1, 64, 512);
        b.node("MatMul", "h", "x", "w");
        b.node("ArgMax", "class", "h").attribute("axis", 1).attribute("keepdims", 0);
        OnnxGraph graph = b.output("class").graph();

        OptimizationReport report = InferenceOptimizer.ofDefaults()
                .optimize(
                        graph,
                        Recipe.builder()
                                .auto()
                                .keepAgreement(1)
                                .latencyRounds(0)
                                .samples(samples())
                                .build())
                .report();

        assertThat(report.trials())
                .filteredOn(trial -> trial.kind() == OptimizationKind.INT4_WEIGHTS)
                .isNotEmpty()
                .allSatisfy(trial -> {
                    assertThat(trial.outcome()).isEqualTo(Trial.Outcome.REFUSED);
                    assertThat(trial.verdict()).contains("best class");
                });
    }
}
