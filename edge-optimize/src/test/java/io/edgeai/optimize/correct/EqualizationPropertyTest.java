package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random chains of convolutions with all that lets factors pass between them. */
class EqualizationPropertyTest {
    private static final String[] BETWEEN = {"Relu", "LeakyRelu", "MaxPool", "AveragePool", ""};

    private static final class Chain {
        private final Random random;
        private final GraphBuilder b;
        private int channels = 3;
        private String last = "x";

        Chain(long seed) {
            this.random = new Random(seed);
            this.b = new GraphBuilder(13, seed).input("x", -1, 3, 12, 12);
        }

        /** A convolution whose filters differ in size by powers of ten. */
        private void conv(String name) {
            int groups = channels % 2 == 0 && random.nextBoolean() ? 2 : 1;
            int out = 2 * (1 + random.nextInt(4));
            int each = channels / groups;
            float[] weights = Ort.normal(random, out * each * 9);
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= (float) (Math.pow(10, i / (each * 9) % 3 - 1) / Math.sqrt(each * 9));
            }
            b.constant(name + "_w", OnnxTensor.ofFloats(weights, out, each, 3, 3))
                    .weight(name + "_b", 1, out);
            boolean biased = random.nextBoolean();
            b.node(
                            "Conv",
                            name,
                            biased ? new String[] {last, name + "_w", name + "_b"} : new String[] {last, name + "_w"})
                    .attribute("group", groups)
                    .attribute("pads", new long[] {1, 1, 1, 1});
            last = name;
            channels = out;
        }

        private void between(String name) {
            String op = BETWEEN[random.nextInt(BETWEEN.length)];
            if (op.isEmpty()) {
                return;
            }
            var node = b.node(op, name, last);
            if (op.endsWith("Pool")) {
                node.attribute("kernel_shape", new long[] {2, 2}).attribute("pads", new long[] {1, 0, 0, 1});
            }
            last = name;
        }

        OnnxGraph graph() {
            int layers = 2 + random.nextInt(4);
            for (int i = 0; i < layers; i++) {
                conv("c" + i);
                if (i < layers - 1) {
                    between("b" + i);
                }
            }
            b.node("Identity", "y", last);
            return b.output("y", 4).graph();
        }
    }

    private static double largest(float[] weights, int each, int channel) {
        double largest = 0;
        for (int i = channel * each; i < (channel + 1) * each; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        return largest;
    }

    @Test
    void theFunctionIsUnchangedAndEveryNeighbourIsAPair() {
        for (long seed = 0; seed < 40; seed++) {
            OnnxGraph graph = new Chain(seed).graph();
            long convolutions = graph.nodes().stream()
                    .filter(node -> node.op().equals("Conv"))
                    .count();
            Equalization.Equalized equalized = Equalization.apply(graph, Equalization.Clips.STAY);
            assertThat(equalized.pairs()).as("seed " + seed).isEqualTo((int) convolutions - 1);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(seed), 2, 3, 12, 12));
            Tensor before = Ort.run(graph, feed).get("y");
            double most = 0;
            for (float value : before.floats()) {
                most = Math.max(most, Math.abs(value));
            }
            assertThat(Ort.maxDifference(
                            before, Ort.run(equalized.graph(), feed).get("y")))
                    .as("seed " + seed)
                    .isLessThan(1e-5 * Math.max(1, most));
        }
    }

    /** Of one pair alone both sides become the geometric mean of what they were. */
    @Test
    void onePairMeetsInTheGeometricMean() {
        for (long seed = 0; seed < 20; seed++) {
            GraphBuilder g = new GraphBuilder(13, seed).input("x", -1, 3, 6, 6);
            g.weight("a", 1, 5, 3, 3, 3).weight("c", 0.01, 4, 5, 1, 1);
            g.node("Conv", "m", "x", "a");
            g.node("Relu", "r", "m");
            g.node("Conv", "y", "r", "c");
            OnnxGraph graph = g.output("y", 4).graph();
            float[] a = graph.initializers().get("a").floats();
            float[] c = graph.initializers().get("c").floats();
            OnnxGraph after = Equalization.apply(graph, Equalization.Clips.STAY).graph();
            float[] newA = after.initializers().get("a").floats();
            float[] newC = after.initializers().get("c").floats();
            for (int channel = 0; channel < 5; channel++) {
                double one = largest(a, 27, channel);
                double two = 0;
                double newTwo = 0;
                for (int m = 0; m < 4; m++) {
                    two = Math.max(two, Math.abs(c[m * 5 + channel]));
                    newTwo = Math.max(newTwo, Math.abs(newC[m * 5 + channel]));
                }
                double mean = Math.sqrt(one * two);
                assertThat(largest(newA, 27, channel)).as("seed " + seed).isCloseTo(mean, within(1e-5 * mean));
                assertThat(newTwo).as("seed " + seed).isCloseTo(mean, within(1e-5 * mean));
            }
        }
    }

    @Test
    void whatIsEqualStaysAsItIs() {
        for (long seed = 0; seed < 10; seed++) {
            OnnxGraph once = Equalization.apply(new Chain(seed).graph(), Equalization.Clips.STAY)
                    .graph();
            OnnxGraph twice = Equalization.apply(once, Equalization.Clips.STAY).graph();
            for (String weight : once.initializers().keySet()) {
                if (!weight.endsWith("_w")) {
                    continue;
                }
                float[] first = once.initializers().get(weight).floats();
                float[] second = twice.initializers().get(weight).floats();
                for (int i = 0; i < first.length; i++) {
                    assertThat((double) second[i])
                            .as("seed " + seed)
                            .isCloseTo(first[i], within(0.03 * Math.abs(first[i]) + 1e-9));
                }
            }
        }
    }
}
