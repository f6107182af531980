package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StaticQuantizerTest {
    @Test
    void residualNetIsQuantizedAsAWhole() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        Quantized quantized = quantize(graph, Set.of(), 3, 8, 8);
        assertThat(quantized.quantizedOps())
                .containsEntry("Conv", 3)
                .containsEntry("Add", 1)
                .containsEntry("GlobalAveragePool", 1)
                .containsEntry("Gemm", 1)
                .containsEntry("Flatten", 1);
        assertThat(quantized.left()).isEmpty();
        assertThat(count(quantized, "Relu")).as("absorbed by ranges").isZero();
        assertThat(sqnr(graph, quantized, 3, 8, 8)).isGreaterThan(25);
    }

    @Test
    void engineOptimizationsDoNotChangeTheMeaning() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 6);
        Quantized quantized = quantize(graph, Set.of(), 3, 8, 8);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 4, 3, 8, 8));
        Tensor plain =
                Objects.requireNonNull(Ort.runPlain(quantized.graph(), feed).get("y"));
        Tensor fused = Objects.requireNonNull(Ort.run(quantized.graph(), feed).get("y"));
        double scale = Math.max(1, OnnxFloats.floats(OnnxTensor.ofFloats(plain.floats(), plain.elements()))[0]);
        assertThat(Ort.maxDifference(plain, fused)).isLessThan(0.15 * scale);
    }

    @Test
    void weightsAreSignedPerChannelAndBiasesFollowFromThem() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 7);
        Quantized quantized = quantize(graph, Set.of(), 3, 8, 8);
        OnnxNode conv = quantized.graph().nodes().stream()
                .filter(node -> node.op().equals("Conv"))
                .findFirst()
                .orElseThrow();
        Map<String, OnnxNode> producers = quantized.graph().producers();
        OnnxNode x = Objects.requireNonNull(producers.get(conv.input(0)));
        OnnxNode w = Objects.requireNonNull(producers.get(conv.input(1)));
        OnnxNode b = Objects.requireNonNull(producers.get(conv.input(2)));
        assertThat(List.of(x.op(), w.op(), b.op())).containsOnly("DequantizeLinear");
        assertThat(constant(quantized, w.input(0)).type()).isEqualTo(ElementType.INT8);
        assertThat(w.input(2)).as("signed levels around zero").isEmpty();
        assertThat(constant(quantized, b.input(0)).type()).isEqualTo(ElementType.INT32);
        assertThat(constant(quantized, x.input(2)).type()).isEqualTo(ElementType.UINT8);
        assertThat(w.intAttribute("axis", 9)).isZero();
        float inputScale = constant(quantized, x.input(1)).floats()[0];
        float[] weightScales = constant(quantized, w.input(1)).floats();
        OnnxNode product = Objects.requireNonNull(producers.get(b.input(1)));
        assertThat(product.op()).as("computed when the model is loaded").isEqualTo("Mul");
        assertThat(product.inputs()).containsExactlyInAnyOrder(x.input(1), w.input(1));
        float[] original = Objects.requireNonNull(graph.constant("c1_b")).floats();
        long[] levels = constant(quantized, b.input(0)).longs();
        for (int c = 0; c < 16; c++) {
            double scale = inputScale * weightScales[c];
            assertThat(levels[c] * scale).isCloseTo(original[c], within(0.51 * scale));
        }
    }

    @Test
    void hugeBiasesDoNotOverflow() {
        GraphBuilder b = new GraphBuilder(13, 8).input("x", -1, 2, 4, 4);
        b.conv("y", "x", 2, 3);
        b.weight("y_w", 1e-9, 3, 2, 3, 3).constant("y_b", OnnxTensor.ofFloats(new float[] {100, -100, 1}, 3));
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
        float[] answer = answer(quantized.graph(), 2, 4, 4).floats();
        assertThat(answer[0]).isCloseTo(100, within(1f));
        assertThat(answer[16]).isCloseTo(-100, within(1f));
    }

    @Test
    void perChannelScalesSaveChannelsOfDifferentMagnitude() {
        GraphBuilder b = new GraphBuilder(13, 9).input("x", -1, 4, 6, 6);
        float[] weights = Ort.normal(new Random(3), 4 * 9);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= (float) Math.pow(10, -(i / 9));
        }
        b.constant("w", OnnxTensor.ofFloats(weights, 4, 1, 3, 3));
        b.node("Conv", "c", "x", "w").attribute("group", 4);
        OnnxGraph graph = b.output("c", 4).graph();
        StaticQuantizer quantizer = new StaticQuantizer(graph, QuantizeSettings.defaults());
        Quantized quantized = quantizer.quantize(ranges(graph, quantizer.values(), 4, 6, 6));
        OnnxNode dq = quantized.graph().nodes().stream()
                .filter(node -> node.op().equals("DequantizeLinear")
                        && node.attributes().containsKey("axis"))
                .findFirst()
                .orElseThrow();
        float[] scales = constant(quantized, dq.input(1)).floats();
        assertThat(scales[0] / scales[3]).isGreaterThan(200);
    }

    @Test
    void clipBecomesTheRangeOfTheQuantizer() {
        GraphBuilder b = new GraphBuilder(13, 10).input("x", -1, 2, 4, 4);
        b.constant("zero", OnnxTensor.scalar(0f)).constant("six", OnnxTensor.scalar(6f));
        b.conv("c", "x", 2, 4);
        b.node("Clip", "r", "c", "zero", "six");
        b.conv("y", "r", 4, 4);
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
        assertThat(count(quantized, "Clip")).isZero();
        assertThat(sqnr(graph, quantized, 2, 4, 4)).isGreaterThan(25);
    }

    @Test
    void clampsAwayFromZeroStay() {
        GraphBuilder b = new GraphBuilder(13, 10).input("x", -1, 2, 4, 4);
        b.constant("low", OnnxTensor.scalar(0.5f)).constant("six", OnnxTensor.scalar(6f));
        b.conv("c", "x", 2, 4);
        b.node("Clip", "r", "c", "low", "six");
        b.conv("y", "r", 4, 4);
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
        assertThat(count(quantized, "Clip")).isEqualTo(1);
        assertThat(sqnr(graph, quantized, 2, 4, 4)).isGreaterThan(25);
    }

    @Test
    void reluThatIsNotTheOnlyReaderStays() {
        GraphBuilder b = new GraphBuilder(13, 11).input("x", -1, 2, 4, 4);
        b.conv("c", "x", 2, 4);
        b.node("Relu", "r", "c");
        b.conv("d", "r", 4, 4);
        b.node("Add", "y", "d", "c");
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
        assertThat(count(quantized, "Relu")).isEqualTo(1);
        assertThat(quantized.left()).anyMatch(node -> node.op().equals("Relu"));
        assertThat(sqnr(graph, quantized, 2, 4, 4)).isGreaterThan(20);
    }

    @ExactByteProducts
    @Test
    void movesRunOnBytes() {
        GraphBuilder b = new GraphBuilder(13, 12).input("x", -1, 2, 6, 6);
        b.longs("starts", 0, 0).longs("ends", 6, 6).longs("axes", 2, 3).longs("steps", 2, 2);
        b.longs("pads", 0, 1, 0, 0, 0, 1, 0, 0).constant("zero", OnnxTensor.scalar(0f));
        b.conv("c", "x", 2, 4);
        b.node("Slice", "s", "c", "starts", "ends", "axes", "steps");
        b.node("Pad", "p", "s", "pads", "zero");
        b.node("Transpose", "t", "p").attribute("perm", new long[] {0, 1, 3, 2});
        b.conv("y", "t", 6, 3);
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 6, 6);
        assertThat(quantized.quantizedOps()).containsKeys("Slice", "Pad", "Transpose");
        assertThat(count(quantized, "QuantizeLinear"))
                .as("input, two convolutions")
                .isEqualTo(3);
        assertThat(sqnr(graph, quantized, 2, 6, 6)).isGreaterThan(25);
    }

    @Test
    void concatSharesOneScaleUnlessThatUndoesAClamp() {
        for (boolean second : new boolean[] {true, false}) {
            GraphBuilder b = new GraphBuilder(13, 13).input("x", -1, 2, 6, 6);
            b.conv("c", "x", 2, 4);
            b.node("Relu", "r", "c");
            b.conv("d", "x", 2, 4);
            b.node("Relu", "q", "d");
            b.node("Concat", "cat", "r", second ? "q" : "d").attribute("axis", 1);
            b.conv("y", "cat", 8, 3);
            OnnxGraph graph = b.output("y", 4).graph();
            Quantized quantized = quantize(graph, Set.of(), 2, 6, 6);
            Map<String, OnnxNode> producers = quantized.graph().producers();
            OnnxNode left = Objects.requireNonNull(producers.get("r"));
            OnnxNode joined = Objects.requireNonNull(producers.get("cat"));
            assertThat(left.input(1).equals(joined.input(1))).isEqualTo(second);
            assertThat(sqnr(graph, quantized, 2, 6, 6)).isGreaterThan(25);
        }
    }

    @Test
    void poolsAndActivationsStayOnTheChain() {
        GraphBuilder b = new GraphBuilder(13, 14).input("x", -1, 2, 8, 8);
        b.conv("c", "x", 2, 4);
        b.node("MaxPool", "m", "c").attribute("kernel_shape", new long[] {2, 2}).attribute("strides", new long[] {2, 2
        });
        b.node("Sigmoid", "s", "m");
        b.node("Mul", "g", "s", "m");
        b.node("AveragePool", "a", "g").attribute("kernel_shape", new long[] {2, 2});
        b.node("LeakyRelu", "l", "a").attribute("alpha", 0.1f);
        b.conv("y", "l", 4, 3);
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 8, 8);
        assertThat(quantized.left()).isEmpty();
        assertThat(quantized.quantizedOps()).containsKeys("MaxPool", "Sigmoid", "Mul", "AveragePool", "LeakyRelu");
        assertThat(sqnr(graph, quantized, 2, 8, 8)).isGreaterThan(20);
    }

    @Test
    void gemmOfEitherLayoutAndMatMulFollowTheChain() {
        for (int transposed = 0; transposed < 2; transposed++) {
            GraphBuilder b = new GraphBuilder(13, 15).input("x", -1, 2, 4, 4);
            b.weight("w1", 0.3, transposed == 0 ? 64 : 20, transposed == 0 ? 20 : 64)
                    .weight("w2", 0.3, 20, 7);
            b.weight("bias", 0.5, 20);
            b.conv("c", "x", 2, 4);
            b.node("Relu", "r", "c");
            b.node("Flatten", "f", "r");
            b.node("Gemm", "g", "f", "w1", "bias").attribute("transB", transposed);
            b.node("Relu", "h", "g");
            b.node("MatMul", "y", "h", "w2");
            OnnxGraph graph = b.output("y", 2).graph();
            Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
            assertThat(quantized.quantizedOps()).containsKeys("Gemm", "MatMul");
            OnnxNode gemm = quantized.graph().nodes().stream()
                    .filter(node -> node.op().equals("Gemm"))
                    .findFirst()
                    .orElseThrow();
            OnnxNode weight =
                    Objects.requireNonNull(quantized.graph().producers().get(gemm.input(1)));
            assertThat(weight.intAttribute("axis", 9)).isEqualTo(1 - transposed);
            assertThat(constant(quantized, weight.input(1)).elements()).isEqualTo(20);
            assertThat(sqnr(graph, quantized, 2, 4, 4)).isGreaterThan(20);
        }
    }

    @Test
    void reasonsSayWhyNodesStayFloat() {
        GraphBuilder b = new GraphBuilder(13, 16).input("x", -1, 4, 4, 4).weight("w", 1, 4, 4, 2, 2);
        b.input("v", -1, 4).weight("m", 1, 4, 4);
        b.node("ConvTranspose", "t", "x", "w");
        b.node("Softmax", "s", "t");
        b.node("MatMul", "y", "v", "m");
        b.node("Shape", "shape", "x");
        OnnxGraph graph = b.output("s").output("y").output("shape").graph();
        StaticQuantizer quantizer = new StaticQuantizer(graph, QuantizeSettings.defaults());
        assertThat(quantizer.values()).isEmpty();
        assertThat(quantizer.left())
                .extracting(FloatNode::op)
                .as("shapes are not mentioned")
                .containsExactly("ConvTranspose", "Softmax", "MatMul");
        assertThat(quantizer.left().get(2).reason()).contains("dynamic quantization is faster");
        assertThat(quantizer.quantize(Map.of()).changed()).isFalse();
    }

    @Test
    void computedWeightsStayFloat() {
        GraphBuilder b = new GraphBuilder(13, 17).input("x", -1, 2, 4, 4).input("w", 3, 2, 3, 3);
        b.node("Conv", "y", "x", "w");
        StaticQuantizer quantizer = new StaticQuantizer(b.output("y", 4).graph(), QuantizeSettings.defaults());
        assertThat(quantizer.left()).singleElement().satisfies(node -> assertThat(node.reason())
                .contains("not a stored FLOAT constant"));
    }

    @Test
    void nodesKeptByTheRecipeStayFloatByOwnOrByClampedName() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 18);
        assertThat(quantize(graph, Set.of("c1"), 3, 8, 8).quantizedOps()).containsEntry("Conv", 2);
        Quantized byClamp = quantize(graph, Set.of("r1"), 3, 8, 8);
        assertThat(byClamp.quantizedOps()).containsEntry("Conv", 2);
        assertThat(byClamp.left()).anyMatch(node -> node.reason().contains("kept float"));
        assertThat(sqnr(graph, byClamp, 3, 8, 8)).isGreaterThan(25);
    }

    @Test
    void reducedRangeUsesSevenBits() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 19);
        StaticQuantizer quantizer = new StaticQuantizer(graph, new QuantizeSettings(true, Set.of()));
        Quantized quantized = quantizer.quantize(ranges(graph, quantizer.values(), 3, 8, 8));
        quantized.graph().initializers().forEach((name, tensor) -> {
            if (tensor.type() == ElementType.INT8) {
                for (int i = 0; i < tensor.elements(); i++) {
                    assertThat(Math.abs(tensor.data().get(i))).isLessThanOrEqualTo(63);
                }
            }
        });
        assertThat(sqnr(graph, quantized, 3, 8, 8)).isGreaterThan(20);
    }

    @Test
    void nodeNamedLikeAValueIsNoConflict() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 20);
        graph.nodes().forEach(node -> node.name(node.output(0)));
        assertThat(sqnr(graph, quantize(graph, Set.of(), 3, 8, 8), 3, 8, 8)).isGreaterThan(25);
    }

    @Test
    void inputReadAsFloatKeepsItsExactValueThere() {
        GraphBuilder b = new GraphBuilder(13, 21).input("x", -1, 2, 4, 4);
        b.conv("c", "x", 2, 2);
        b.node("Neg", "y", "x");
        OnnxGraph graph = b.output("y", 4).output("c", 4).graph();
        Quantized quantized = quantize(graph, Set.of(), 2, 4, 4);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 1, 2, 4, 4));
        assertThat(Ort.maxDifference(
                        Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                        Objects.requireNonNull(Ort.run(quantized.graph(), feed).get("y"))))
                .isZero();
    }

    @Test
    void theGraphGivenIsLeftAlone() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 22);
        byte[] before = io.edgeai.core.onnx.OnnxWriter.toBytes(graph);
        quantize(graph, Set.of(), 3, 8, 8);
        assertThat(io.edgeai.core.onnx.OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    @Test
    void probeAnswers() {
        boolean vnni = readable("/proc/cpuinfo").contains("vnni");
        boolean saturates = SaturationProbe.saturates(Ort.runtime());
        if (vnni) {
            assertThat(saturates).isFalse();
        }
        assertThat(SaturationProbe.saturates(Ort.runtime())).isEqualTo(saturates);
    }

    private static String readable(String file) {
        try {
            return java.nio.file.Files.readString(java.nio.file.Path.of(file));
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private static Quantized quantize(OnnxGraph graph, Set<String> keep, long... sample) {
        StaticQuantizer quantizer =
                new StaticQuantizer(graph, QuantizeSettings.defaults().keepFloat(keep));
        return quantizer.quantize(ranges(graph, quantizer.values(), sample));
    }

    private static Map<String, io.edgeai.optimize.calibration.ValueRange> ranges(
            OnnxGraph graph, Set<String> values, long... sample) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        Random random = new Random(77);
        for (int i = 0; i < 16; i++) {
            feeds.add(Map.of("x", Ort.tensor(random, batch(1, sample))));
        }
        return new Calibrator(Ort.runtime()).ranges(graph, feeds, values, CalibrationMethod.MIN_MAX, Progress.NONE);
    }

    private static long[] batch(long count, long... sample) {
        long[] shape = new long[sample.length + 1];
        shape[0] = count;
        System.arraycopy(sample, 0, shape, 1, sample.length);
        return shape;
    }

    private static Tensor answer(OnnxGraph graph, long... sample) {
        return Objects.requireNonNull(Ort.run(graph, Map.of("x", Ort.tensor(new Random(2), batch(4, sample))))
                .get("y"));
    }

    private static double sqnr(OnnxGraph graph, Quantized quantized, long... sample) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(answer(graph, sample), answer(quantized.graph(), sample));
        return comparison.result().sqnrDb();
    }

    private static long count(Quantized quantized, String op) {
        return quantized.graph().nodes().stream()
                .filter(node -> node.op().equals(op))
                .count();
    }

    private static OnnxTensor constant(Quantized quantized, String name) {
        return Objects.requireNonNull(quantized.graph().initializers().get(name), name);
    }
}
