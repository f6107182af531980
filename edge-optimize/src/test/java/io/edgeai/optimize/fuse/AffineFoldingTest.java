package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Folded graphs answer as before, run without the engine's own rewrites. */
class AffineFoldingTest {
    @Test
    void batchNormAfterConvWithAndWithoutBias() {
        for (boolean bias : new boolean[] {true, false}) {
            GraphBuilder b = new GraphBuilder(13, 3).input("x", 2, 3, 5, 5);
            OnnxNode conv = b.conv("c", "x", 3, 4);
            if (!bias) {
                conv.inputs().remove(2);
            }
            norm(b, "y", "c", 4);
            folds(b.output("y", 4).graph(), 1, "Conv");
        }
    }

    @Test
    void batchNormAfterDepthwiseConv() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", 2, 3, 5, 5).weight("w", 1, 6, 1, 3, 3);
        b.node("Conv", "c", "x", "w").attribute("group", 3);
        norm(b, "y", "c", 6);
        folds(b.output("y", 4).graph(), 1, "Conv");
    }

    @Test
    void batchNormAfterTransposedConv() {
        GraphBuilder b = new GraphBuilder(13, 5).input("x", 2, 3, 5, 5).weight("w", 1, 3, 4, 2, 2);
        b.node("ConvTranspose", "c", "x", "w");
        norm(b, "y", "c", 4);
        folds(b.output("y", 4).graph(), 1, "ConvTranspose");
    }

    @Test
    void batchNormAfterGemmOfEitherLayout() {
        for (int transposed = 0; transposed < 2; transposed++) {
            GraphBuilder b = new GraphBuilder(13, 6).input("x", 2, 3);
            b.weight("w", 1, transposed == 0 ? 3 : 4, transposed == 0 ? 4 : 3).weight("bias", 1, 4);
            b.node("Gemm", "c", "x", "w", "bias").attribute("transB", transposed);
            norm(b, "y", "c", 4);
            folds(b.output("y", 2).graph(), 1, "Gemm");
        }
    }

    @Test
    void scaleAndShiftWrittenAsArithmetic() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", 2, 3, 5, 5);
        b.weight("m", 1, 1, 4, 1, 1).weight("a", 1, 4, 1, 1);
        b.constant("d", OnnxTensor.scalar(3f)).constant("s", OnnxTensor.scalar(0.25f));
        b.conv("c", "x", 3, 4);
        b.node("Mul", "c2", "m", "c");
        b.node("Add", "c3", "c2", "a");
        b.node("Div", "c4", "c3", "d");
        b.node("Sub", "y", "c4", "s");
        folds(b.output("y", 4).graph(), 4, "Conv");
    }

    @Test
    void severalConvsOfOneGraph() {
        GraphBuilder b = new GraphBuilder(13, 8).input("x", 1, 3, 5, 5);
        b.conv("c1", "x", 3, 4);
        norm(b, "n1", "c1", 4);
        b.node("Relu", "r1", "n1");
        b.conv("c2", "r1", 4, 4);
        norm(b, "y", "c2", 4);
        folds(b.output("y", 4).graph(), 2, "Conv");
    }

    @Test
    void sharedWeightsAreFoldedApart() {
        GraphBuilder b = new GraphBuilder(13, 9).input("x", 1, 3, 5, 5).weight("w", 1, 3, 3, 3, 3);
        b.node("Conv", "c1", "x", "w");
        norm(b, "n1", "c1", 3);
        b.node("Conv", "y", "n1", "w");
        folds(b.output("y", 4).graph(), 1, "Conv");
    }

    @Test
    void whatIsReadElsewhereStays() {
        GraphBuilder b = new GraphBuilder(13, 10).input("x", 1, 3, 5, 5);
        b.conv("c", "x", 3, 4);
        norm(b, "n", "c", 4);
        b.node("Add", "y", "n", "c");
        keeps(b.output("y", 4).graph());
        GraphBuilder out = new GraphBuilder(13, 10).input("x", 1, 3, 5, 5);
        out.conv("c", "x", 3, 4);
        norm(out, "y", "c", 4);
        keeps(out.output("y", 4).output("c", 4).graph());
    }

    @Test
    void constantsAlongOtherAxesStay() {
        GraphBuilder b = new GraphBuilder(13, 11).input("x", 1, 3, 4, 4).weight("m", 1, 4);
        b.conv("c", "x", 3, 4);
        b.node("Mul", "y", "c", "m");
        keeps(b.output("y", 4).graph());
    }

    @Test
    void constantMinusConvStays() {
        GraphBuilder b = new GraphBuilder(13, 12).input("x", 1, 3, 4, 4).weight("m", 1, 4, 1, 1);
        b.conv("c", "x", 3, 4);
        b.node("Sub", "y", "m", "c");
        keeps(b.output("y", 4).graph());
    }

    @Test
    void scaledGemmStays() {
        GraphBuilder b =
                new GraphBuilder(13, 13).input("x", 2, 3).weight("w", 1, 3, 4).weight("m", 1, 4);
        b.node("Gemm", "c", "x", "w").attribute("alpha", 2f);
        b.node("Mul", "y", "c", "m");
        keeps(b.output("y", 2).graph());
    }

    @Test
    void normWithComputedStatisticsStays() {
        GraphBuilder b = new GraphBuilder(13, 14).input("x", 1, 3, 4, 4);
        b.conv("c", "x", 3, 4);
        norm(b, "y", "c", 4);
        b.node("Identity", "mean2", "y_mean");
        b.graph().nodes().add(0, b.graph().nodes().remove(2));
        b.graph().nodes().get(2).inputs().set(3, "mean2");
        keeps(b.output("y", 4).graph());
    }

    private static void norm(GraphBuilder b, String output, String input, int channels) {
        float[] variance = Ort.normal(new Random(99), channels);
        for (int i = 0; i < channels; i++) {
            variance[i] = variance[i] * variance[i] + 0.1f;
        }
        b.weight(output + "_scale", 1, channels).weight(output + "_shift", 1, channels);
        b.weight(output + "_mean", 1, channels);
        b.constant(output + "_var", OnnxTensor.ofFloats(variance, channels));
        b.node(
                        "BatchNormalization",
                        output,
                        input,
                        output + "_scale",
                        output + "_shift",
                        output + "_mean",
                        output + "_var")
                .attribute("epsilon", 1e-3f);
    }

    private static void folds(OnnxGraph graph, int changes, String onlyOp) {
        Tensor before = answer(graph);
        OnnxGraph copy = graph.copy();
        assertThat(new AffineFolding().apply(copy)).isEqualTo(changes);
        Cleanup.deadCode(copy);
        assertThat(copy.nodes().stream().map(OnnxNode::op).filter(op -> !op.equals("Relu")))
                .containsOnly(onlyOp);
        assertThat(Ort.maxDifference(before, answer(copy))).isLessThan(1e-5);
        assertThat(Ort.maxDifference(before, answer(graph))).as("the original").isZero();
    }

    private static void keeps(OnnxGraph graph) {
        List<String> ops = graph.nodes().stream().map(OnnxNode::op).toList();
        assertThat(new AffineFolding().apply(graph)).isZero();
        assertThat(graph.nodes()).extracting(OnnxNode::op).isEqualTo(ops);
    }

    private static Tensor answer(OnnxGraph graph) {
        long[] shape = ((io.edgeai.core.onnx.OnnxType.OfTensor)
                        Objects.requireNonNull(graph.inputs().get(0).type()))
                .shape().stream().mapToLong(io.edgeai.core.model.Dim::size).toArray();
        return Objects.requireNonNull(Ort.runPlain(graph, Map.of("x", Ort.tensor(new Random(1), shape)))
                .get("y"));
    }
}
