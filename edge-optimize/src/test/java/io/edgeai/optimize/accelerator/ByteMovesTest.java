package io.edgeai.optimize.accelerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves of bytes and moves of floats between pairs give the same bits. */
class ByteMovesTest {
    private static GraphBuilder quantized(int zero) {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 2, 4, 4);
        b.constant("s", OnnxTensor.scalar(0.05f))
                .constant("z", OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {(byte) zero}));
        b.node("QuantizeLinear", "xq", "x", "s", "z");
        return b;
    }

    private static OnnxGraph back(GraphBuilder b, String levels) {
        b.node("DequantizeLinear", "y", levels, "s", "z");
        return b.output("y").graph();
    }

    private static void same(OnnxGraph before) {
        OnnxGraph after = before.copy();
        ByteMoves.toFloat(after);
        for (long seed = 0; seed < 5; seed++) {
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(seed), 1, 2, 4, 4));
            assertThat(Ort.runPlain(after, feed).get("y").bytes())
                    .as("seed " + seed)
                    .isEqualTo(Ort.runPlain(before, feed).get("y").bytes());
        }
        Map<String, OnnxNode> producers = after.producers();
        for (OnnxNode node : after.nodes()) {
            if (QdqGraph.quantizes(node) || QdqGraph.dequantizes(node)) {
                continue;
            }
            assertThat(producers.get(node.input(0)).op()).as("%s", node).isEqualTo("DequantizeLinear");
            assertThat(after.consumers().get(node.output(0)))
                    .as("%s", node)
                    .extracting(OnnxNode::op)
                    .containsOnly("QuantizeLinear");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 128, 255})
    void aChainOfMoves(int zero) {
        GraphBuilder b = quantized(zero);
        b.node("Transpose", "t", "xq").attribute("perm", new long[] {0, 2, 3, 1});
        b.longs("shape", 1, -1);
        b.node("Reshape", "r", "t", "shape");
        OnnxGraph graph = back(b, "r");
        same(graph);
        assertThat(graph.nodes()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 128})
    void aBorderOfZerosIsTheZeroPoint(int zero) {
        GraphBuilder b = quantized(zero);
        b.longs("pads", 0, 0, 1, 2, 0, 0, 0, 1);
        b.node("Pad", "p", "xq", "pads", "z");
        OnnxGraph graph = back(b, "p");
        same(graph);
        ByteMoves.toFloat(graph);
        assertThat(graph.producers().get("y").op()).isEqualTo("DequantizeLinear");
    }

    @Test
    void largestLevelsAreLargestValues() {
        GraphBuilder b = quantized(128);
        b.node("MaxPool", "p", "xq").attribute("kernel_shape", new long[] {2, 2});
        OnnxGraph graph = back(b, "p");
        same(graph);
        assertThat(graph.nodes())
                .extracting(OnnxNode::op)
                .containsExactly("QuantizeLinear", "MaxPool", "DequantizeLinear");
    }

    @Test
    void everyPartOfASplitGetsAPair() {
        GraphBuilder b = quantized(128);
        b.node("Split", "left", "xq").attribute("axis", 1).outputs().add("right");
        b.node("DequantizeLinear", "l", "left", "s", "z");
        b.node("DequantizeLinear", "r", "right", "s", "z");
        b.node("Sub", "y", "l", "r");
        OnnxGraph before = b.output("y").graph();
        OnnxGraph after = before.copy();
        ByteMoves.toFloat(after);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(3), 1, 2, 4, 4));
        assertThat(Ort.runPlain(after, feed).get("y").bytes())
                .isEqualTo(Ort.runPlain(before, feed).get("y").bytes());
        OnnxNode split = after.nodes().stream()
                .filter(node -> node.op().equals("Split"))
                .findFirst()
                .orElseThrow();
        for (String part : split.outputs()) {
            assertThat(after.consumers().get(part)).extracting(OnnxNode::op).containsExactly("QuantizeLinear");
        }
    }

    @Test
    void graphsWithoutMovesStayAsTheyAre() {
        OnnxGraph graph = back(quantized(3), "xq");
        List<String> before = graph.nodes().stream().map(OnnxNode::toString).toList();
        ByteMoves.toFloat(graph);
        assertThat(graph.nodes()).extracting(OnnxNode::toString).isEqualTo(before);
    }
}
