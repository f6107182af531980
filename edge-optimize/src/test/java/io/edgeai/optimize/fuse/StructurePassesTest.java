package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.optimize.testing.Architectures;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Passes that change the structure of a graph; the engine says whether they changed its answers. */
class StructurePassesTest {
    @Test
    void shapesThatAreDeclaredBecomeConstants() {
        for (boolean free : new boolean[] {false, true}) {
            GraphBuilder b = new GraphBuilder(13, 1).input("x", free ? -1 : 2, 4, 3, 3);
            b.constant("at", OnnxTensor.ofLongs(new long[] {0}))
                    .longs("axis", 0)
                    .longs("rest", -1);
            b.node("Shape", "s", "x");
            b.node("Gather", "n", "s", "at");
            b.node("Unsqueeze", "n1", "n", "axis");
            b.node("Concat", "target", "n1", "rest").attribute("axis", 0);
            b.node("Reshape", "y", "x", "target");
            OnnxGraph graph = b.output("y").graph();
            OnnxGraph folded = graph.copy();
            int changed = new ShapeFolding().apply(folded);
            Cleanup.deadCode(folded);
            assertThat(changed).isEqualTo(free ? 0 : 4);
            assertThat(folded.nodes()).hasSize(free ? 5 : 1);
            if (!free) {
                assertThat(Objects.requireNonNull(folded.constant("target")).longs())
                        .containsExactly(2, -1);
            }
            same(graph, folded, 2, 4, 3, 3);
        }
    }

