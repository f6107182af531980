package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.testing.Transformers.Shape;
import io.edgeai.optimize.testing.Transformers.Style;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransformerFusionTest {
    @Test
    void everyResidualNormalizationOfAnExportIsFusedAndAnswersTheSame() {
        for (Style style : new Style[] {Style.DECOMPOSED, Style.LAYER_NORM}) {
            OnnxGraph graph = Transformers.of(Shape.tiny(), style, 3);
            TransformerFusion.Fused fused = fuse(graph);
            assertThat(fused.normalizations()).as("%s", style).isEqualTo(5);
            assertThat(count(fused.graph(), "SkipLayerNormalization")).isEqualTo(5);
            assertThat(count(fused.graph(), "LayerNormalization")).isZero();
            assertThat(count(fused.graph(), "ReduceMean")).isZero();
            for (int batch = 1; batch <= 3; batch++) {
                Map<String, Tensor> feed = Transformers.feed(Shape.tiny(), batch, 5 + 7 * batch, batch);
                assertThat(difference(graph, fused.graph(), feed, "last_hidden_state"))
                        .isLessThan(2e-5);
            }
        }
    }

    /** All spellings, quantized after fusion: every matrix on integers, agreement, and a small file. */
    @Test
    void quantizedEncodersAgreeInEveryStyle() {
        Shape shape = new Shape(2, 128, 4, 512, 400, 64);
        for (Style style : Style.values()) {
            OnnxGraph graph = Transformers.of(shape, style, 4);
            Quantized quantized = DynamicQuantizer.apply(fuse(graph).graph(), QuantizeSettings.defaults());
            boolean attention = style == Style.FUSED || style == Style.FUSED_FAST;
            assertThat(quantized.quantizedOps()).containsEntry("MatMul", attention ? 6 : 12);
            assertThat(quantized.left())
                    .allSatisfy(node -> assertThat(node.reason()).contains("both its factors"));
            double ratio = (double) OnnxWriter.toBytes(quantized.graph()).length / OnnxWriter.toBytes(graph).length;
            assertThat(ratio).as("%s", style).isLessThan(0.30);
            Map<String, Tensor> feed = feed(shape, style);
            Tensor before = answer(graph, feed, "last_hidden_state");
            double size = 0;
            for (float value : before.floats()) {
                size = Math.max(size, Math.abs(value));
            }
            assertThat(difference(graph, quantized.graph(), feed, "last_hidden_state") / size)
                    .as("%s", style)
                    .isBetween(1e-5, 0.1);
        }
    }

    private static Map<String, Tensor> feed(Shape shape, Style style) {
        Map<String, Tensor> feed = Transformers.feed(shape, 2, 24, 5);
        return style == Style.FUSED || style == Style.FUSED_FAST ? Transformers.narrow(feed) : feed;
    }

    /** Pre-normalization: the sum goes on as the residual, so the fused node must hand it out. */
    @Test
    void aSumThatOthersReadStaysAvailable() {
        GraphBuilder b = new GraphBuilder(17, 5).input("x", -2, -3, 32).input("r", -2, -3, 32);
        b.weight("g", 1, 32).weight("h", 1, 32).weight("w", 0.2, 32, 32);
        b.node("Add", "sum", "x", "r");
        b.node("LayerNormalization", "norm", "sum", "g", "h");
        b.node("MatMul", "m", "norm", "w");
        b.node("Add", "y", "m", "sum");
        OnnxGraph graph = b.output("y", 3).graph();
        TransformerFusion.Fused fused = fuse(graph);
        assertThat(fused.normalizations()).isEqualTo(1);
        Map<String, Tensor> feed =
                Map.of("x", Ort.tensor(new Random(1), 2, 5, 32), "r", Ort.tensor(new Random(2), 2, 5, 32));
        assertThat(difference(graph, fused.graph(), feed, "y")).isLessThan(1e-5);
    }

    @Test
    void anExportWithoutBiasAndWithBroadcastPositionsIsRight() {
        GraphBuilder b = new GraphBuilder(17, 6).input("x", -1, 6, 32);
        b.weight("p", 1, 1, 6, 32).weight("g", 1, 32);
        b.node("Add", "sum", "p", "x");
        b.node("LayerNormalization", "y", "sum", "g").attribute("epsilon", 0.01f);
        OnnxGraph graph = b.output("y", 3).graph();
        TransformerFusion.Fused fused = fuse(graph);
        assertThat(fused.normalizations()).isEqualTo(1);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 3, 6, 32));
        assertThat(difference(graph, fused.graph(), feed, "y")).isLessThan(1e-5);
    }

    @Test
    void whatOnlyLooksAlikeIsLeftAlone() {
        assertThat(normalizations(17, b -> b.node("LayerNormalization", "y", "sum", "g", "h")
                        .attribute("axis", 1)))
                .as("another axis")
                .isZero();
        assertThat(normalizations(13, b -> spelled(b, "cube", "mean", -1)))
                .as("a third power")
                .isZero();
        assertThat(normalizations(13, b -> spelled(b, "square", "mean", -2)))
                .as("a mean over another axis")
                .isZero();
        assertThat(normalizations(13, b -> spelled(b, "square", "other", -1)))
                .as("the mean of something else")
                .isZero();
        assertThat(normalizations(13, b -> spelled(b, "square", "mean", -1)))
                .as("the real thing")
                .isEqualTo(1);
        GraphBuilder two = new GraphBuilder(17, 6).input("x", -1, 32).input("r", -1, 32);
        two.weight("g", 1, 32).weight("h", 1, 32);
        two.node("Add", "sum", "x", "r");
        two.node("LayerNormalization", "y", "sum", "g", "h");
        assertThat(fuse(two.output("y", 2).graph()).normalizations())
                .as("rank 2")
                .isZero();
    }

    /** Regression: with x [1, 5, 32] and r [2, 5, 32] the fused node answered for one row. */
    @Test
    void aSumThatMaySpreadOneSideOverTheOtherIsLeftAlone() {
        GraphBuilder b = new GraphBuilder(17, 5).input("x", -1, 5, 32).input("r", -1, 5, 32);
        b.weight("g", 1, 32).weight("h", 1, 32);
        b.node("Add", "sum", "x", "r");
        b.node("LayerNormalization", "y", "sum", "g", "h");
        OnnxGraph graph = b.output("y", 3).graph();
        OnnxGraph fused = fuse(graph).graph();
        Map<String, Tensor> feed =
                Map.of("x", Ort.tensor(new Random(1), 1, 5, 32), "r", Ort.tensor(new Random(2), 2, 5, 32));
        assertThat(Objects.requireNonNull(Ort.run(fused, feed).get("y")).shape())
                .containsExactly(2, 5, 32);
        assertThat(difference(graph, fused, feed, "y")).isLessThan(1e-5);
    }

    private interface Norm {
        void write(GraphBuilder b);
    }

    private static int normalizations(long opset, Norm norm) {
        GraphBuilder b = new GraphBuilder(opset, 6).input("x", -2, 8, 32).input("r", -2, 8, 32);
        b.weight("g", 1, 32).weight("h", 1, 32);
        b.constant("square", OnnxTensor.scalar(2f)).constant("cube", OnnxTensor.scalar(3f));
        b.constant("eps", OnnxTensor.scalar(1e-5f));
        b.node("Add", "sum", "x", "r");
        norm.write(b);
        OnnxGraph graph = b.output("y", 3).graph();
        TransformerFusion.Fused fused = fuse(graph);
        boolean square = graph.nodes().stream().noneMatch(node -> node.inputs().contains("cube"));
        if (opset == 17 || square) {
            Map<String, Tensor> feed =
                    Map.of("x", Ort.tensor(new Random(1), 2, 8, 32), "r", Ort.tensor(new Random(2), 2, 8, 32));
            assertThat(difference(graph, fused.graph(), feed, "y")).isLessThan(1e-4);
        }
        return fused.normalizations();
    }

    private static void spelled(GraphBuilder b, String power, String subtracted, long axis) {
        if (axis == -2) {
            b.weight("g", 1, 32).weight("h", 1, 32);
        }
        b.node("ReduceMean", "mean", "sum").attribute("axes", new long[] {axis});
        b.node("ReduceMean", "other", "x").attribute("axes", new long[] {axis});
        b.node("Sub", "centred", "sum", subtracted);
        b.node("Pow", "power", "centred", power);
        b.node("ReduceMean", "variance", "power").attribute("axes", new long[] {axis});
        b.node("Add", "stable", "variance", "eps");
        b.node("Sqrt", "std", "stable");
        b.node("Div", "unit", "centred", "std");
        b.node("Mul", "scaled", "unit", "g");
        b.node("Add", "y", "scaled", "h");
    }

    @Test
    void aGraphWithoutNormalizationIsOnlyCopied() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        TransformerFusion.Fused fused = fuse(graph);
        assertThat(fused.changed()).isFalse();
        assertThat(fused.graph().info().opsets()).doesNotContainKey("com.microsoft");
    }

    private static TransformerFusion.Fused fuse(OnnxGraph graph) {
        return TransformerFusion.apply(GraphPasses.simplified(graph, Ort.runtime()), Ort.runtime());
    }

    private static long count(OnnxGraph graph, String op) {
        return graph.nodes().stream().map(OnnxNode::op).filter(op::equals).count();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed, String output) {
        return Objects.requireNonNull(Ort.run(graph, feed).get(output));
    }

    private static double difference(OnnxGraph a, OnnxGraph b, Map<String, Tensor> feed, String output) {
        return Ort.maxDifference(answer(a, feed, output), answer(b, feed, output));
    }
}
