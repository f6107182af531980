package io.edgeai.optimize.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the way of an integer kernel, on graphs by hand. */
class QdqPatternTest {
    private final GraphBuilder b = new GraphBuilder(13, 1)
            .input("x", 1, 4)
            .constant("s", OnnxTensor.scalar(0.1f))
            .constant("z", OnnxTensor.ofBytes(ElementType.INT8, new byte[1]))
            .constant("w", OnnxTensor.ofBytes(ElementType.INT8, new byte[16], 4, 4))
            .constant("b32", OnnxTensor.ofInts(new int[4], 4));

    QdqPatternTest() {
        pair("xd", "x");
        b.node("DequantizeLinear", "wd", "w", "s", "z");
    }

    private void pair(String name, String from) {
        b.node("QuantizeLinear", name + "_q", from, "s", "z");
        b.node("DequantizeLinear", name, name + "_q", "s", "z");
    }

    private String obstacle(String value) {
        OnnxGraph graph = b.output("out").graph();
        return new QdqPattern(graph).obstacle(graph.producers().get(value));
    }

    @Test
    void aWholePatternLacksOnlyAKernel() {
        b.node("MatMul", "y", "xd", "wd");
        pair("out", "y");
        assertThat(obstacle("y")).startsWith("the pattern is complete");
        assertThat(new QdqPattern(b.graph()).readsBytes(b.graph().producers().get("y")))
                .isTrue();
    }

    @Test
    void aFloatInputIsNamedWithItsMaker() {
        b.node("Tanh", "t", "x");
        b.node("MatMul", "y", "t", "wd");
        pair("out", "y");
        assertThat(obstacle("y")).isEqualTo("its input (t) is float, made by Tanh");
    }

    @Test
    void aFloatWeightOfAByteInput() {
        b.weight("v", 1, 4, 4);
        b.node("MatMul", "y", "xd", "v");
        pair("out", "y");
        assertThat(obstacle("y")).isEqualTo("its weight (v) is float");
        assertThat(new QdqPattern(b.graph()).readsBytes(b.graph().producers().get("y")))
                .isFalse();
    }

    @Test
    void bothFloatMeansItWasNeverMeantTo() {
        b.weight("v", 1, 4, 4);
        b.node("MatMul", "y", "x", "v");
        pair("out", "y");
        assertThat(obstacle("y")).contains("its input (x) and its weight are float", "not meant to compute on bytes");
    }

    @Test
    void aWeightThatIsComputed() {
        b.node("Transpose", "turned", "w");
        b.node("DequantizeLinear", "td", "turned", "s", "z");
        b.node("MatMul", "y", "xd", "td");
        pair("out", "y");
        assertThat(obstacle("y")).isEqualTo("its weight (td) is not a constant");
    }

    @Test
    void biasesAreIntegersOf32Bits() {
        b.node("DequantizeLinear", "bd", "b32", "s");
        b.node("Gemm", "y", "xd", "wd", "bd");
        pair("out", "y");
        assertThat(obstacle("y")).startsWith("the pattern is complete");
        b.weight("c", 1, 4);
        b.node("Gemm", "y2", "xd", "wd", "c");
        pair("out2", "y2");
        assertThat(obstacle("y2")).isEqualTo("its bias (c) is float");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void aResultIsRoundedOnce(int times) {
        b.node("MatMul", "y", "xd", "wd");
        for (int i = 0; i < times; i++) {
            b.node("QuantizeLinear", "q" + i, "y", "s", "z");
        }
        b.node("Identity", "out", "xd");
        assertThat(obstacle("y")).isEqualTo("its output (y) is rounded (" + times + ") times instead of once");
    }

    @Test
    void everyReaderInFloatIsNamed() {
        b.node("MatMul", "y", "xd", "wd");
        b.node("Tanh", "t", "y");
        b.node("Add", "out", "t", "y");
        assertThat(obstacle("y")).isEqualTo("its output (y) is read as float by Tanh, Add");
    }

    @Test
    void allObstaclesAreListed() {
        b.node("DequantizeLinear", "bd", "w", "s", "z");
        b.node("Gemm", "out", "x", "wd", "bd");
        assertThat(List.of(obstacle("out").split("; ", -1)))
                .containsExactly(
                        "its input (x) is float",
                        "its bias (bd) is not stored as 32-bit integers",
                        "its output (out) is an output of the graph and must be float");
    }

    @Test
    void parametersOfOtherOperatorsNeedNoBytes() {
        b.weight("low", 1).weight("high", 1);
        b.node("Clip", "y", "xd", "low", "high");
        pair("out", "y");
        assertThat(obstacle("y")).startsWith("the pattern is complete");
        b.weight("part", 1, 1, 4);
        b.node("Concat", "y2", "xd", "part").attribute("axis", 0);
        pair("out2", "y2");
        assertThat(obstacle("y2")).isEqualTo("its input (part) is float");
    }

    @Test
    void theEngineAgreesOnWhatIsWhole() {
        b.constant(
                "w",
                OnnxTensor.ofBytes(
                        ElementType.INT8, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2}, 4, 4));
        b.node("MatMul", "y", "xd", "wd");
        pair("out", "y");
        FusedShare share = new FusionAudit(Ort.runtime()).of(b.output("out").graph());
        assertThat(share.ops()).containsExactly(new FusedOps("MatMul", 1, 1, 1));
        assertThat(share.unfused()).isEmpty();
        assertThat(share.engineOps().keySet()).anyMatch(op -> op.startsWith("QLinear") || op.contains("Integer"));
    }

    @Test
    void sharesAreFusedOverMeant() {
        FusedShare share = new FusedShare(
                List.of(new FusedOps("Conv", 9, 8, 6), new FusedOps("Gemm", 2, 0, 0)),
                List.of(),
                Map.of("B", 1, "A", 2));
        assertThat(share.share("Conv")).isEqualTo(0.75);
        assertThat(share.share("Gemm")).isEqualTo(1);
        assertThat(share.share("Relu")).isEqualTo(1);
        assertThat(share.engineOps().keySet()).containsExactly("A", "B");
    }
}
