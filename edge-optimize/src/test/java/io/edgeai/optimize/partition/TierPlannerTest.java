package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TierPlannerTest {
    /** x → a → b → y with sizes 4000, 400, 4000, 40 bytes. */
    private static OnnxGraph chain() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 1000);
        b.node("Exp", "a", "x");
        b.node("Neg", "b", "a");
        b.node("Exp", "y", "b");
        return b.output("y", 2).graph();
    }

    private static ObservedValues sizes() {
        Map<String, OnnxValue> types = new HashMap<>();
        for (String value : List.of("x", "a", "b", "y")) {
            types.put(value, OnnxValue.tensor(value, ElementType.FLOAT, 1, 1000));
        }
        return new ObservedValues(types, Map.of("x", 4000L, "a", 400L, "b", 4000L, "y", 40L));
    }

    private static TierPlan plan(TierPlanner.Builder settings) {
        return settings.runtime(Ort.runtime())
                .build()
                .plan(new NodeChain(chain()), new double[] {100, 200, 300}, sizes());
    }

    @Test
    void everyCutIsPricedAsByHand() {
        // 1 byte per microsecond and 10 microseconds of latency; the device takes twice, the cloud a tenth
        TierPlan plan = plan(TierPlanner.builder()
                .tier("device", 2)
                .link(new Link(1e6, java.time.Duration.ofNanos(10_000)))
                .tier("cloud", 0.1)
                .compress(false));

        Map<List<Integer>, Double> total = new HashMap<>();
        plan.choices().forEach(choice -> total.put(choice.cuts(), choice.totalMicros()));
        assertThat(total.get(List.of(0))).isCloseTo(4010 + 60 + 50, within(1e-9));
        assertThat(total.get(List.of(1))).isCloseTo(200 + 410 + 50 + 50, within(1e-9));
        assertThat(total.get(List.of(2))).isCloseTo(600 + 4010 + 30 + 50, within(1e-9));
        assertThat(total.get(List.of(3))).isCloseTo(1200, within(1e-9));
        assertThat(plan.best().cuts()).containsExactly(1);
        assertThat(plan.allOn(0).cuts()).containsExactly(3);
        assertThat(plan.allOn(1).cuts()).containsExactly(0);
        assertThat(plan.explain(10)).contains("device ms", "cloud ms", "0.71", "[[a]]");
    }

    @Test
    void packedValuesCrossAsBytesWithScaleAndZero() {
        TierPlan plan = plan(TierPlanner.builder()
                .tier("device", 2)
                .link(new Link(1e6, java.time.Duration.ZERO))
                .tier("cloud", 0.1)
                .returned(false));

        TierChoice best = plan.best();
        assertThat(best.compressed()).isTrue();
        assertThat(best.cuts()).containsExactly(1);
        assertThat(best.sentBytes()).containsExactly(105L);
        assertThat(best.returnMicros()).isZero();
        assertThat(best.totalMicros()).isCloseTo(200 + 105 + 50, within(1e-9));
    }

    @Test
    void extremesOfTheLinkKeepEverythingOnOneSide() {
        TierPlan fast =
                plan(TierPlanner.builder().tier("device", 1).link(Link.memory()).tier("cloud", 0.5));
        assertThat(fast.best().cuts()).containsExactly(0);
        TierPlan slow = plan(TierPlanner.builder()
                .tier("device", 1)
                .link(Link.of(1e-6, 1000))
                .tier("cloud", 0.5));
        assertThat(slow.best().cuts()).containsExactly(3);
        assertThat(slow.best().totalMicros()).isEqualTo(600);
    }

    @Test
    void threeTiersTakeEveryPairOfCuts() {
        TierPlan plan = plan(TierPlanner.builder()
                .tier("device", 4)
                .link(new Link(1e6, java.time.Duration.ZERO))
                .tier("edge", 1)
                .link(new Link(1e3, java.time.Duration.ZERO))
                .tier("cloud", 0.01)
                .compress(false));

        assertThat(plan.choices()).hasSize(4 + 3 + 2 + 1);
        double best = Double.POSITIVE_INFINITY;
        double[] times = {100, 200, 300};
        long[] sizes = {4000, 400, 4000, 0};
        for (int i = 0; i <= 3; i++) {
            for (int j = i; j <= 3; j++) {
                double time = (i < 3 ? sizes[i] + 40 : 0) + (j < 3 ? 1000.0 * (sizes[j] + 40) : 0);
                for (int node = 0; node < 3; node++) {
                    time += times[node] * (node < i ? 4 : node < j ? 1 : 0.01);
                }
                best = Math.min(best, time);
            }
        }
        assertThat(plan.best().totalMicros()).isCloseTo(best, within(1e-6));
    }

    @Test
    void graphsOfEveryChoiceGiveTheNetworksAnswer() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 1, 3, 8, 8));
        Tensor expected = Ort.run(graph, feed).get("y");
        TierPlan plan = TierPlanner.builder()
                .tier("device", 3)
                .link(Link.of(10, 1))
                .tier("cloud", 0.3)
                .build()
                .plan(graph, feed);

        assertThat(plan.choices()).anyMatch(TierChoice::compressed).anyMatch(choice -> !choice.compressed());
        for (TierChoice choice : plan.choices()) {
            Map<String, Tensor> known = new HashMap<>(feed);
            for (@Nullable OnnxGraph part : plan.graphs(choice)) {
                if (part != null) {
                    known.putAll(Ort.run(part, Feeds.of(part, known)));
                }
            }
            assertThat(Ort.maxDifference(known.get("y"), expected))
                    .as("%s", choice)
                    .isLessThan(choice.compressed() ? 0.1 : 1e-5);
            if (choice.compressed()) {
                assertThat(known.keySet()).anyMatch(name -> name.endsWith("_levels"));
            }
        }
    }

    @Test
    void incompleteOrImpossibleTiersAreNamed() {
        assertThatThrownBy(() -> TierPlanner.builder().tier("device", 1).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1) tiers and (0) links");
        assertThatThrownBy(() -> TierPlanner.builder().tier("device", 0)).hasMessageContaining("Slowdown (0.0)");
        assertThatThrownBy(() -> Link.of(0, 1)).hasMessageContaining("Bandwidth (0.0)");
        assertThatThrownBy(() -> Link.of(1, -1)).hasMessageContaining("must not be negative");
    }
}
