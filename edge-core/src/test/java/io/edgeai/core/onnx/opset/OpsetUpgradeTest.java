package io.edgeai.core.onnx.opset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Raised graphs answer exactly as the old ones do; ONNX Runtime still runs both. */
class OpsetUpgradeTest {
    @Test
    void squeezeUnsqueezeAndReduceSumTakeAxesAsInput() {
        for (long opset = 7; opset <= 12; opset++) {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", 2, 1, 3);
            b.node("Squeeze", "s", "x").attribute("axes", new long[] {1});
            b.node("Unsqueeze", "u", "s").attribute("axes", new long[] {0, 3});
            b.node("ReduceSum", "r", "u").attribute("axes", new long[] {2}).attribute("keepdims", 0);
            b.node("ReduceSum", "y", "r");
            same(b.output("y").graph(), 2, 1, 3);
        }
    }

    @Test
    void splitTakesSizesAsInput() {
        GraphBuilder b = new GraphBuilder(11, 1).input("x", 2, 6);
        b.graph()
                .add("Split", "split", List.of("x"), List.of("a", "b"))
                .attribute("axis", 1)
                .attribute("split", new long[] {2, 4});
        b.node("ReduceMean", "m", "b").attribute("axes", new long[] {1});
        b.node("Add", "y", "a", "m");
        same(b.output("y").graph(), 2, 6);
    }

