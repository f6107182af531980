package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in which what is lost can be made up for in closed form. */
class LinearReconstructionTest {
    private static List<Map<String, Tensor>> feeds(long seed, long... shape) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            feeds.add(Map.of("x", Ort.tensor(random, shape)));
        }
        return feeds;
    }

    private static int solve(ChannelMap map, BitSet removed, OnnxGraph pruned, List<Map<String, Tensor>> feeds) {
        return new Reconstruction(Ort.runtime()).solve(map, removed, pruned, feeds, 1, Progress.NONE);
    }

    /** The last channel of c is made equal to another one times a factor plus a shift. */
    private static OnnxGraph redundant(long seed, boolean relu) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, 3, 5, 5);
        b.conv("c", "x", 3, 6);
        if (relu) {
            b.node("Relu", "r", "c");
        }
        b.weight("y_w", 0.4, 2, 6, 1, 1).weight("y_b", 1, 2);
        b.node("Conv", "y", relu ? "r" : "c", "y_w", "y_b");
        OnnxGraph graph = b.output("y").graph();
        float[] w = graph.initializers().get("c_w").floats();
        float[] bias = graph.initializers().get("c_b").floats();
        for (int i = 0; i < 27; i++) {
            w[5 * 27 + i] = 3 * w[27 + i];
        }
        bias[5] = 3 * bias[1] + (relu ? 0 : 0.7f);
        graph.initializers().put("c_w", OnnxTensor.ofFloats(w, 6, 3, 3, 3));
        graph.initializers().put("c_b", OnnxTensor.ofFloats(bias, 6));
        return graph;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChannelThatFollowsFromAnotherIsMadeUpForWhole(boolean relu) {
        for (long seed = 0; seed < 5; seed++) {
            OnnxGraph graph = redundant(seed, relu);
            ChannelMap map = ChannelMap.of(graph);
            BitSet removed = ChannelMap.set(List.of(map.units("c", 1)[5]));
            OnnxGraph pruned = map.without(removed);
            Map<String, Tensor> fresh = Map.of("x", Ort.tensor(new Random(99), 2, 3, 5, 5));
            Tensor expected = Ort.run(graph, fresh).get("y");
            double cut = Ort.maxDifference(Ort.run(pruned, fresh).get("y"), expected);
            assertThat(solve(map, removed, pruned, feeds(seed, 8, 3, 5, 5))).isEqualTo(1);
            double solved = Ort.maxDifference(Ort.run(pruned, fresh).get("y"), expected);
            assertThat(solved).as("seed " + seed).isLessThan(0.03 * cut);
        }
    }

    /** y = w·h with h = (a, a, …): without the second a the first weight becomes w₁ + w₂. */
    @Test
    void weightsOfEqualFeaturesAdd() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2);
        b.constant("u", OnnxTensor.ofFloats(new float[] {1, 1, 0, 0, 0, 1}, 2, 3));
        b.constant("w", OnnxTensor.ofFloats(new float[] {5, 7, -2}, 3, 1));
        b.constant("c", OnnxTensor.ofFloats(new float[] {0.25f}, 1));
        b.node("MatMul", "h", "x", "u");
        b.node("MatMul", "p", "h", "w");
        b.node("Add", "y", "p", "c");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        BitSet removed = ChannelMap.set(List.of(map.units("h", 1)[1]));
        OnnxGraph pruned = map.without(removed);
        solve(map, removed, pruned, feeds(2, 64, 2));
        float[] w = pruned.initializers().get("w").floats();
        assertThat(w[0]).isCloseTo(12, within(0.02f));
        assertThat(w[1]).isCloseTo(-2, within(0.02f));
        assertThat(pruned.initializers().get("c").floats()[0]).isCloseTo(0.25f, within(0.02f));
    }

    /** y = x₁ + 3·(x₂ + 4) without x₂: the line through x₁ that fits best, in closed form. */
    @Test
    void aChannelThatIsLostBecomesALineThroughTheOthers() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2);
        b.constant("u", OnnxTensor.ofFloats(new float[] {1, 0, 0, 1}, 2, 2));
        b.constant("shift", OnnxTensor.ofFloats(new float[] {0, 4}, 2));
        b.constant("w", OnnxTensor.ofFloats(new float[] {1, 3}, 2, 1));
        b.constant("c", OnnxTensor.ofFloats(new float[] {0}, 1));
        b.node("MatMul", "p", "x", "u");
        b.node("Add", "h", "p", "shift");
        b.node("Gemm", "y", "h", "w", "c");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        BitSet removed = ChannelMap.set(List.of(map.units("h", 1)[1]));
        OnnxGraph pruned = map.without(removed);
        List<Map<String, Tensor>> feeds = feeds(3, 64, 2);
        double rows = feeds.size() * 64.0;
        double[] mean = new double[2];
        double square = 0;
        double product = 0;
        for (Map<String, Tensor> feed : feeds) {
            float[] x = feed.get("x").floats();
            for (int i = 0; i < x.length; i += 2) {
                mean[0] += x[i] / rows;
                mean[1] += x[i + 1] / rows;
                square += x[i] * x[i] / rows;
                product += x[i] * x[i + 1] / rows;
            }
        }
        double slope = 3 * (product - mean[0] * mean[1]) / (square - mean[0] * mean[0]);
        solve(map, removed, pruned, feeds);
        double w = pruned.initializers().get("w").floats()[0];
        // a thousandth of the variance draws towards the weight that was there
        assertThat(w - 1).isCloseTo(slope / 1.001, within(1e-4));
        assertThat((double) pruned.initializers().get("c").floats()[0])
                .isCloseTo(3 * (4 + mean[1]) + (1 - w) * mean[0], within(1e-3));
    }

    @Test
    void aBiasThatTwoLayersShareIsNotChangedForTheOther() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 5, 5);
        b.conv("c", "x", 3, 6);
        b.node("Sigmoid", "s", "c");
        b.weight("a_w", 0.4, 2, 6, 1, 1).weight("z_w", 0.4, 2, 3, 1, 1).weight("both", 1, 2);
        b.node("Conv", "a", "s", "a_w", "both");
        b.node("Conv", "z", "x", "z_w", "both");
        OnnxGraph graph = b.output("a").output("z").graph();
        ChannelMap map = ChannelMap.of(graph);
        BitSet removed = ChannelMap.set(map.groups().get(0).units().subList(0, 3));
        OnnxGraph pruned = map.without(removed);
        solve(map, removed, pruned, feeds(2, 4, 3, 5, 5));
        Map<String, Tensor> fresh = Map.of("x", Ort.tensor(new Random(99), 2, 3, 5, 5));
        assertThat(Ort.run(pruned, fresh).get("z").floats())
                .containsExactly(Ort.run(graph, fresh).get("z").floats());
        assertThat(pruned.producers().get("a").input(2)).isNotEqualTo("both");
    }
}
