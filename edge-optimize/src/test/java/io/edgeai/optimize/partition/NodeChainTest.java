package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeChainTest {
    /** a = x + 1; b = relu(a); c = b · 2; y = c + a: a skips two nodes. */
    private static OnnxGraph skipping() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 4);
        b.constant("one", OnnxTensor.scalar(1f)).constant("two", OnnxTensor.scalar(2f));
        b.node("Add", "a", "x", "one");
        b.node("Relu", "b", "a");
        b.node("Mul", "c", "b", "two");
        b.node("Add", "y", "c", "a");
        return b.output("y", 1).graph();
    }

    private static Map<String, OnnxValue> floats(String... names) {
        Map<String, OnnxValue> types = new HashMap<>();
        for (String name : names) {
            types.put(name, OnnxValue.tensor(name, ElementType.FLOAT, 4));
        }
        return types;
    }

    private static Map<String, Tensor> runAll(List<OnnxGraph> parts, Map<String, Tensor> feed) {
        Map<String, Tensor> known = new HashMap<>(feed);
        for (OnnxGraph part : parts) {
            known.putAll(Ort.run(part, Feeds.of(part, known)));
        }
        return known;
    }

    @Test
    void whatCrossesIncludesValuesThatSkip() {
        NodeChain chain = new NodeChain(skipping());

        assertThat(chain.crossing(0)).isEmpty();
        assertThat(chain.crossing(1)).containsExactly("a");
        assertThat(chain.crossing(2)).containsExactlyInAnyOrder("a", "b");
        assertThat(chain.crossing(3)).containsExactlyInAnyOrder("a", "c");
        assertThat(chain.crossing(4)).isEmpty();
    }

    @Test
    void everyPairOfCutsGivesTheSameAnswer() {
        OnnxGraph graph = skipping();
        NodeChain chain = new NodeChain(graph);
        Map<String, Tensor> feed = Map.of("x", Tensor.of(new float[] {-3, -1, 0, 2}, 4));
        for (int first = 1; first < 4; first++) {
            for (int second = first; second < 4; second++) {
                List<OnnxGraph> parts = new java.util.ArrayList<>();
                parts.add(chain.part(0, first, floats("a", "b", "c"), "one"));
                if (second > first) {
                    parts.add(chain.part(first, second, floats("a", "b", "c"), "two"));
                }
                parts.add(chain.part(second, 4, floats("a", "b", "c"), "three"));
                assertThat(runAll(parts, feed).get("y").floats())
                        .as("cuts %d, %d", first, second)
                        .containsExactly(-2, 0, 3, 9);
            }
        }
    }

    @Test
    void partsHoldOnlyTheConstantsTheyReadAndTheGraphIsLeftAsItIs() {
        OnnxGraph graph = skipping();
        OnnxGraph part = new NodeChain(graph).part(2, 3, floats("b"), "middle");

        assertThat(part.initializers()).containsOnlyKeys("two");
        assertThat(part.inputs()).extracting(OnnxValue::name).containsExactly("b");
        assertThat(part.outputs()).extracting(OnnxValue::name).containsExactly("c");
        assertThat(graph.nodes()).hasSize(4);
        assertThat(graph.initializers()).hasSize(2);
    }

    @Test
    void nodesThatComputeConstantsGoWithTheirReaders() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 2, 3);
        b.longs("shape", 3, 2);
        b.node("ConstantOfShape", "filled", "shape")
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {2}, 1)));
        b.node("MatMul", "a", "x", "filled");
        b.node("Relu", "b", "a");
        b.node("Transpose", "turned", "filled");
        b.node("MatMul", "y", "b", "turned");
        NodeChain chain = new NodeChain(b.output("y", 2).graph());

        assertThat(chain.size()).isEqualTo(3);
        assertThat(chain.crossing(1)).containsExactly("a");
        OnnxGraph last = chain.part(2, 3, Map.of("b", OnnxValue.tensor("b", ElementType.FLOAT, 2, 2)), "last");
        assertThat(last.nodes()).extracting(OnnxNode::op).containsExactly("ConstantOfShape", "Transpose", "MatMul");
        assertThat(Ort.run(last, Map.of("b", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)))
                        .get("y")
                        .floats())
                .containsExactly(6, 6, 6, 14, 14, 14);
    }

    @Test
    void valuesReadOnlyInsideABranchCrossToo() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 4);
        b.constant("yes", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        b.node("Relu", "a", "x");
        b.node("Neg", "n", "x");
        b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
        b.constant("zero", OnnxTensor.scalar(0f));
        b.node("Greater", "when", "sum", "zero");
        OnnxNode branch = b.node("If", "y", "when");
        branch.attribute("then_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "a", "t")));
        branch.attribute("else_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "n", "e")));
        OnnxGraph graph = b.output("y", 1).graph();
        NodeChain chain = new NodeChain(graph);

        assertThat(chain.crossing(4)).containsExactlyInAnyOrder("a", "n", "when");
        Map<String, OnnxValue> types = floats("a", "n");
        types.put("when", OnnxValue.tensor("when", ElementType.BOOL));
        List<OnnxGraph> parts = List.of(chain.part(0, 4, types, "before"), chain.part(4, 5, types, "after"));
        for (float sign : new float[] {1, -1}) {
            Map<String, Tensor> feed = Map.of("x", Tensor.of(new float[] {sign, 2 * sign, 0, sign}, 4));
            assertThat(runAll(parts, feed).get("y").floats())
                    .containsExactly(Ort.run(graph, feed).get("y").floats());
        }
    }

    private static OnnxGraph branch(OnnxGraph outer, String reads, String makes) {
        OnnxGraph nested = new OnnxGraph(makes, outer.info());
        nested.add("Identity", "", List.of(reads), List.of(makes));
        nested.outputs().add(OnnxValue.tensor(makes, ElementType.FLOAT, 4));
        return nested;
    }

    @Test
    void outputsThatAreConstantComeFromTheLastPart() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 4);
        b.constant("c", OnnxTensor.ofFloats(new float[] {5, 6}, 2));
        b.node("Relu", "a", "x");
        b.node("Neg", "fixed", "c");
        b.node("Neg", "y", "a");
        OnnxGraph graph = b.output("a", 1).output("fixed", 1).output("y", 1).graph();
        NodeChain chain = new NodeChain(graph);
        List<OnnxGraph> parts = List.of(chain.part(0, 1, floats("a"), "1"), chain.part(1, 2, floats("a"), "2"));

        assertThat(parts.get(0).outputs()).extracting(OnnxValue::name).containsExactly("a");
        Map<String, Tensor> all = runAll(parts, Map.of("x", Tensor.of(new float[] {1, -1, 2, 0}, 4)));
        assertThat(all.get("fixed").floats()).containsExactly(-5, -6);
        assertThat(all.get("y").floats()).containsExactly(-1, -0f, -2, -0f);
    }

    @Test
    void randomNodesAreNeverTakenForConstants() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", 2);
        b.node("RandomNormal", "noise").attribute("shape", new long[] {2});
        b.node("Add", "a", "x", "noise");
        b.node("Sub", "y", "a", "noise");
        NodeChain chain = new NodeChain(b.output("y", 1).graph());

        assertThat(chain.size()).isEqualTo(3);
        assertThat(chain.crossing(2)).contains("noise", "a");
    }
}
