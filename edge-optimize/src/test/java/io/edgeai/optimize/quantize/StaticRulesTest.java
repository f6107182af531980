package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticRulesTest {
    private final GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 4, 4, 4);
    private final OnnxGraph graph = b.graph();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Reshape",
                "Flatten",
                "Transpose",
                "Squeeze",
                "Unsqueeze",
                "Slice",
                "Gather",
                "Split",
                "DepthToSpace",
                "SpaceToDepth",
                "Expand",
                "Tile",
                "MaxPool",
                "Pad"
            })
    void movesOnlyCopyValues(String op) {
        assertThat(StaticRules.moves(graph, b.node(op, "m", "x"))).isTrue();
        assertThat(StaticRules.moves(graph, b.node(op, "n", "x").domain("com.example")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "Conv", "Add", "AveragePool", "Softmax", "ReduceMean", "Where"})
    void othersCompute(String op) {
        assertThat(StaticRules.moves(graph, b.node(op, "m", "x"))).isFalse();
    }

    @Test
    void onlyNearestResizeWithoutRegionMoves() {
        assertThat(StaticRules.moves(graph, b.node("Resize", "a", "x", "", "scales")))
                .isTrue();
        assertThat(StaticRules.moves(
                        graph, b.node("Resize", "c", "x", "", "scales").attribute("mode", "linear")))
                .isFalse();
        assertThat(StaticRules.moves(graph, b.node("Resize", "d", "x", "roi", "scales")))
                .as("the region is not read")
                .isTrue();
        assertThat(StaticRules.moves(
                        graph,
                        b.node("Resize", "e", "x", "roi", "scales")
                                .attribute("coordinate_transformation_mode", "tf_crop_and_resize")))
                .isFalse();
    }

    @Test
    void onlyPadWithZerosMoves() {
        b.constant("zero", OnnxTensor.scalar(0f))
                .constant("one", OnnxTensor.scalar(1f))
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1);
        assertThat(StaticRules.moves(graph, b.node("Pad", "a", "x", "pads", "zero")))
                .isTrue();
        assertThat(StaticRules.moves(graph, b.node("Pad", "c", "x", "pads", "one")))
                .isFalse();
        assertThat(StaticRules.moves(graph, b.node("Pad", "d", "x", "pads", "computed")))
                .isFalse();
    }

    @Test
    void poolWithIndicesDoesNotMove() {
        OnnxNode pool = graph.add("MaxPool", "p", List.of("x"), List.of("p", "indices"));
        assertThat(StaticRules.moves(graph, pool)).isFalse();
    }

    @Test
    void activationsOfEachOperator() {
        assertThat(StaticRules.activations(b.node("Conv", "a", "x", "w", "b"))).containsExactly("x");
        assertThat(StaticRules.activations(b.node("Add", "c", "x", "y"))).containsExactly("x", "y");
        assertThat(StaticRules.activations(b.node("Concat", "d", "x", "y", "z")))
                .containsExactly("x", "y", "z");
    }

    @Test
    void convNeedsAStoredWeightOfEnoughRankAndABiasForEachChannel() {
        b.weight("w", 1, 6, 4, 3, 3)
                .weight("flat", 1, 6, 4)
                .weight("bias", 1, 6)
                .weight("short", 1, 5);
        assertThat(refusal(b.node("Conv", "a", "x", "w", "bias"))).isEmpty();
        assertThat(refusal(b.node("Conv", "c", "x", "w"))).isEmpty();
        assertThat(refusal(b.node("Conv", "d", "x", "flat"))).contains("rank (2)");
        assertThat(refusal(b.node("Conv", "e", "x", "w", "short"))).contains("bias");
        assertThat(refusal(b.node("Conv", "f", "x", "w", "computed"))).contains("bias");
        assertThat(refusal(b.node("Conv", "g", "x", "computed"))).contains("not a stored FLOAT constant");
        b.constant("half", OnnxTensor.ofRaw(ElementType.FLOAT16, java.nio.ByteBuffer.allocate(72), 1, 4, 3, 3));
        assertThat(refusal(b.node("Conv", "h", "x", "half"))).contains("not a stored FLOAT constant");
    }

    @Test
    void gemmNeedsThePlainForm() {
        b.weight("w", 1, 4, 6).weight("row", 1, 1, 6);
        assertThat(refusal(b.node("Gemm", "a", "x", "w"))).isEmpty();
        assertThat(refusal(b.node("Gemm", "c", "x", "w", "row"))).isEmpty();
        assertThat(refusal(b.node("Gemm", "d", "x", "w").attribute("alpha", 2f)))
                .contains("alpha");
        assertThat(refusal(b.node("Gemm", "e", "x", "w").attribute("beta", 0f))).contains("beta");
        assertThat(refusal(b.node("Gemm", "f", "x", "w").attribute("transA", 1)))
                .contains("transA");
        assertThat(StaticRules.refusal(graph, b.node("Gemm", "g", "x", "w"), name -> false))
                .contains("dynamic quantization is faster");
    }

    @Test
    void weightAxesAreThoseOfOutputChannels() {
        assertThat(StaticRules.weightAxis(b.node("Conv", "a", "x", "w"))).isZero();
        assertThat(StaticRules.weightAxis(b.node("MatMul", "c", "x", "w"))).isEqualTo(1);
        assertThat(StaticRules.weightAxis(b.node("Gemm", "d", "x", "w"))).isEqualTo(1);
        assertThat(StaticRules.weightAxis(b.node("Gemm", "e", "x", "w").attribute("transB", 1)))
                .isZero();
    }

    @Test
    void foreignAndUnknownOperatorsSaySo() {
        assertThat(refusal(b.node("Gelu", "a", "x").domain("com.microsoft"))).contains("(com.microsoft)");
        assertThat(refusal(b.node("Erf", "c", "x"))).contains("no integer kernel");
        assertThat(refusal(b.node("LSTM", "d", "x"))).contains("QDQ");
        assertThat(StaticRules.refusal(graph, b.node("Add", "e", "x", "y"), "x"::equals))
                .contains("not all its inputs");
    }

    @Test
    void boundsOfClamps() {
        b.constant("low", OnnxTensor.scalar(-1f)).constant("high", OnnxTensor.scalar(6f));
        b.constant("pair", OnnxTensor.ofFloats(new float[2], 2));
        assertThat(Bound.of(graph, b.node("Relu", "a", "x"))).isEqualTo(new Bound(0, Float.POSITIVE_INFINITY));
        assertThat(Bound.of(graph, b.node("Clip", "c", "x", "low", "high"))).isEqualTo(new Bound(-1, 6));
        assertThat(Bound.of(graph, b.node("Clip", "d", "x", "", "high")))
                .isEqualTo(new Bound(Float.NEGATIVE_INFINITY, 6));
        assertThat(Bound.of(graph, b.node("Clip", "e", "x"))).isNotNull();
        assertThat(Bound.of(graph, b.node("Clip", "f", "x", "high")))
                .as("above zero")
                .isNull();
        assertThat(Bound.of(graph, b.node("Clip", "g", "x", "", "low")))
                .as("below zero")
                .isNull();
        assertThat(Bound.of(graph, b.node("Clip", "h", "x", "computed"))).isNull();
        assertThat(Bound.of(graph, b.node("Clip", "i", "x", "pair"))).isNull();
        assertThat(Bound.of(graph, b.node("Sigmoid", "j", "x"))).isNull();
        assertThat(Bound.of(graph, b.node("Relu", "k", "x").domain("other"))).isNull();
    }

    @Test
    void integersAreFollowedThroughTheGraph() {
        graph.inputs().add(OnnxValue.tensor("ids", ElementType.INT64, -1));
        b.longs("two", 2).weight("table", 1, 10, 4);
        IntegerValues integers = new IntegerValues(graph);
        assertThat(integers.computes(b.node("Shape", "s", "x"))).isTrue();
        assertThat(integers.computes(b.node("Mul", "t", "s", "two"))).isTrue();
        assertThat(integers.computes(b.node("Add", "u", "t", "ids"))).isTrue();
        assertThat(integers.computes(b.node("Gather", "v", "table", "u"))).isFalse();
        assertThat(integers.computes(b.node("Cast", "w", "u").attribute("to", 1)))
                .isFalse();
        assertThat(integers.computes(b.node("Cast", "i", "v").attribute("to", 7)))
                .isTrue();
        assertThat(integers.computes(b.node("Relu", "r", "v"))).isFalse();
        assertThat(integers.computes(b.node("RandomNormal", "n"))).isFalse();
    }

    @Test
    void storedWeightsAreInitializersAndConstantNodes() {
        b.weight("w", 1, 40).weight("small", 1, 3).longs("ids", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        OnnxTensor tensor = OnnxTensor.ofFloats(new float[20], 20);
        b.node("Constant", "c").attribute("value", new OnnxAttribute.OfTensor(tensor));
        b.node("Constant", "f").attribute("value_float", 1f);
        List<StoredWeight> found = StoredWeight.of(graph, 10);
        assertThat(found).extracting(StoredWeight::name).containsExactly("w", "c");
        found.forEach(weight -> weight.removeFrom(graph));
        assertThat(graph.initializers()).containsOnlyKeys("small", "ids");
        assertThat(graph.nodes()).extracting(node -> node.output(0)).containsExactly("f");
    }

    private String refusal(OnnxNode node) {
        return StaticRules.refusal(graph, node, name -> true);
    }
}
