package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.testing.GraphBuilder;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedLayerTest {
    private final GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 6);

    private WeightedLayer layer() {
        return WeightedLayer.of(b.graph(), b.graph().producers().get("y"));
    }

    @ParameterizedTest
    @CsvSource({"0, 4, 6, 1", "1, 6, 4, 0"})
    void productsNumberTheirWeightsByOutputAndInput(int transB, int outputs, int depth, int axis) {
        b.weight("w", 1, 6, 4);
        b.node("Gemm", "y", "x", "w").attribute("transB", transB);
        WeightedLayer layer = layer();
        assertThat(layer.outputs()).isEqualTo(outputs);
        assertThat(layer.depth()).isEqualTo(depth);
        assertThat(layer.axis()).isEqualTo(axis);
        for (int m = 0; m < outputs; m++) {
            for (int d = 0; d < depth; d++) {
                int row = transB == 1 ? m : d;
                int column = transB == 1 ? d : m;
                assertThat(layer.index(m, d)).isEqualTo(row * 4 + column);
            }
        }
    }

    @Test
    void groupsOfAConvolutionAreBlocksOfItsOutputs() {
        b.weight("w", 1, 6, 2, 3, 1);
        b.node("Conv", "y", "x", "w").attribute("group", 3);
        WeightedLayer layer = layer();
        assertThat(layer.depth()).isEqualTo(6);
        assertThat(layer.groups()).isEqualTo(3);
        assertThat(new int[] {layer.group(0), layer.group(1), layer.group(2), layer.group(5)})
                .containsExactly(0, 0, 1, 2);
        assertThat(layer.index(4, 5)).isEqualTo(29);
    }

    @ParameterizedTest
    @CsvSource({"Gemm, transA, 1", "Gemm, alpha, 2", "Gemm, beta, 0.5", "ConvTranspose, group, 1", "Einsum, none, 0"})
    void whatIsNoPlainProductIsNone(String op, String attribute, float value) {
        b.weight("w", 1, 6, 6);
        OnnxNode node = b.node(op, "y", "x", "w");
        if (attribute.equals("alpha") || attribute.equals("beta")) {
            node.attribute(attribute, value);
        } else {
            node.attribute(attribute, (long) value);
        }
        assertThat(layer()).isNull();
    }

    @Test
    void weightsThatAreFedOrNotFloatOrOfRankThreeAreNone() {
        b.node("MatMul", "y", "x", "fed");
        assertThat(layer()).isNull();
        b.constant("fed", OnnxTensor.ofRaw(ElementType.FLOAT16, ByteBuffer.allocate(48), 6, 4));
        assertThat(layer()).isNull();
        b.weight("fed", 1, 2, 6, 4);
        assertThat(layer()).isNull();
        b.weight("fed", 1, 6, 4);
        assertThat(layer()).isNotNull();
    }

    @Test
    void aBiasIsZerosWhereThereIsNoneAndNullWhereItDoesNotFit() {
        b.weight("w", 1, 6, 4).weight("c", 1, 4).weight("row", 1, 1, 4).weight("one", 1, 1);
        OnnxNode gemm = b.node("Gemm", "y", "x", "w");
        OnnxGraph graph = b.graph();
        assertThat(layer().bias(graph)).containsExactly(0, 0, 0, 0);
        gemm.inputs().add("c");
        assertThat(layer().bias(graph)).isEqualTo(graph.initializers().get("c").floats());
        gemm.inputs().set(2, "row");
        assertThat(layer().bias(graph))
                .isEqualTo(graph.initializers().get("row").floats());
        gemm.inputs().set(2, "one");
        assertThat(layer().bias(graph)).isNull();
        gemm.inputs().set(2, "fed");
        assertThat(layer().bias(graph)).isNull();
        OnnxNode product = b.node("MatMul", "p", "x", "w");
        assertThat(WeightedLayer.of(graph, product).bias(graph)).isNull();
    }

    @Test
    void aNewBiasLeavesTheOldOneToOthers() {
        b.weight("w", 1, 6, 4).weight("c", 1, 4);
        b.node("Gemm", "other", "x", "w", "c");
        OnnxNode node = b.node("Gemm", "y", "x", "w", "c");
        float[] old = b.graph().initializers().get("c").floats();
        layer().setBias(b.graph(), new FreshNames(b.graph()), new float[] {1, 2, 3, 4});
        assertThat(b.graph().initializers().get(node.input(2)).floats()).containsExactly(1, 2, 3, 4);
        assertThat(b.graph().producers().get("other").input(2)).isEqualTo("c");
        assertThat(b.graph().initializers().get("c").floats()).isEqualTo(old);
    }
}