    @Test
    void softmaxOverSeveralAxesIsFlattened() {
        for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
            for (int axis = 0; axis <= 3; axis++) {
                GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 3, 2, 2);
                b.node("Abs", "a", "x");
                b.node(op, "y", "a").attribute("axis", axis);
                same(b.output("y").graph(), 2, 3, 2, 2);
            }
        }
    }

    @Test
    void softmaxWithoutAxisMeansTheSecond() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 3, 2);
        b.node("Softmax", "y", "x");
        same(b.output("y").graph(), 2, 3, 2);
    }

    @Test
    void softmaxOfKnownMatricesNeedsNoFlattening() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 3).weight("w", 1, 3, 4);
        b.node("Gemm", "g", "x", "w", "bias");
        b.weight("bias", 1, 4);
        b.node("Softmax", "y", "g");
        OnnxGraph raised = same(b.output("y").graph(), 2, 3);
        assertThat(raised.nodes()).hasSize(2);
        assertThat(raised.nodes().get(1).intAttribute("axis", 0)).isEqualTo(-1);
    }

    @Test
    void clipTakesLimitsAsInputs() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 3);
        b.node("Clip", "c", "x").attribute("min", -0.5f).attribute("max", 0.5f);
        b.node("Clip", "d", "c").attribute("min", 0.1f);
        b.node("Clip", "y", "d");
        OnnxGraph raised = same(b.output("y").graph(), 2, 3);
        assertThat(raised.nodes().get(0).inputs()).hasSize(3);
        assertThat(raised.nodes().get(0).attributes()).isEmpty();
    }

    @Test
    void padSliceAndTopKTakeInputs() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 5);
        b.node("Pad", "p", "x").attribute("pads", new long[] {0, 1, 0, 2}).attribute("value", 3f);
        b.node("Slice", "s", "p")
                .attribute("starts", new long[] {1})
                .attribute("ends", new long[] {-1})
                .attribute("axes", new long[] {1});
        b.graph().add("TopK", "top", List.of("s"), List.of("y", "indices")).attribute("k", 2);
        same(b.output("y").graph(), 2, 5);
    }

    @Test
    void padInOtherModesKeepsThem() {
        GraphBuilder b = new GraphBuilder(8, 1).input("x", 2, 5);
        b.node("Pad", "y", "x").attribute("pads", new long[] {0, 2, 0, 2}).attribute("mode", "reflect");
        same(b.output("y").graph(), 2, 5);
    }

    @Test
    void upsampleBecomesResize() {
        for (String mode : List.of("nearest", "linear")) {
            GraphBuilder old = new GraphBuilder(7, 1).input("x", 1, 2, 3, 3);
            old.node("Upsample", "y", "x")
                    .attribute("mode", mode)
                    .attribute("scales", new OnnxAttribute.OfFloats(List.of(1f, 1f, 2f, 3f)));
            OnnxGraph raised = same(old.output("y").graph(), 1, 2, 3, 3);
            assertThat(raised.nodes().get(0).op()).isEqualTo("Resize");
            GraphBuilder nine = new GraphBuilder(9, 1).input("x", 1, 2, 3, 3);
            nine.constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, 1.5f, 2}, 4));
            nine.node("Upsample", "y", "x", "scales").attribute("mode", mode);
            same(nine.output("y").graph(), 1, 2, 3, 3);
        }
    }

    @Test
    void resizeOfVersionTenKeepsItsRounding() {
        for (float scale : new float[] {2, 0.5f, 0.6f, 1.5f}) {
            GraphBuilder b = new GraphBuilder(10, 1).input("x", 1, 1, 5, 5);
            b.constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, scale, scale}, 4));
            b.node("Resize", "y", "x", "scales").attribute("mode", "nearest");
            same(b.output("y").graph(), 1, 1, 5, 5);
        }
    }

    @Test
    void dropoutVanishes() {
        GraphBuilder b = new GraphBuilder(10, 1).input("x", 2, 3);
        b.node("Dropout", "d", "x").attribute("ratio", 0.3f);
        b.node("Relu", "y", "d");
        OnnxGraph raised = same(b.output("y").graph(), 2, 3);
        assertThat(raised.nodes().get(0).op()).isEqualTo("Identity");
    }

    @Test
    void batchNormLosesItsSpatialFlag() {
        GraphBuilder b = new GraphBuilder(7, 1).input("x", 2, 3, 2);
        b.weight("s", 1, 3).weight("b", 1, 3).weight("m", 1, 3);
        b.constant("v", OnnxTensor.ofFloats(new float[] {1, 2, 3}, 3));
        b.node("BatchNormalization", "y", "x", "s", "b", "m", "v").attribute("spatial", 1);
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph strange = graph.copy();
        same(graph, 2, 3, 2);
        strange.nodes().get(0).attribute("spatial", 0);
        assertThat(OpsetUpgrade.obstacle(strange))
                .hasValueSatisfying(reason -> assertThat(reason).contains("spatial=0"));
    }

    @Test
    void scatterIsRenamed() {
        GraphBuilder b = new GraphBuilder(9, 1).input("x", 2, 3);
        b.constant("i", OnnxTensor.ofLongs(new long[] {1, 0, 1}, 1, 3));
        b.weight("u", 1, 1, 3);
        b.node("Scatter", "y", "x", "i", "u");
        same(b.output("y").graph(), 2, 3);
    }

    @Test
    void nestedGraphsAreRaisedToo() {
        GraphBuilder b = new GraphBuilder(11, 1).input("x", 1, 3).constant("zero", OnnxTensor.scalar(0f));
        b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
        b.node("Greater", "positive", "sum", "zero");
        OnnxGraph then = new OnnxGraph("then", b.graph().info());
        then.add("Unsqueeze", "t", List.of("x"), List.of("t")).attribute("axes", new long[] {0});
        then.outputs().add(OnnxValue.tensor("t", ElementType.FLOAT, 1, 1, 3));
        OnnxGraph other = new OnnxGraph("else", b.graph().info());
        other.add("Unsqueeze", "e", List.of("x"), List.of("e")).attribute("axes", new long[] {2});
        other.outputs().add(OnnxValue.tensor("e", ElementType.FLOAT, 1, 3, 1));
        b.node("If", "y", "positive")
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(other));
        OnnxGraph raised = same(b.output("y").graph(), 1, 3);
        assertThat(raised.nodes().get(2).subgraphs())
                .allSatisfy(
                        nested -> assertThat(nested.nodes().get(0).attributes()).isEmpty());
    }

    @Test
    void wholeNetsOfOldOpsets() {
        for (long opset = 7; opset <= 12; opset++) {
            same(GraphBuilder.residualNet(opset, opset), 2, 3, 8, 8);
        }
    }

    @Test
    void newModelsAreCopiedAsTheyAre() {
        OnnxGraph graph = GraphBuilder.residualNet(17, 1);
        OnnxGraph raised = OpsetUpgrade.raised(graph);
        assertThat(raised.info().opset()).isEqualTo(17);
        assertThat(raised).isNotSameAs(graph);
        assertThat(raised.nodes()).hasSameSizeAs(graph.nodes());
    }

    @Test
    void whatCannotBeRaisedSaysWhy() {
        OnnxGraph ancient = GraphBuilder.residualNet(6, 1);
        assertThatThrownBy(() -> OpsetUpgrade.raised(ancient))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("operator set (6) is older than 7")
                .hasMessageContaining("Maybe");
        OnnxGraph functions = GraphBuilder.residualNet(9, 1);
        functions.info().functions().add(ByteString.copyFromUtf8("f"));
        assertThat(OpsetUpgrade.obstacle(functions)).isPresent();
        GraphBuilder mask = new GraphBuilder(9, 1).input("x", 2, 3);
        mask.graph().add("Dropout", "d", List.of("x"), List.of("y", "mask"));
        assertThat(OpsetUpgrade.obstacle(mask.output("y").output("mask").graph()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("mask"));
        GraphBuilder scales = new GraphBuilder(10, 1).input("x", 1, 1, 2, 2).input("s", 4);
        scales.node("Resize", "y", "x", "s");
        assertThat(OpsetUpgrade.obstacle(scales.output("y").graph())).isPresent();
        GraphBuilder scan = new GraphBuilder(8, 1).input("x", 2, 3);
        scan.node("Scan", "y", "x");
        assertThat(OpsetUpgrade.obstacle(scan.output("y").graph())).isPresent();
    }

    private static OnnxGraph same(OnnxGraph graph, long... shape) {
        if (graph.info().opset() <= 10) {
            graph.info().irVersion(4);
        }
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(8), shape));
        Tensor before = Objects.requireNonNull(Ort.runPlain(graph, feed).get("y"));
        OnnxGraph raised = OpsetUpgrade.raised(graph);
        assertThat(raised.info().opset()).isEqualTo(13);
        assertThat(raised.info().irVersion()).isGreaterThanOrEqualTo(7);
        Tensor after = Objects.requireNonNull(Ort.runPlain(raised, feed).get("y"));
        assertThat(after.shape()).isEqualTo(before.shape());
        assertThat(Ort.maxDifference(before, after)).isLessThan(1e-6);
        return raised;
    }

    @Test
    void seventeenIsReachedFromEverySet() {
        for (long opset = 7; opset <= 17; opset++) {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", 2, 3, 4);
            b.weight("s", 1, 3)
                    .weight("o", 1, 3)
                    .weight("m", 1, 3)
                    .constant("v", OnnxTensor.ofFloats(new float[] {1, 2, 3}, 3));
            b.node("BatchNormalization", "n", "x", "s", "o", "m", "v");
            b.node("Softmax", "y", "n").attribute("axis", 2);
            OnnxGraph graph = b.output("y").graph();
            OnnxGraph raised = OpsetUpgrade.raised(graph, 17);
            assertThat(raised.info().opset()).isEqualTo(17);
            assertThat(raised.info().irVersion()).isGreaterThanOrEqualTo(8);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(opset), 2, 3, 4));
            assertThat(Objects.requireNonNull(Ort.run(raised, feed).get("y")).floats())
                    .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("y"))
                            .floats());
        }
    }

    @Test
    void normalizationThatGivesStatisticsStaysBelowFourteen() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3, 4);
        b.weight("s", 1, 3).weight("o", 1, 3).weight("m", 1, 3).weight("v", 1, 3);
        OnnxGraph graph = b.graph();
        graph.add("BatchNormalization", "", List.of("x", "s", "o", "m", "v"), List.of("y", "a", "b", "c", "d"));
        assertThat(OpsetUpgrade.obstacle(graph)).isEmpty();
        assertThat(OpsetUpgrade.obstacle(graph, 17))
                .hasValueSatisfying(why -> assertThat(why).contains("statistics"));
        assertThatThrownBy(() -> OpsetUpgrade.raised(graph, 17)).isInstanceOf(UnsupportedOperatorException.class);
        assertThatThrownBy(() -> OpsetUpgrade.raised(graph, 18)).hasMessageContaining("target (18)");
    }

    @Test
    void roiAlignKeepsItsOldPlacesOfSamples() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2, 6, 6);
        b.constant("rois", OnnxTensor.ofFloats(new float[] {0.3f, 0.7f, 4.2f, 3.9f}, 1, 4))
                .longs("batch", 0);
        b.node("RoiAlign", "y", "x", "rois", "batch")
                .attribute("output_height", 3)
                .attribute("output_width", 2)
                .attribute("sampling_ratio", 2);
        OnnxGraph graph = b.output("y").graph();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(3), 1, 2, 6, 6));
        assertThat(Objects.requireNonNull(
                                Ort.run(OpsetUpgrade.raised(graph, 16), feed).get("y"))
                        .floats())
                .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats());
    }
}