    @Test
    void sizesOfOneNumberStayScalars() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3);
        b.node("Size", "count", "x");
        b.node("Cast", "float", "count").attribute("to", 1);
        b.node("Mul", "y", "x", "float");
        OnnxGraph folded = b.output("y").graph().copy();
        new ShapeFolding().apply(folded);
        assertThat(Objects.requireNonNull(folded.constant("count")).rank()).isZero();
        same(b.graph(), folded, 2, 3);
    }

    @Test
    void whatWasComputedIsNotComputedAgain() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3);
        b.node("Relu", "a", "x");
        b.node("Relu", "b", "x");
        b.node("Exp", "ea", "a");
        b.node("Exp", "eb", "b");
        b.node("Softmax", "s", "ea").attribute("axis", 0);
        b.node("Softmax", "t", "eb").attribute("axis", 1);
        b.node("Add", "u", "s", "t");
        b.node("Relu", "visible", "x");
        b.node("Add", "y", "u", "visible");
        OnnxGraph graph = b.output("y").output("visible").graph();
        OnnxGraph fewer = graph.copy();
        assertThat(new Duplicates().apply(fewer)).isEqualTo(2);
        assertThat(fewer.nodes()).hasSize(7);
        assertThat(fewer.producers()).containsKey("visible");
        same(graph, fewer, 2, 3);
    }

    @Test
    void randomNodesAreNeverTheSame() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3);
        for (String name : List.of("a", "b")) {
            b.node("RandomNormalLike", name, "x");
        }
        b.node("Add", "y", "a", "b");
        assertThat(new Duplicates().apply(b.output("y").graph())).isZero();
    }

    @Test
    void chainsOfTranspositionsCollapse() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", 2, 3, 4);
            String value = "x";
            int steps = 2 + random.nextInt(5);
            for (int i = 0; i < steps; i++) {
                String next = "v" + i;
                if (random.nextInt(3) == 0) {
                    b.node(random.nextBoolean() ? "Relu" : "Sigmoid", next, value);
                } else {
                    List<Long> order = new ArrayList<>(List.of(0L, 1L, 2L));
                    Collections.shuffle(order, random);
                    b.node("Transpose", next, value)
                            .attribute(
                                    "perm",
                                    order.stream().mapToLong(Long::longValue).toArray());
                }
                value = next;
            }
            b.node("Identity", "y", value);
            OnnxGraph graph = b.output("y").graph();
            if (random.nextInt(4) == 0) {
                graph.outputs().add(new io.edgeai.core.onnx.OnnxValue("v0", null));
            }
            OnnxGraph fewer = graph.copy();
            new Transpositions().apply(fewer);
            same(graph, fewer, 2, 3, 4);
            assertThat(fewer.nodes().size())
                    .as("seed " + seed)
                    .isLessThanOrEqualTo(graph.nodes().size());
        }
    }

    @Test
    void aPairAroundAnActivationIsGone() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2, 3, 4);
        b.node("Transpose", "nhwc", "x").attribute("perm", new long[] {0, 2, 3, 1});
        b.node("Relu", "r", "nhwc");
        b.node("Transpose", "nchw", "r").attribute("perm", new long[] {0, 3, 1, 2});
        b.node("Neg", "y", "nchw");
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph fewer = graph.copy();
        new Transpositions().apply(fewer);
        assertThat(fewer.nodes()).extracting(OnnxNode::op).containsExactly("Relu", "Neg");
        same(graph, fewer, 1, 2, 3, 4);
    }

    @Test
    void meansOverSpaceBecomePools() {
        for (int opset : new int[] {13, 18}) {
            for (int keep = 0; keep < 2; keep++) {
                GraphBuilder b = new GraphBuilder(opset, 1).input("x", -1, 3, 4, 5);
                OnnxNode mean = b.node("ReduceMean", "m", "x").attribute("keepdims", keep);
                if (opset == 18) {
                    b.longs("axes", -2, -1);
                    mean.inputs().add("axes");
                } else {
                    mean.attribute("axes", new long[] {2, 3});
                }
                b.node("Neg", "y", "m");
                OnnxGraph graph = b.output("y").graph();
                OnnxGraph pools = graph.copy();
                assertThat(Rewrites.meansOverSpace(pools)).isEqualTo(1);
                assertThat(pools.nodes()).extracting(OnnxNode::op).contains("GlobalAveragePool");
                same(graph, pools, 2, 3, 4, 5);
            }
        }
        GraphBuilder other = new GraphBuilder(13, 1).input("x", -1, 3, 4, 5);
        other.node("ReduceMean", "y", "x").attribute("axes", new long[] {1, 3});
        assertThat(Rewrites.meansOverSpace(other.output("y").graph())).isZero();
    }

    @Test
    void normalizationNobodyTookInBecomesADepthwiseConvolution() {
        OnnxGraph graph = Architectures.denseNet(2, 16, 0.25);
        OnnxGraph convolutions = GraphPasses.simplified(graph, Ort.runtime());
        long left = convolutions.nodes().stream()
                .filter(node -> node.op().equals("BatchNormalization"))
                .count();
        assertThat(left).isGreaterThan(4);
        assertThat(new AffineAsConv().apply(convolutions)).isEqualTo((int) left);
        same(graph, convolutions, 2, 3, 16, 16);
        GraphBuilder flat = new GraphBuilder(13, 1).input("x", -1, 4);
        flat.weight("s", 1, 4).weight("o", 1, 4).weight("m", 1, 4);
        flat.constant("v", OnnxTensor.ofFloats(new float[] {1, 2, 3, 4}, 4));
        flat.node("BatchNormalization", "y", "x", "s", "o", "m", "v");
        assertThat(new AffineAsConv().apply(flat.output("y", 2).graph()))
                .as("not an image")
                .isZero();
    }

    private static void same(OnnxGraph before, OnnxGraph after, long... shape) {
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(5), shape));
        Map<String, Tensor> expected = Ort.run(before, feed);
        Map<String, Tensor> actual = Ort.run(after, feed);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor other = Objects.requireNonNull(actual.get(name));
            assertThat(other.shape()).isEqualTo(tensor.shape());
            double largest = 1;
            for (float value : tensor.floats()) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(Ort.maxDifference(tensor, other)).isLessThan(1e-4 * largest);
        });
    }
}
