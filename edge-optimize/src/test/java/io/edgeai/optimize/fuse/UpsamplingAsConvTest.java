package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.OptimizationResult;
import io.edgeai.optimize.Recipe;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's transposed convolution says what the convolution and the DepthToSpace must answer. */
class UpsamplingAsConvTest {
    private static final UpsamplingAsConv PASS = new UpsamplingAsConv(Set.of());

    @ParameterizedTest(name = "kernel {0}, stride {1}, pads {2} and {3}, {4} more")
    @CsvSource({
        "2, 2, 0, 0, 0",
        "3, 3, 0, 0, 0",
        "4, 4, 0, 0, 0",
        "3, 2, 1, 1, 1",
        "3, 2, 0, 1, 0",
        "3, 2, 1, 0, 0",
        "4, 2, 1, 1, 0",
        "4, 2, 0, 2, 0",
        "4, 2, 2, 0, 0",
        "6, 3, 1, 2, 0",
        "5, 2, 2, 2, 1"
    })
    void commonFormsGiveTheSameAnswers(int kernel, int stride, int before, int after, int more) {
        for (boolean bias : new boolean[] {false, true}) {
            OnnxGraph graph =
                    network(kernel, kernel, bias, node -> node.attribute("strides", new long[] {stride, stride})
                            .attribute("pads", new long[] {before, before, after, after})
                            .attribute("output_padding", new long[] {more, more}));
            OnnxGraph rewritten = graph.copy();
            assertThat(PASS.apply(rewritten)).isEqualTo(1);
            assertThat(rewritten.nodes()).extracting(OnnxNode::op).containsExactly("Conv", "DepthToSpace", "Neg");
            same(graph, rewritten, 2, 3, 5, 4);
            same(graph, rewritten, 1, 3, 1, 1);
        }
    }

    @Test
    void whateverIsRewrittenAnswersAsBefore() {
        long seed = 20261126;
        Random random = new Random(seed);
        int rewritten = 0;
        for (int i = 0; i < 300; i++) {
            int stride = 2 + random.nextInt(3);
            int height = 1 + random.nextInt(6);
            int width = 1 + random.nextInt(6);
            long[] pads = random.ints(4, 0, 3).asLongStream().toArray();
            long[] more = random.ints(2, 0, stride).asLongStream().toArray();
            OnnxGraph graph = network(
                    height, width, random.nextBoolean(), node -> node.attribute("strides", new long[] {stride, stride})
                            .attribute("pads", pads)
                            .attribute("output_padding", more));
            OnnxGraph other = graph.copy();
            if (PASS.apply(other) == 1) {
                rewritten++;
                same(graph, other, 2, 3, 6, 7);
            }
        }
        assertThat(rewritten).as("rewritten of 300, seed %d", seed).isGreaterThan(15);
    }

    @Test
    void otherTransposedConvolutionsStay() {
        stays(node -> node.attribute("strides", new long[] {1, 1}));
        stays(node -> {});
        stays(node -> node.attribute("strides", new long[] {2, 3}));
        stays(node -> node.attribute("strides", new long[] {2, 2}).attribute("dilations", new long[] {2, 2}));
        stays(node -> node.attribute("strides", new long[] {2, 2}).attribute("auto_pad", "SAME_UPPER"));
        stays(node -> node.attribute("strides", new long[] {2, 2}).attribute("output_shape", new long[] {8, 8}));
        stays(node -> node.attribute("strides", new long[] {2, 2}).attribute("group", 3));
        OnnxGraph kept = network(2, 2, true, node -> node.attribute("strides", new long[] {2, 2}));
        assertThat(new UpsamplingAsConv(Set.of("up")).apply(kept)).as("kept").isZero();
        GraphBuilder line = new GraphBuilder(13, 1).input("x", -1, 3, -1).weight("w", 1, 3, 4, 2);
        line.node("ConvTranspose", "up", "x", "w").attribute("strides", new long[] {2});
        assertThat(PASS.apply(line.output("up").graph())).as("one axis").isZero();
        GraphBuilder fed = new GraphBuilder(13, 1).input("x", -1, 3, -1, -1).input("w", 3, 4, 2, 2);
        fed.node("ConvTranspose", "up", "x", "w").attribute("strides", new long[] {2, 2});
        assertThat(PASS.apply(fed.output("up").graph())).as("weights are fed").isZero();
    }

    @Test
    void whereZerosWouldBeMostOfTheWorkItStays() {
        stays(5, node -> node.attribute("strides", new long[] {4, 4}).attribute("pads", new long[] {0, 0, 1, 1}));
    }

    @Test
    void staticInt8ComputesOnBytesAllTheWay() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", -1, 3, 16, 16);
        b.weight("w1", 0.2, 16, 3, 3, 3).weight("w2", 0.2, 16, 16, 2, 2).weight("w3", 0.2, 4, 16, 3, 3);
        b.node("Conv", "c1", "x", "w1").attribute("strides", new long[] {2, 2}).attribute("pads", new long[] {1, 1, 1, 1
        });
        b.node("Relu", "r1", "c1");
        b.node("ConvTranspose", "up", "r1", "w2").attribute("strides", new long[] {2, 2});
        b.node("Relu", "r2", "up");
        b.node("Conv", "y", "r2", "w3").attribute("pads", new long[] {1, 1, 1, 1});
        OnnxGraph graph = b.output("y", 4).graph();
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            samples.add(Map.of("x", Ort.tensor(new Random(i), 1, 3, 16, 16)));
        }
        Recipe.Builder recipe =
                Recipe.builder().int8(CalibrationData.of(samples)).latencyRounds(1);
        OptimizationResult result = InferenceOptimizer.ofDefaults().optimize(graph, recipe.build());
        assertThat(result.report().kept()).isTrue();
        assertThat(result.report().left()).isEmpty();
        assertThat(result.graph().nodes()).extracting(OnnxNode::op).contains("DepthToSpace");
        assertThat(result.report().fidelity().outputs().get(0).sqnrDb()).isGreaterThan(25);

        OptimizationResult kept = InferenceOptimizer.ofDefaults()
                .optimize(graph, recipe.keepFloat(Set.of("up")).build());
        assertThat(kept.graph().nodes()).extracting(OnnxNode::op).contains("ConvTranspose");
    }

    private static void stays(Consumer<OnnxNode> settings) {
        stays(2, settings);
    }

    private static void stays(int kernel, Consumer<OnnxNode> settings) {
        OnnxGraph graph = network(kernel, kernel, true, settings);
        assertThat(PASS.apply(graph))
                .as("%s", graph.nodes().get(0).attributes())
                .isZero();
        assertThat(graph.nodes().get(0).op()).isEqualTo("ConvTranspose");
    }

    private static OnnxGraph network(int height, int width, boolean bias, Consumer<OnnxNode> settings) {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 3, -1, -1);
        b.weight("w", 1, 3, 4, height, width).weight("b", 1, 4);
        OnnxNode node = bias ? b.node("ConvTranspose", "up", "x", "w", "b") : b.node("ConvTranspose", "up", "x", "w");
        settings.accept(node);
        b.node("Neg", "y", "up");
        return b.output("y", 4).graph();
    }

    private static void same(OnnxGraph before, OnnxGraph after, long... shape) {
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(5), shape));
        Tensor expected = Ort.run(before, feed).get("y");
        Tensor actual = Ort.run(after, feed).get("y");
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Ort.maxDifference(expected, actual)).isLessThan(2e-5);
    }
}
