package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RewritesTest {
    @Test
    void padGoesIntoTheConv() {
        for (boolean ownPads : new boolean[] {true, false}) {
            GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6).longs("pads", 0, 0, 1, 2, 0, 0, 3, 0);
            b.node("Pad", "p", "x", "pads");
            OnnxNode conv = b.conv("y", "p", 3, 4);
            if (!ownPads) {
                conv.attributes().remove("pads");
            }
            OnnxGraph graph = b.output("y", 4).graph();
            Tensor before = answer(graph, 1, 3, 6, 6);
            assertThat(new PadFolding().apply(graph)).isEqualTo(1);
            assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Conv");
            assertThat(Ort.maxDifference(before, answer(graph, 1, 3, 6, 6))).isLessThan(1e-6);
        }
    }

    @Test
    void padAttributesOfOldModelsGoIntoTheConv() {
        GraphBuilder b = new GraphBuilder(9, 2).input("x", 1, 3, 6, 6);
        b.node("Pad", "p", "x").attribute("pads", new long[] {0, 0, 1, 1, 0, 0, 1, 1});
        b.conv("y", "p", 3, 4);
        OnnxGraph graph = b.output("y", 4).graph();
        Tensor before = answer(graph, 1, 3, 6, 6);
        assertThat(new PadFolding().apply(graph)).isEqualTo(1);
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3, 6, 6))).isLessThan(1e-6);
    }

    @Test
    void otherPadsStay() {
        assertThat(new PadFolding().apply(padded(new long[] {0, 1, 1, 1, 0, 0, 1, 1}, 0, "constant")))
                .as("channels")
                .isZero();
        assertThat(new PadFolding().apply(padded(new long[] {0, 0, 1, 1, 0, 0, 1, 1}, 1, "constant")))
                .as("not zero")
                .isZero();
        assertThat(new PadFolding().apply(padded(new long[] {0, 0, 1, 1, 0, 0, 1, 1}, 0, "reflect")))
                .as("reflected")
                .isZero();
        assertThat(new PadFolding().apply(padded(new long[] {0, 0, -1, 1, 0, 0, 1, 1}, 0, "constant")))
                .as("cropped")
                .isZero();
    }

    private static OnnxGraph padded(long[] pads, float value, String mode) {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6).longs("pads", pads);
        b.constant("value", OnnxTensor.scalar(value));
        b.node("Pad", "p", "x", "pads", "value").attribute("mode", mode);
        b.conv("y", "p", 3, 4);
        return b.output("y", 4).graph();
    }

    @Test
    void sumOfTwoIsAdd() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3);
        b.node("Relu", "r", "x");
        b.node("Sum", "s", "x", "r");
        b.node("Sum", "y", "x", "r", "s");
        OnnxGraph graph = b.output("y", 2).graph();
        Tensor before = answer(graph, 1, 3);
        assertThat(Rewrites.sumsOfTwo(graph)).isEqualTo(1);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Relu", "Add", "Sum");
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3))).isZero();
    }

    @Test
    void clampMovesBeforeThePool() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6);
        b.conv("c", "x", 3, 4);
        b.node("MaxPool", "p", "c").attribute("kernel_shape", new long[] {2, 2}).attribute("strides", new long[] {2, 2
        });
        b.node("Relu", "y", "p");
        OnnxGraph graph = b.output("y", 4).graph();
        Tensor before = answer(graph, 1, 3, 6, 6);
        assertThat(Rewrites.clampsBeforeMoves(graph)).isEqualTo(1);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Conv", "Relu", "MaxPool");
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3, 6, 6))).isZero();
    }

    @Test
    void clampMovesBeforeDepthToSpace() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6);
        b.conv("c", "x", 3, 8);
        b.node("DepthToSpace", "d", "c").attribute("blocksize", 2);
        b.node("Relu", "y", "d");
        OnnxGraph graph = b.output("y", 4).graph();
        Tensor before = answer(graph, 1, 3, 6, 6);
        assertThat(Rewrites.clampsBeforeMoves(graph)).isEqualTo(1);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Conv", "Relu", "DepthToSpace");
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3, 6, 6))).isZero();
    }

    /** Found by random nets: only the first of two clamps moved. */
    @Test
    void allClampsOfAChainMove() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6).constant("six", OnnxTensor.scalar(0.6f));
        b.node("MaxPool", "p", "x").attribute("kernel_shape", new long[] {2, 2});
        b.node("Relu", "r", "p");
        b.node("Clip", "y", "r", "", "six");
        OnnxGraph graph = b.output("y", 4).graph();
        Tensor before = answer(graph, 1, 3, 6, 6);
        assertThat(Rewrites.clampsBeforeMoves(graph)).isEqualTo(2);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Relu", "Clip", "MaxPool");
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3, 6, 6))).isZero();
    }

    @Test
    void clampOfAPoolReadTwiceStays() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3, 6, 6);
        b.node("MaxPool", "p", "x").attribute("kernel_shape", new long[] {2, 2});
        b.node("Relu", "r", "p");
        b.node("Add", "y", "r", "p");
        assertThat(Rewrites.clampsBeforeMoves(b.output("y", 4).graph())).isZero();
    }

    @Test
    void chainsOfConstantsAreComputed() {
        GraphBuilder b =
                new GraphBuilder(13, 2).input("x", -1, 3).longs("shape", 3).weight("w", 1, 3);
        b.node("ConstantOfShape", "ones", "shape")
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {1}, 1)));
        b.node("Add", "w1", "w", "ones");
        b.node("Exp", "w2", "w1");
        b.node("Mul", "y", "x", "w2");
        OnnxGraph graph = b.output("y", 2).graph();
        Tensor before = answer(graph, 1, 3);
        assertThat(new ConstantFolding(Ort.runtime()).apply(graph)).isEqualTo(3);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("Mul");
        assertThat(Objects.requireNonNull(graph.constant("w2")).type()).isEqualTo(ElementType.FLOAT);
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3))).isLessThan(1e-6);
    }

    @Test
    void randomAndQuantizationNodesAreNotComputed() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3);
        b.constant("q", OnnxTensor.ofBytes(ElementType.INT8, new byte[] {1, 2, 3}, 3));
        b.constant("s", OnnxTensor.scalar(0.5f));
        b.node("DequantizeLinear", "w", "q", "s");
        b.node("RandomNormal", "noise").attribute("shape", new long[] {3});
        b.node("Add", "a", "x", "w");
        b.node("Add", "y", "a", "noise");
        assertThat(new ConstantFolding(Ort.runtime()).apply(b.output("y", 2).graph()))
                .isZero();
    }

    @Test
    void hugeGeneratedConstantsStayGenerated() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3).longs("shape", 1 << 14, 1 << 14);
        b.node("ConstantOfShape", "big", "shape");
        b.node("ReduceSum", "sum", "big").attribute("keepdims", 0);
        b.node("Add", "y", "x", "sum");
        assertThat(new ConstantFolding(Ort.runtime()).apply(b.output("y", 2).graph()))
                .isZero();
    }

    @Test
    void hugeSpreadAndRepeatedConstantsStayToo() {
        for (String op : new String[] {"Expand", "Tile"}) {
            GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3).weight("w", 1, 4, 4);
            b.longs("sizes", op.equals("Expand") ? new long[] {1 << 21, 4, 4} : new long[] {1 << 11, 1 << 11});
            b.longs("few", op.equals("Expand") ? new long[] {5, 4, 4} : new long[] {5, 1});
            b.node(op, "big", "w", "sizes");
            b.node(op, "small", "w", "few");
            b.node("ReduceSum", "sum", "big").attribute("keepdims", 0);
            b.node("ReduceSum", "less", "small").attribute("keepdims", 0);
            b.node("Add", "a", "x", "sum");
            b.node("Add", "y", "a", "less");
            OnnxGraph graph = b.output("y", 2).graph();
            assertThat(new ConstantFolding(Ort.runtime()).apply(graph)).as(op).isEqualTo(2);
            assertThat(graph.initializers()).as(op).containsKey("less").doesNotContainKeys("big", "sum");
        }
    }

    @Test
    void constantThatIsAnOutputIsComputedToo() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 3).weight("w", 1, 3);
        b.node("Relu", "r", "x");
        b.node("Abs", "y", "w");
        OnnxGraph graph = b.output("r", 2).output("y", 1).graph();
        Tensor before = answer(graph, 1, 3);
        assertThat(new ConstantFolding(Ort.runtime()).apply(graph)).isEqualTo(1);
        assertThat(Ort.maxDifference(before, answer(graph, 1, 3))).isZero();
    }

    private static Tensor answer(OnnxGraph graph, long... shape) {
        return Objects.requireNonNull(Ort.runPlain(graph, Map.of("x", Ort.tensor(new Random(4), shape)))
                .get("y"));
    }
}
