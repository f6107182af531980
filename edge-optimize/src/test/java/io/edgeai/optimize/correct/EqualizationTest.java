package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.correct.Equalization.Clips;
import io.edgeai.optimize.correct.Equalization.Equalized;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EqualizationTest {
    @Test
    void theNetworkComputesTheSameAndChannelsAreEquallyLargeOnBothSides() {
        for (int seed = 0; seed < 12; seed++) {
            OnnxGraph graph = uneven(seed, "Relu");
            Equalized equalized = Equalization.apply(graph, Clips.STAY);
            assertThat(equalized.pairs()).isEqualTo(2);
            assertThat(equalized.clips()).isZero();
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(seed), 2, 3, 8, 8));
            Tensor before = Objects.requireNonNull(Ort.run(graph, feed).get("y"));
            Tensor after =
                    Objects.requireNonNull(Ort.run(equalized.graph(), feed).get("y"));
            double most = 0;
            for (float value : before.floats()) {
                most = Math.max(most, Math.abs(value));
            }
            assertThat(Ort.maxDifference(before, after)).as("seed " + seed).isLessThan(1e-4 * most);
            float[] expand = weights(equalized.graph(), "w1");
            float[] depthwise = weights(equalized.graph(), "w2");
            float[] project = weights(equalized.graph(), "w3");
            for (int c = 0; c < 6; c++) {
                double out1 = largest(expand, c * 3, 3, 1);
                double in2 = largest(depthwise, c * 9, 9, 1);
                double in3 = largest(project, c, 4, 6);
                assertThat(out1 / in2).as("seed " + seed + ", channel " + c).isCloseTo(1, within(0.01));
                assertThat(in2 / in3).as("seed " + seed + ", channel " + c).isCloseTo(1, within(0.01));
            }
            assertThat(spread(depthwise)).isLessThan(spread(weights(graph, "w2")));
        }
    }

    @Test
    void clipsStopFactorsUnlessTheyMayBecomeRelu() {
        OnnxGraph graph = uneven(3, "Clip");
        assertThat(Equalization.apply(graph, Clips.STAY).pairs()).isZero();
        Equalized equalized = Equalization.apply(graph, Clips.BECOME_RELU);
        assertThat(equalized.pairs()).isEqualTo(2);
        assertThat(equalized.clips()).isEqualTo(2);
        assertThat(equalized.graph().nodes()).extracting(node -> node.op()).doesNotContain("Clip");
        assertThat(graph.nodes()).extracting(node -> node.op()).contains("Clip");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8));
        Tensor relu = Objects.requireNonNull(Ort.run(uneven(3, "Relu"), feed).get("y"));
        Tensor after = Objects.requireNonNull(Ort.run(equalized.graph(), feed).get("y"));
        assertThat(Ort.maxDifference(relu, after)).isLessThan(1e-2);
    }

    @Test
    void factorsPassThroughPoolsAndGroupsButNotAroundForksOutputsAndSharedWeights() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8);
        b.weight("w1", 1, 4, 3, 1, 1).weight("w2", 1, 6, 2, 3, 3);
        b.node("Conv", "a", "x", "w1");
        b.node("LeakyRelu", "r", "a");
        b.node("MaxPool", "p", "r").attribute("kernel_shape", new long[] {2, 2});
        b.node("Conv", "y", "p", "w2").attribute("group", 2);
        OnnxGraph grouped = b.output("y", 4).graph();
        Equalized equalized = Equalization.apply(grouped, Clips.STAY);
        assertThat(equalized.pairs()).isEqualTo(1);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8));
        assertThat(Ort.maxDifference(
                        Objects.requireNonNull(Ort.run(grouped, feed).get("y")),
                        Objects.requireNonNull(Ort.run(equalized.graph(), feed).get("y"))))
                .isLessThan(1e-3);

        OnnxGraph watched = grouped.copy();
        watched.outputs().add(new io.edgeai.core.onnx.OnnxValue("r", null));
        assertThat(Equalization.apply(watched, Clips.STAY).pairs()).isZero();

        GraphBuilder shared = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8).weight("w", 1, 3, 3, 1, 1);
        shared.node("Conv", "a", "x", "w");
        shared.node("Conv", "y", "a", "w");
        assertThat(Equalization.apply(shared.output("y", 4).graph(), Clips.STAY).pairs())
                .isZero();

        GraphBuilder fork = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8);
        fork.conv("a", "x", 3, 3);
        fork.conv("c", "a", 3, 3);
        fork.node("Add", "y", "a", "c");
        assertThat(Equalization.apply(fork.output("y", 4).graph(), Clips.STAY).pairs())
                .isZero();
    }

    @Test
    void channelsOfZerosStay() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8);
        b.conv("a", "x", 3, 4);
        b.conv("y", "a", 4, 2);
        float[] weights = weights(b.graph(), "a_w");
        java.util.Arrays.fill(weights, 0, 27, 0);
        b.constant("a_w", OnnxTensor.ofFloats(weights, 4, 3, 3, 3));
        Equalized equalized = Equalization.apply(b.output("y", 4).graph(), Clips.STAY);
        for (float weight : weights(equalized.graph(), "y_w")) {
            assertThat(weight).isFinite();
        }
    }

    /** Expand, depthwise, project, as MobileNets do, with channels of very different sizes. */
    private static OnnxGraph uneven(long seed, String clamp) {
        Random random = new Random(seed);
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, 3, 8, 8);
        b.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
        b.weight("w1", 1, 6, 3, 1, 1)
                .weight("b1", 1, 6)
                .weight("w3", 1, 4, 6, 1, 1)
                .weight("b3", 1, 4);
        float[] depthwise = Ort.normal(random, 54);
        for (int i = 0; i < depthwise.length; i++) {
            depthwise[i] *= (float) Math.pow(10, i / 9 % 3 - 1);
        }
        b.constant("w2", OnnxTensor.ofFloats(depthwise, 6, 1, 3, 3)).weight("b2", 1, 6);
        b.node("Conv", "a", "x", "w1", "b1");
        clamp(b, clamp, "ra", "a");
        b.node("Conv", "d", "ra", "w2", "b2").attribute("group", 6).attribute("pads", new long[] {1, 1, 1, 1});
        clamp(b, clamp, "rd", "d");
        b.node("Conv", "y", "rd", "w3", "b3");
        return b.output("y", 4).graph();
    }

    private static void clamp(GraphBuilder b, String op, String output, String input) {
        if (op.equals("Clip")) {
            b.node("Clip", output, input, "zero", "six");
        } else {
            b.node(op, output, input);
        }
    }

    private static float[] weights(OnnxGraph graph, String name) {
        return Objects.requireNonNull(graph.constant(name)).floats();
    }

    private static double largest(float[] values, int from, int count, int step) {
        double largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(values[from + i * step]));
        }
        return largest;
    }

    private static double spread(float[] depthwise) {
        double most = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < 6; c++) {
            most = Math.max(most, largest(depthwise, c * 9, 9, 1));
            least = Math.min(least, largest(depthwise, c * 9, 9, 1));
        }
        return most / least;
    }
}
