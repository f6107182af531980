package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values that cross as levels of 8 bits. */
class CompressedEndsTest {
    private static TierPlan plan(OnnxGraph graph, Map<String, Tensor> feed) {
        return TierPlanner.builder()
                .tier("device", 1)
                .link(Link.of(1, 1))
                .tier("cloud", 1)
                .build()
                .plan(graph, feed);
    }

    private static TierChoice packedAt(TierPlan plan, int cut) {
        return plan.choices().stream()
                .filter(choice -> choice.compressed() && choice.cuts().get(0) == cut)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Tensor> run(List<@Nullable OnnxGraph> parts, Map<String, Tensor> feed) {
        Map<String, Tensor> known = new HashMap<>(feed);
        for (@Nullable OnnxGraph part : parts) {
            if (part != null) {
                known.putAll(Ort.run(part, Feeds.of(part, known)));
            }
        }
        return known;
    }

    /** Of the operator's definition: 255 steps from the smallest to the largest value, zero among them. */
    @Test
    void levelsAreThoseOfTheDefinition() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 40);
        b.node("Neg", "n", "x");
        b.node("Exp", "y", "n");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 40));
        TierPlan plan = plan(b.output("y").graph(), feed);
        Map<String, Tensor> known = run(plan.graphs(packedAt(plan, 1)), feed);
        float[] x = feed.get("x").floats();
        double low = 0;
        double high = 0;
        for (float value : x) {
            low = Math.min(low, -value);
            high = Math.max(high, -value);
        }
        double scale = (high - low) / 255;
        double zero = Math.rint(-low / scale);
        assertThat((double) known.get("n_scale").floats()[0]).isCloseTo(scale, within(1e-6));
        assertThat(known.get("n_zero").bytes()[0] & 0xFF).isEqualTo((int) zero);
        float[] y = known.get("y").floats();
        for (int i = 0; i < 40; i++) {
            int level = known.get("n_levels").bytes()[i] & 0xFF;
            assertThat((level - zero) * scale).as("value " + i).isCloseTo(-x[i], within(0.51 * scale));
            assertThat((double) y[i]).isCloseTo(Math.exp((level - zero) * scale), within(1e-4 * y[i]));
        }
    }

    @Test
    void integersAndInputsCrossAsTheyAre() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 6);
        b.node("ArgMax", "where", "x").attribute("axis", 0);
        b.node("Neg", "n", "x");
        b.node("Gather", "g", "n", "where");
        b.node("Add", "y", "g", "x");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 6));
        OnnxGraph graph = b.output("y").graph();
        TierPlan plan = plan(graph, feed);
        OnnxGraph cloud = plan.graphs(packedAt(plan, 2)).get(1);
        assertThat(cloud.inputs())
                .extracting(OnnxValue::name)
                .containsExactlyInAnyOrder("where", "x", "n_levels", "n_scale", "n_zero");
        assertThat(packedAt(plan, 2).sentBytes()).containsExactly(8 + 24 + 6 + 5L);
    }

    /** Batch normalization's constants are often called after the value they make. */
    @Test
    void constantsWithTheNewNamesMakeWay() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2, 3, 3);
        b.weight("n_scale", 1, 2).weight("n_zero", 1, 2).weight("n_levels", 1, 2);
        b.constant("var", OnnxTensor.ofFloats(new float[] {1, 2}, 2));
        b.node("BatchNormalization", "n", "x", "n_scale", "n_zero", "n_levels", "var");
        b.node("Relu", "r", "n");
        b.node("BatchNormalization", "y", "r", "n_scale", "n_zero", "n_levels", "var");
        OnnxGraph graph = b.output("y").graph();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 1, 2, 3, 3));
        ObservedValues values = new ObservedValues(
                Map.of(
                        "n", OnnxValue.tensor("n", ElementType.FLOAT, 1, 2, 3, 3),
                        "r", OnnxValue.tensor("r", ElementType.FLOAT, 1, 2, 3, 3)),
                Map.of("x", 72L, "n", 72L, "r", 72L, "y", 72L));
        TierPlan plan = TierPlanner.builder()
                .tier("device", 1)
                .link(Link.of(1, 1))
                .tier("cloud", 1)
                .build()
                .plan(new NodeChain(graph), new double[] {1, 1, 1}, values);
        Tensor expected = Ort.run(graph, feed).get("y");
        for (TierChoice choice : plan.choices()) {
            assertThat(Ort.maxDifference(run(plan.graphs(choice), feed).get("y"), expected))
                    .as("%s", choice.cuts())
                    .isLessThan(0.1);
        }
    }

    @Test
    void aValueWhoseNewNamesOthersHaveCrossesAsItIs() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 6);
        b.node("Neg", "a", "x");
        b.node("Abs", "a_scale", "x");
        b.node("Mul", "y", "a", "a_scale");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(4), 6));
        OnnxGraph graph = b.output("y").graph();
        TierPlan plan = plan(graph, feed);
        for (TierChoice choice : plan.choices()) {
            assertThat(Ort.maxDifference(
                            run(plan.graphs(choice), feed).get("y"),
                            Ort.run(graph, feed).get("y")))
                    .as("%s", choice)
                    .isLessThan(0.1);
        }
        assertThat(packedAt(plan, 2).crossing().get(0)).containsExactlyInAnyOrder("a", "a_scale");
    }
}
