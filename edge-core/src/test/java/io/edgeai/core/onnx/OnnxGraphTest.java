package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxGraphTest {
    /** y = Relu(x W + b); the branch of an If reads the outer value h. */
    private static OnnxGraph sample() {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, 2));
        graph.inputs().add(OnnxValue.tensor("w", ElementType.FLOAT, 2, 2));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[] {1, 0, 0, 1}, 2, 2));
        graph.add("MatMul", "mm", List.of("x", "w"), List.of("h"));
        OnnxGraph branch = new OnnxGraph("then", graph.info());
        branch.add("Neg", "neg", List.of("h"), List.of("n"));
        branch.outputs().add(new OnnxValue("n", null));
        graph.add("If", "cond", List.of("flag"), List.of("i"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(branch));
        graph.add("Relu", "relu", List.of("h"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 2));
        return graph;
    }

    @Test
    void feedsAreInputsWithoutInitializer() {
        assertThat(sample().feeds()).extracting(OnnxValue::name).containsExactly("x");
    }

    @Test
    void consumersIncludeReadsFromNestedGraphs() {
        OnnxGraph graph = sample();

        assertThat(graph.consumers().get("h")).extracting(OnnxNode::name).containsExactly("cond", "relu");
        assertThat(graph.producers().get("h").name()).isEqualTo("mm");
        assertThat(graph.nodes().get(1).subgraphs().get(0).outerReads()).containsExactly("h");
        assertThat(graph.names()).contains("x", "w", "h", "n", "i", "flag", "y");
    }

    @Test
    void replacingUsesReachesNestedGraphsAndOutputs() {
        OnnxGraph graph = sample();
        graph.replaceUses("h", "x");
        graph.replaceUses("y", "x");

        assertThat(graph.nodes().get(2).inputs()).containsExactly("x");
        assertThat(graph.nodes().get(1).subgraphs().get(0).nodes().get(0).inputs())
                .containsExactly("x");
        assertThat(graph.outputs()).extracting(OnnxValue::name).containsExactly("x");
    }

    @Test
    void aCopySharesNothingThatCanChange() {
        OnnxGraph graph = sample();
        OnnxGraph copy = graph.copy();
        copy.nodes().get(1).subgraphs().get(0).nodes().get(0).op("Abs");
        copy.nodes().get(0).inputs().set(0, "other");
        copy.info().opsets().put("", 13L);
        copy.initializers().clear();

        assertThat(graph.nodes().get(1).subgraphs().get(0).nodes().get(0).op()).isEqualTo("Neg");
        assertThat(graph.nodes().get(0).input(0)).isEqualTo("x");
        assertThat(graph.info().opset()).isEqualTo(17);
        assertThat(graph.initializers()).containsKey("w");
        assertThat(copy.nodes().get(1).subgraphs().get(0).info()).isSameAs(copy.info());
    }

    @Test
    void constantsAreInitializersOrConstantNodes() {
        OnnxGraph graph = sample();
        graph.add("Constant", "c", List.of(), List.of("k"))
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.scalar(3f)));

        assertThat(graph.constant("w")).isNotNull();
        assertThat(graph.constant("k").floats()).containsExactly(3f);
        assertThat(graph.constant("h")).isNull();
    }

    @Test
    void attributesReadTypedWithDefaultsAndNameAWrongKind() {
        OnnxNode node = new OnnxNode("Conv", "c", List.of("x"), List.of("y"))
                .attribute("group", 4)
                .attribute("alpha", 0.5f)
                .attribute("auto_pad", "VALID")
                .attribute("pads", new long[] {1, 2});

        assertThat(node.intAttribute("group", 1)).isEqualTo(4);
        assertThat(node.intAttribute("absent", 1)).isEqualTo(1);
        assertThat(node.floatAttribute("alpha", 0)).isEqualTo(0.5f);
        assertThat(node.stringAttribute("auto_pad", "")).isEqualTo("VALID");
        assertThat(node.intsAttribute("pads")).containsExactly(1, 2);
        assertThat(node.intsAttribute("strides")).isNull();
        assertThat(node.input(5)).isEmpty();
        assertThatThrownBy(() -> node.intAttribute("pads", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("pads");
    }

    @Test
    void tensorsKeepLittleEndianBytesAndRefuseWrongSizes() {
        OnnxTensor tensor = OnnxTensor.ofInts(new int[] {1, -2}, 2);

        assertThat(tensor.data().get(0)).isEqualTo((byte) 1);
        assertThat(tensor.data().get(4)).isEqualTo((byte) -2);
        assertThat(tensor.longs()).containsExactly(1, -2);
        assertThat(tensor.reshape(1, 2).dims()).containsExactly(1, 2);
        assertThatThrownBy(() -> OnnxTensor.ofFloats(new float[3], 2, 2)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> OnnxTensor.ofRaw(ElementType.FLOAT, ByteBuffer.allocate(4), -1))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> tensor.data().put(0, (byte) 9)).isInstanceOf(ReadOnlyBufferException.class);
    }
}
