package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QdqGraphTest {
    private final GraphBuilder b = new GraphBuilder(13, 1)
            .input("x", 1, 4)
            .constant("s", OnnxTensor.scalar(0.1f))
            .constant("z", OnnxTensor.ofBytes(ElementType.INT8, new byte[1]));

    private QdqGraph view() {
        return new QdqGraph(b.output("y").graph());
    }

    @Test
    void constantsOfNodesCountLikeStoredOnes() {
        b.node("Constant", "k").attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.scalar(2f)));
        OnnxNode quantize = b.node("QuantizeLinear", "kq", "k", "s", "z");
        OnnxNode back = b.node("DequantizeLinear", "kd", "kq", "s", "z");
        b.node("Add", "y", "x", "kd");
        QdqGraph view = view();
        assertThat(view.onConstant(quantize)).isTrue();
        assertThat(view.onConstant(back)).isTrue();
        assertThat(view.onWeights(back)).isFalse();
    }

    @Test
    void weightsAreWhatAWeightedNodeReadsSecond() {
        b.constant("w", OnnxTensor.ofFloats(new float[16], 4, 4));
        OnnxNode quantize = b.node("QuantizeLinear", "wq", "w", "s", "z");
        OnnxNode back = b.node("DequantizeLinear", "wd", "wq", "s", "z");
        OnnxNode activation = b.node("QuantizeLinear", "xq", "x", "s", "z");
        b.node("DequantizeLinear", "xd", "xq", "s", "z");
        b.node("MatMul", "y", "xd", "wd");
        QdqGraph view = view();
        assertThat(view.onWeights(quantize)).isTrue();
        assertThat(view.onWeights(back)).isTrue();
        assertThat(view.onWeights(activation)).isFalse();
        assertThat(view.dequantized("xd")).isTrue();
        assertThat(view.dequantized("x")).isFalse();
    }

    @Test
    void levelsAreUnsignedWhereNothingSaysOtherwise() {
        OnnxNode bare = b.node("QuantizeLinear", "a", "x", "s");
        OnnxNode bareBack = b.node("DequantizeLinear", "ad", "a", "s");
        OnnxNode signed = b.node("QuantizeLinear", "c", "x", "s", "z");
        OnnxNode signedBack = b.node("DequantizeLinear", "cd", "c", "s");
        b.node("Add", "y", "ad", "cd");
        QdqGraph view = view();
        assertThat(view.levels(bare)).isEqualTo(ElementType.UINT8);
        assertThat(view.levels(bareBack)).isEqualTo(ElementType.UINT8);
        assertThat(view.levels(signed)).isEqualTo(ElementType.INT8);
        assertThat(view.levels(signedBack)).isEqualTo(ElementType.INT8);
    }

    @Test
    void aZeroPointIsLeftOutZeroOrNot() {
        b.constant("three", OnnxTensor.ofRaw(ElementType.INT32, ByteBuffer.wrap(new byte[] {0, 0, 3, 0})));
        b.constant("zeros", OnnxTensor.ofInts(new int[4], 4));
        OnnxNode none = b.node("QuantizeLinear", "a", "x", "s");
        OnnxNode zero = b.node("QuantizeLinear", "c", "x", "s", "zeros");
        OnnxNode other = b.node("QuantizeLinear", "d", "x", "s", "three");
        OnnxNode computed = b.node("QuantizeLinear", "y", "x", "s", "d");
        QdqGraph view = view();
        assertThat(view.zeroPointIsZero(none)).isTrue();
        assertThat(view.zeroPointIsZero(zero)).isTrue();
        assertThat(view.zeroPointIsZero(other)).isFalse();
        assertThat(view.zeroPointIsZero(computed)).isNull();
    }

    @Test
    void onlyOneReaderAndNoOutput() {
        b.node("Relu", "r", "x");
        b.node("Neg", "n", "r");
        b.node("Exp", "e", "n");
        b.node("Add", "y", "n", "e");
        QdqGraph view = view();
        assertThat(view.onlyReader("r").op()).isEqualTo("Neg");
        assertThat(view.onlyReader("n")).isNull();
        assertThat(view.onlyReader("y")).isNull();
        OnnxGraph seen = b.output("r").graph();
        assertThat(new QdqGraph(seen).onlyReader("r")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Conv, 0, 4, 0",
        "ConvTranspose, 0, 4, 1",
        "Gemm, 0, 2, 1",
        "Gemm, 1, 2, 0",
        "MatMul, 0, 2, 1",
        "MatMul, 0, 3, 2"
    })
    void outputChannelsOfEachKindOfWeight(String op, int transB, int rank, long axis) {
        OnnxNode node = b.node(op, "y", "x", "w").attribute("transB", transB);
        assertThat(QdqGraph.channelAxis(node, rank)).isEqualTo(axis);
    }

    @Test
    void nodesOfOtherDomainsAreNoPairs() {
        OnnxNode foreign = b.node("QuantizeLinear", "y", "x", "s", "z").domain("com.microsoft");
        assertThat(QdqGraph.quantizes(foreign)).isFalse();
        assertThat(QdqGraph.dequantizes(foreign)).isFalse();
        assertThat(QdqGraph.quantizes(null)).isFalse();
    }
}
