package io.edgeai.optimize.fuse;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Loops and branches survive simplification; constants inside them are folded. */
class NestedGraphsTest {
    @Test
    void loopBodyIsSimplifiedAndStillCounts() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1);
        b.constant("n", OnnxTensor.scalar(5L));
        b.constant("go", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        OnnxGraph body = new OnnxGraph("body", b.graph().info());
        body.inputs().add(OnnxValue.tensor("i", ElementType.INT64));
        body.inputs().add(OnnxValue.tensor("cond", ElementType.BOOL));
        body.inputs().add(OnnxValue.tensor("state", ElementType.FLOAT, 1));
        constant(body, "one", 1f);
        constant(body, "three", 3f);
        body.add("Mul", "", List.of("one", "three"), List.of("step"));
        body.add("Identity", "", List.of("step"), List.of("step2"));
        body.add("Add", "", List.of("state", "step2"), List.of("next"));
        body.add("Identity", "", List.of("cond"), List.of("again"));
        body.outputs().add(OnnxValue.tensor("again", ElementType.BOOL));
        body.outputs().add(OnnxValue.tensor("next", ElementType.FLOAT, 1));
        b.node("Loop", "y", "n", "go", "x").attribute("body", new OnnxAttribute.OfGraph(body));
        OnnxGraph graph = b.output("y", 1).graph();
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        OnnxGraph inner = simplified.nodes().get(0).subgraphs().get(0);
        assertThat(inner.nodes()).extracting(OnnxNode::op).containsExactly("Add", "Identity");
        assertThat(answer(graph, 2)).containsExactly(17);
        assertThat(answer(simplified, 2)).containsExactly(17);
        assertThat(graph.nodes().get(0).subgraphs().get(0).nodes())
                .as("the graph given")
                .hasSize(6);
    }

    @Test
    void branchesInBranches() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1).constant("zero", OnnxTensor.ofFloats(new float[1], 1));
        b.node("Greater", "positive", "x", "zero");
        OnnxGraph innerThen = branch(b, "a", 10);
        OnnxGraph innerElse = branch(b, "b", 20);
        OnnxGraph then = new OnnxGraph("then", b.graph().info());
        constant(then, "limit", 5f);
        then.add("Greater", "", List.of("x", "limit"), List.of("large"));
        then.add("If", "", List.of("large"), List.of("t"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(innerThen))
                .attribute("else_branch", new OnnxAttribute.OfGraph(innerElse));
        then.outputs().add(OnnxValue.tensor("t", ElementType.FLOAT, 1));
        b.node("If", "y", "positive")
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(branch(b, "c", 30)));
        OnnxGraph graph = b.output("y", 1).graph();
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        for (float x : new float[] {-1, 1, 9}) {
            assertThat(answer(simplified, x)).isEqualTo(answer(graph, x));
        }
        assertThat(answer(simplified, -1)).containsExactly(29);
        assertThat(answer(simplified, 1)).containsExactly(21);
        assertThat(answer(simplified, 9)).containsExactly(19);
    }

    private static OnnxGraph branch(GraphBuilder b, String name, float offset) {
        OnnxGraph branch = new OnnxGraph(name, b.graph().info());
        constant(branch, name + "_half", offset / 2);
        branch.add("Add", "", List.of(name + "_half", name + "_half"), List.of(name + "_whole"));
        branch.add("Add", "", List.of("x", name + "_whole"), List.of(name + "_out"));
        branch.outputs().add(OnnxValue.tensor(name + "_out", ElementType.FLOAT, 1));
        return branch;
    }

    private static void constant(OnnxGraph graph, String name, float value) {
        graph.add("Constant", "", List.of(), List.of(name))
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {value}, 1)));
    }

    private static float[] answer(OnnxGraph graph, float x) {
        return Objects.requireNonNull(Ort.run(graph, Map.of("x", Tensor.of(new float[] {x}, 1)))
                        .get("y"))
                .floats();
    }

    @Test
    void simplifiedKeepsTheAnswersOfABranch() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 3).constant("two", OnnxTensor.scalar(2f));
        b.constant("zero", OnnxTensor.scalar(0f));
        b.node("Mul", "doubled", "x", "two");
        b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
        b.node("Greater", "positive", "sum", "zero");
        OnnxGraph then = new OnnxGraph("then", b.graph().info());
        then.add("Relu", "inner", List.of("doubled"), List.of("inner"));
        then.outputs().add(new OnnxValue("inner", null));
        OnnxGraph other = new OnnxGraph("else", b.graph().info());
        other.add("Identity", "same", List.of("x"), List.of("same"));
        other.outputs().add(new OnnxValue("same", null));
        b.node("If", "y", "positive")
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(other));
        OnnxGraph graph = b.output("y", 2).graph();
        Map<String, Tensor> feed = Map.of("x", Tensor.of(new float[] {1, -2, 3}, 1, 3));
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        assertThat(Objects.requireNonNull(Ort.run(simplified, feed).get("y")).floats())
                .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats());
    }
}
