package io.edgeai.core.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CleanupTest {
    private static final Map<String, Tensor> FEED = Map.of("x", Tensor.of(new float[] {1, -2, 3}, 1, 3));

    @Test
    void initializersAreNoLongerInputs() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", -1, 3).input("c", 3).weight("c", 1, 3);
        b.node("Add", "y", "x", "c");
        OnnxGraph graph = b.output("y", 2).graph();
        graph.info().irVersion(3);
        assertThat(Cleanup.separateInitializers(graph)).isEqualTo(1);
        assertThat(graph.inputs()).extracting(OnnxValue::name).containsExactly("x");
        assertThat(graph.info().irVersion()).isEqualTo(4);
        assertThat(Ort.run(graph, FEED)).containsKey("y");
    }

    @Test
    void constantNodesOfAllKindsBecomeInitializers() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Constant", "t").attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.scalar(2f)));
        b.node("Constant", "f").attribute("value_float", 3f);
        b.node("Constant", "i").attribute("value_int", 1);
        b.node("Constant", "is").attribute("value_ints", new long[] {1});
        b.node("Mul", "m", "x", "t");
        b.node("Add", "a", "m", "f");
        b.node("Unsqueeze", "u", "a", "is");
        b.node("Gather", "y", "u", "i").attribute("axis", 2);
        OnnxGraph graph = b.output("y").graph();
        float[] before = answer(graph);
        assertThat(Cleanup.constantNodes(graph)).isEqualTo(4);
        assertThat(graph.nodes()).noneMatch(node -> node.op().equals("Constant"));
        assertThat(answer(graph)).isEqualTo(before).containsExactly(-1);
    }

    @Test
    void reshapesSayWhetherZeroIsASizeOnlyWhereTheyHaveOne() {
        for (long[] shape : new long[][] {{-1, 3}, {1, 3, 1}, {0, 3}, {}}) {
            GraphBuilder b = new GraphBuilder(14, 1).input("x", -1, 3);
            if (shape.length > 0) {
                b.longs("shape", shape);
            } else {
                b.node("Shape", "shape", "x");
            }
            b.node("Reshape", "r", "x", "shape").attribute("allowzero", 1);
            b.node("Neg", "y", "r");
            OnnxGraph graph = b.output("y").graph();
            boolean needless = shape.length > 0 && shape[0] != 0;
            assertThat(Cleanup.plainReshapes(graph)).isEqualTo(needless ? 1 : 0);
            OnnxNode reshape = graph.nodes().get(graph.nodes().size() - 2);
            assertThat(reshape.attributes().containsKey("allowzero")).isEqualTo(!needless);
        }
    }

    @Test
    void constantThatIsAnOutputStays() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Constant", "y").attribute("value_float", 3f);
        OnnxGraph graph = b.output("y").graph();
        assertThat(Cleanup.constantNodes(graph)).isZero();
    }

    @Test
    void identityInTheMiddleAndAtTheEnd() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Identity", "a", "x");
        b.node("Relu", "r", "a");
        b.node("Identity", "y", "r");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThat(Cleanup.passThrough(graph)).isEqualTo(2);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Relu");
        assertThat(answer(graph)).containsExactly(1, 0, 3);
    }

    @Test
    void identityFromInputToOutputStays() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Identity", "y", "x");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThat(Cleanup.passThrough(graph)).isZero();
        assertThat(answer(graph)).containsExactly(1, -2, 3);
    }

    @Test
    void identityBetweenTwoOutputsStays() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.node("Relu", "r", "x");
        b.node("Identity", "y", "r");
        OnnxGraph graph = b.output("y", 2).output("r", 2).graph();
        assertThat(Cleanup.passThrough(graph)).isZero();
    }

    @Test
    void identityOfASharedBiasIsUnwrapped() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3).weight("bias", 1, 3);
        b.node("Identity", "wrapped", "bias");
        b.node("Add", "y", "x", "wrapped");
        OnnxGraph graph = b.output("y", 2).graph();
        float[] before = answer(graph);
        Cleanup.passThrough(graph);
        assertThat(graph.nodes().get(0).inputs()).containsExactly("x", "bias");
        assertThat(answer(graph)).isEqualTo(before);
    }

    @Test
    void dropoutIsBypassedUnlessItsMaskIsRead() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", -1, 3);
        b.graph().add("Dropout", "d", List.of("x"), List.of("d", "mask"));
        b.node("Relu", "y", "d");
        OnnxGraph graph = b.output("y", 2).graph();
        OnnxGraph masked = graph.copy();
        masked.outputs().add(new OnnxValue("mask", null));
        assertThat(Cleanup.passThrough(masked)).isZero();
        assertThat(Cleanup.passThrough(graph)).isEqualTo(1);
        assertThat(answer(graph)).containsExactly(1, 0, 3);
    }

    @Test
    void dropoutInTrainingModeStays() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3);
        b.constant("ratio", OnnxTensor.scalar(0.5f));
        b.constant("training", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        b.node("Dropout", "d", "x", "ratio", "training");
        b.node("Relu", "y", "d");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThat(Cleanup.passThrough(graph)).isZero();
        graph.initializers().put("training", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {0}));
        assertThat(Cleanup.passThrough(graph)).isEqualTo(1);
    }

    @Test
    void whatNobodyReadsGoes() {
        GraphBuilder b =
                new GraphBuilder(13, 1).input("x", -1, 3).weight("unused", 1, 3).weight("c", 1, 3);
        b.node("Add", "dead", "x", "c");
        b.node("Relu", "y", "x");
        OnnxGraph graph = b.output("y", 2).graph();
        assertThat(Cleanup.deadCode(graph)).isEqualTo(3);
        assertThat(graph.initializers()).isEmpty();
        assertThat(graph.nodes()).hasSize(1);
    }

    @Test
    void whatANestedGraphReadsStays() {
        OnnxGraph graph = branching();
        assertThat(Cleanup.deadCode(graph)).isZero();
        assertThat(answer(graph)).containsExactly(2, 0, 6);
    }

    @Test
    void freshNamesAvoidAllNames() {
        FreshNames names = new FreshNames(branching());
        assertThat(names.of("doubled")).isEqualTo("doubled_2");
        assertThat(names.of("inner")).isEqualTo("inner_2");
        assertThat(names.of("new")).isEqualTo("new");
        assertThat(names.of("new")).isEqualTo("new_2");
    }

    @Test
    void cleaningKeepsTheAnswersOfABranch() {
        OnnxGraph graph = branching();
        OnnxGraph cleaned = graph.copy();
        List<GraphPass> passes =
                List.of(Cleanup::separateInitializers, Cleanup::constantNodes, Cleanup::passThrough, Cleanup::deadCode);
        passes.forEach(pass -> pass.apply(cleaned));
        assertThat(answer(cleaned)).isEqualTo(answer(graph));
    }

    /** y = if x's sum is positive then relu(2x) else x. */
    private static OnnxGraph branching() {
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
        return b.output("y", 2).graph();
    }

    private static float[] answer(OnnxGraph graph) {
        return Objects.requireNonNull(Ort.run(graph, FEED).get("y")).floats();
    }
}
