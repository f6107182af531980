package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DynamicQuantizerTest {
    @Test
    void matMulAgreesWithIntegerArithmeticByHand() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 3, 32).weight("w", 1, 32, 16);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Quantized quantized = dynamic(graph);
        Tensor x = Ort.tensor(new Random(3), 3, 32);
        float[] got = answer(quantized.graph(), Map.of("x", x)).floats();
        float[] expected =
                byHand(x.floats(), Objects.requireNonNull(graph.constant("w")).floats(), 3, 32, 16);
        for (int i = 0; i < got.length; i++) {
            assertThat(Math.abs(got[i] - expected[i])).isLessThan(1e-4f * Math.max(1, Math.abs(expected[i])));
        }
    }

    /** DynamicQuantizeLinear of the ONNX specification, an integer product and both scales. */
    private static float[] byHand(float[] x, float[] w, int rows, int depth, int columns) {
        float low = 0;
        float high = 0;
        for (float v : x) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        float scale = (high - low) / 255;
        int zero = (int) Math.max(0, Math.min(255, Math.rint(-low / scale)));
        float[] result = new float[rows * columns];
        for (int c = 0; c < columns; c++) {
            float top = 0;
            for (int d = 0; d < depth; d++) {
                top = Math.max(top, Math.abs(w[d * columns + c]));
            }
            float weightScale = top / 127;
            for (int r = 0; r < rows; r++) {
                long sum = 0;
                for (int d = 0; d < depth; d++) {
                    long a = (long) Math.max(0, Math.min(255, Math.rint(x[r * depth + d] / scale) + zero)) - zero;
                    sum += a * (long) Math.rint(w[d * columns + c] / weightScale);
                }
                result[r * columns + c] = sum * scale * weightScale;
            }
        }
        return result;
    }

    @ExactByteProducts
    @Test
    void productsOfOneInputShareItsQuantization() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 5, 32);
        b.weight("q", 0.2, 32, 16).weight("k", 0.2, 32, 16).weight("v", 0.2, 32, 16);
        b.node("MatMul", "a", "x", "q");
        b.node("MatMul", "b", "x", "k");
        b.node("MatMul", "c", "x", "v");
        b.node("Add", "ab", "a", "b");
        b.node("Add", "y", "ab", "c");
        OnnxGraph graph = b.output("y", 3).graph();
        Quantized quantized = dynamic(graph);
        assertThat(count(quantized.graph(), "DynamicQuantizeLinear")).isEqualTo(1);
        assertThat(count(quantized.graph(), "MatMulInteger")).isEqualTo(3);
        assertThat(quantized.layers()).containsExactly("a", "b", "c");
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 2, 5, 32))))
                .isGreaterThan(30);
    }

    @ExactByteProducts
    @Test
    void gemmOfEitherLayoutKeepsItsBias() {
        for (int transposed = 0; transposed < 2; transposed++) {
            GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 32).weight("bias", 5, 20);
            b.weight("w", 0.2, transposed == 0 ? 32 : 20, transposed == 0 ? 20 : 32);
            b.node("Gemm", "y", "x", "w", "bias").attribute("transB", transposed);
            OnnxGraph graph = b.output("y", 2).graph();
            Quantized quantized = dynamic(graph);
            assertThat(quantized.quantizedOps()).containsEntry("Gemm", 1);
            assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 32))))
                    .isGreaterThan(35);
        }
    }

    @Test
    void scaledGemmOnlyStoresItsWeightInBytes() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 32).weight("w", 0.2, 32, 20);
        b.node("Gemm", "y", "x", "w").attribute("alpha", 0.5f);
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsOnlyKeys("Gemm (weights)");
        assertThat(quantized.left()).singleElement().satisfies(node -> assertThat(node.op())
                .isEqualTo("Gemm"));
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 32))))
                .isGreaterThan(35);
    }

    @Test
    void embeddingsAreGatheredInBytesWithAScaleForEachRow() {
        GraphBuilder b = new GraphBuilder(13, 5).idInput("ids", -1, 6);
        float[] rows = Ort.normal(new Random(2), 100 * 16);
        for (int i = 0; i < rows.length; i++) {
            rows[i] *= (float) Math.pow(10, -(i / 16 % 4));
        }
        b.constant("table", OnnxTensor.ofFloats(rows, 100, 16));
        b.node("Gather", "y", "table", "ids");
        OnnxGraph graph = b.output("y", 3).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsEntry("Gather", 1);
        Map<String, Tensor> feed = Map.of("ids", Tensor.of(new long[] {0, 1, 2, 3, 42, 99}, 1, 6));
        float[] before = answer(graph, feed).floats();
        float[] after = answer(quantized.graph(), feed).floats();
        for (int row = 0; row < 6; row++) {
            float top = 0;
            for (int i = 0; i < 16; i++) {
                top = Math.max(top, Math.abs(before[row * 16 + i]));
            }
            for (int i = 0; i < 16; i++) {
                assertThat(Math.abs(before[row * 16 + i] - after[row * 16 + i])).isLessThanOrEqualTo(top / 127 * 0.51f);
            }
        }
    }

    @Test
    void convolutionsAndGatedUnitsStoreBytesAndComputeTheSame() {
        GraphBuilder b = new GraphBuilder(13, 6).input("x", 4, 2, 16);
        b.weight("r", 0.3, 1, 48, 16).weight("b", 0.1, 1, 96).weight("v", 0.3, 1, 48, 16);
        b.graph().add("GRU", "gru", List.of("x", "v", "r", "b"), List.of("y")).attribute("hidden_size", 16);
        OnnxGraph graph = b.output("y").graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsEntry("GRU (weights)", 2);
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 2, 16))))
                .isGreaterThan(30);
        OnnxGraph conv = GraphBuilder.residualNet(13, 6);
        Quantized stored = dynamic(conv);
        assertThat(stored.quantizedOps()).containsEntry("Conv (weights)", 3);
        assertThat(sqnr(conv, stored.graph(), Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8))))
                .isGreaterThan(30);
    }

    @Test
    void fileShrinksToAQuarter() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", -1, 256).weight("w", 0.1, 256, 512);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        double ratio = (double) OnnxWriter.toBytes(dynamic(graph).graph()).length / OnnxWriter.toBytes(graph).length;
        assertThat(ratio).isBetween(0.25, 0.27);
    }

    @Test
    void oldOperatorSetsStoreBytesOnly() {
        GraphBuilder b = new GraphBuilder(9, 8).input("x", -1, 32).weight("w", 0.2, 32, 20);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsOnlyKeys("MatMul (weights)");
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 32))))
                .isGreaterThan(35);
    }

    @Test
    void weightsOfBranchesAreStoredInBytes() {
        GraphBuilder b = new GraphBuilder(13, 9).input("x", 1, 32).constant("zero", OnnxTensor.scalar(0f));
        b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
        b.node("Greater", "positive", "sum", "zero");
        b.node("If", "y", "positive")
                .attribute("then_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "then", 1)))
                .attribute("else_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "else", -1)));
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsEntry("MatMul (weights)", 2);
        for (long seed = 1; seed < 6; seed++) {
            assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(seed), 1, 32))))
                    .isGreaterThan(30);
        }
    }

    private static OnnxGraph branch(OnnxGraph outer, String name, float sign) {
        OnnxGraph branch = new OnnxGraph(name, outer.info());
        float[] values = Ort.normal(new Random(name.hashCode()), 32 * 16);
        for (int i = 0; i < values.length; i++) {
            values[i] *= sign;
        }
        branch.add("Constant", name + "_c", List.of(), List.of(name + "_w"))
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(values, 32, 16)));
        branch.add("MatMul", name + "_m", List.of("x", name + "_w"), List.of(name + "_y"));
        branch.outputs().add(OnnxValue.tensor(name + "_y", ElementType.FLOAT, 1, 16));
        return branch;
    }

    @Test
    void weightsThatAreFirstMovedAboutAreStoredInBytes() {
        GraphBuilder b = new GraphBuilder(13, 10).input("x", -1, 64).weight("w", 0.2, 80, 64);
        b.node("Transpose", "wt", "w");
        b.node("MatMul", "y", "x", "wt");
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps()).containsOnlyKeys("Transpose (weights)");
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 64))))
                .isGreaterThan(35);
    }

    @Test
    void smallAndKeptWeightsStay() {
        GraphBuilder b = new GraphBuilder(13, 11)
                .input("x", -1, 32)
                .weight("w", 0.2, 32, 4)
                .weight("v", 0.2, 4, 100);
        b.node("MatMul", "h", "x", "w");
        b.node("MatMul", "y", "h", "v");
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = dynamic(graph);
        assertThat(quantized.quantizedOps())
                .as("128 values are too few, and 4 too shallow to multiply as integers")
                .containsOnlyKeys("MatMul (weights)");
        GraphBuilder kept = new GraphBuilder(13, 12).input("x", -1, 32).weight("w", 0.2, 32, 64);
        kept.node("MatMul", "y", "x", "w");
        Quantized none = DynamicQuantizer.apply(
                kept.output("y", 2).graph(), QuantizeSettings.defaults().keepFloat(Set.of("y")));
        assertThat(count(none.graph(), "MatMulInteger")).isZero();
        assertThat(none.left()).anyMatch(node -> node.reason().contains("kept float"));
    }

    @Test
    void nothingToDoIsNoChange() {
        GraphBuilder b = new GraphBuilder(13, 13).input("x", -1, 3);
        b.node("Relu", "y", "x");
        Quantized quantized = dynamic(b.output("y", 2).graph());
        assertThat(quantized.changed()).isFalse();
        assertThat(quantized.left()).isEmpty();
    }

    @Test
    void theGraphGivenIsLeftAlone() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 14);
        byte[] before = OnnxWriter.toBytes(graph);
        dynamic(graph);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    private static Quantized dynamic(OnnxGraph graph) {
        return DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
    }

    private static long count(OnnxGraph graph, String op) {
        return graph.nodes().stream().map(OnnxNode::op).filter(op::equals).count();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed) {
        return Objects.requireNonNull(Ort.run(graph, feed).get("y"));
    }

    private static double sqnr(OnnxGraph graph, OnnxGraph quantized, Map<String, Tensor> feed) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(answer(graph, feed), answer(quantized, feed));
        return comparison.result().sqnrDb();
    }
}
