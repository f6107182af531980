package io.edgeai.optimize.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.RandomTrees;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Advice on trees, held to what an optimization then really brings. */
class TreeAdviceTest {
    private static OnnxGraph forest(int count, int depth, long batch) {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", batch, 5);
        b.graph().info().opsets().put("ai.onnx.ml", 3L);
        b.graph().nodes().add(new RandomTrees(4, 5, 1).grow(count, depth).regressor("x", "y"));
        return b.output("y", 2).graph();
    }

    private static Map<OptimizationKind, Recommendation> advice(OnnxGraph graph) {
        return Advisor.of(graph).stream().collect(Collectors.toMap(Recommendation::kind, each -> each));
    }

    @Test
    void packingIsPromisedAsItComes() {
        OnnxGraph graph = forest(60, 6, -1);
        OptimizationReport report = InferenceOptimizer.ofDefaults()
                .optimize(graph, Recipe.builder().simplify().latencyRounds(0).build())
                .report();
        Recommendation packing = advice(graph).get(OptimizationKind.SIMPLIFICATION);
        assertThat(packing.sizeShare()).isCloseTo(1 + report.sizeChange(), within(0.03));
        assertThat(packing.sizeShare()).isBetween(0.3, 0.5);
        assertThat(report.kept()).isTrue();
        assertThat(report.fidelity().outputs().get(0).maxAbsError())
                .as("as promised")
                .isZero();
    }

    @Test
    void smallForestsAreWorthCallingLessOften() {
        Map<OptimizationKind, Recommendation> open = advice(forest(20, 4, -1));
        assertThat(open)
                .containsOnlyKeys(
                        OptimizationKind.SIMPLIFICATION,
                        OptimizationKind.DYNAMIC_BATCHING,
                        OptimizationKind.RUNTIME_TUNING);
        assertThat(open.get(OptimizationKind.DYNAMIC_BATCHING).needs()).isEmpty();
        assertThat(open.get(OptimizationKind.RUNTIME_TUNING).toString())
                .contains("java-trees", "needs the model as an XGBoost file");
        assertThat(advice(forest(20, 4, 1))
                        .get(OptimizationKind.DYNAMIC_BATCHING)
                        .needs())
                .isEqualTo("a free batch dimension");
    }

    @Test
    void largeForestsAreNotPromisedSpeed() {
        assertThat(advice(forest(300, 8, -1))).containsOnlyKeys(OptimizationKind.SIMPLIFICATION);
    }

    /** What is packed already has nothing more to gain. */
    @Test
    void packedTreesAreNotPackedAgain() {
        OnnxGraph packed = InferenceOptimizer.ofDefaults()
                .optimize(
                        forest(60, 6, -1),
                        Recipe.builder().simplify().latencyRounds(0).build())
                .graph();
        assertThat(OnnxWriter.toBytes(packed)).isNotEmpty();
        assertThat(advice(packed)).doesNotContainKey(OptimizationKind.SIMPLIFICATION);
    }

    @Test
    void networksAreAdvisedAsBefore() {
        List<Recommendation> found = Advisor.of(GraphBuilder.residualNet(13, 1));
        assertThat(found).extracting(Recommendation::kind).contains(OptimizationKind.FP16_WEIGHTS);
        assertThat(found).noneMatch(each -> each.why().contains("comparisons"));
    }
}
