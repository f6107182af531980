package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Naive;
import io.edgeai.optimize.testing.Ort;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of strange values and shared or wrapped weights, against doubles. */
class WeightShapesTest {
    @ExactByteProducts
    @ParameterizedTest
    @ValueSource(strings = {"zeros", "equal", "outlier", "denormal", "single", "negative", "tiny", "mixed"})
    void strangeWeightsOfDenseLayersStayWithinTheirSteps(String kind) {
        float[] weight = strange(kind, 32 * 12);
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 32).constant("w", OnnxTensor.ofFloats(weight, 32, 12));
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
        Tensor x = Ort.tensor(new Random(3), 5, 32);
        float[] got = answer(quantized.graph(), x);
        Naive.Answer exact = Naive.product(x.floats(), weight, new long[] {32, 12}, false, new float[0]);
        float low = 0;
        float high = 0;
        for (float v : x.floats()) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        double inputStep = (high - low) / 255.0;
        double[] largest = Naive.largest(weight, new long[] {32, 12}, 1);
        for (int i = 0; i < got.length; i++) {
            double step = largest[exact.channel(i)] / 127;
            double reached = 0;
            for (int k = 0; k < 32; k++) {
                reached += Math.abs((double) weight[k * 12 + exact.channel(i)]) + step;
            }
            assertThat(Math.abs(got[i] - exact.values()[i]))
                    .as("%s at %d", kind, i)
                    .isLessThanOrEqualTo(exact.reach()[i] * step * 0.5001
                            + reached * inputStep * 1.001
                            + 1e-5 * Math.abs(exact.values()[i])
                            + 1e-30);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zeros", "equal", "outlier", "denormal", "single", "negative", "tiny", "mixed"})
    void strangeWeightsAreWithinHalfAStepOrVanishInIt(String kind) {
        float[] weight = strange(kind, 6 * 5 * 3);
        for (int axis = 0; axis < 3; axis++) {
            long[] dims = {6, 5, 3};
            ChannelWeights quantized = ChannelWeights.of(OnnxTensor.ofFloats(weight, dims), axis, ChannelWeights.FULL);
            float[] scales = quantized.scales();
            double[] largest = Naive.largest(weight, dims, axis);
            int inner = axis == 0 ? 15 : axis == 1 ? 3 : 1;
            for (int c = 0; c < scales.length; c++) {
                boolean countable = largest[c] / 127 >= Float.MIN_NORMAL;
                assertThat(scales[c]).isFinite().isPositive();
                if (countable) {
                    assertThat((double) scales[c])
                            .as(kind)
                            .isCloseTo(largest[c] / 127, org.assertj.core.data.Percentage.withPercentage(1e-4));
                } else {
                    assertThat(scales[c]).as(kind).isEqualTo(1);
                }
            }
            for (int i = 0; i < weight.length; i++) {
                int c = i / inner % scales.length;
                int level = quantized.levelTensor().data().get(i);
                assertThat(Math.abs(level * (double) scales[c] - weight[i]))
                        .as("%s axis %d at %d", kind, axis, i)
                        .isLessThanOrEqualTo(scales[c] * 0.50001);
            }
        }
    }

    /** A matrix of one column or row, a kernel of one weight. */
    @Test
    void singleElementsKeepTheirValue() {
        ChannelWeights one = ChannelWeights.of(OnnxTensor.ofFloats(new float[] {-0.37f}, 1, 1, 1, 1), 0, 127);
        assertThat(one.levelTensor().data().get(0)).isEqualTo((byte) -127);
        assertThat(-127 * (double) one.scales()[0]).isCloseTo(-0.37f, org.assertj.core.data.Offset.offset(1e-7));
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 1, 2, 2);
        b.constant("w", OnnxTensor.ofFloats(new float[] {-0.37f}, 1, 1, 1, 1));
        b.node("Conv", "y", "x", "w");
        OnnxGraph graph = b.output("y", 4).graph();
        Quantized quantized = statically(graph, 1, 2, 2);
        Tensor x = Ort.tensor(new Random(1), 1, 1, 2, 2);
        float[] got = answer(quantized.graph(), x);
        for (int i = 0; i < 4; i++) {
            double value = x.floats()[i] * -0.37;
            assertThat(got[i]).isCloseTo((float) value, org.assertj.core.data.Offset.offset(0.03f));
        }
    }

    @ExactByteProducts
    @Test
    void aWeightReadByTwoLayersIsRightForBoth() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 4, 6, 6);
        b.weight("w", 0.3, 4, 4, 3, 3).weight("bias", 0.2, 4);
        b.node("Identity", "wrapped", "bias");
        b.node("Conv", "a", "x", "w", "bias").attribute("pads", new long[] {1, 1, 1, 1});
        b.node("Relu", "r", "a");
        b.node("Conv", "y", "r", "w", "wrapped").attribute("pads", new long[] {1, 1, 1, 1});
        OnnxGraph graph = GraphPasses.simplified(b.output("y", 4).graph(), Ort.runtime());
        Quantized quantized = statically(graph, 4, 6, 6);
        assertThat(quantized.quantizedOps()).containsEntry("Conv", 2);
        Map<String, OnnxNode> makers = quantized.graph().producers();
        float[][] biasScales = new float[2][];
        int at = 0;
        for (OnnxNode node : quantized.graph().nodes()) {
            if (node.op().equals("Conv")) {
                OnnxNode bias = Objects.requireNonNull(makers.get(node.input(2)));
                OnnxNode input = Objects.requireNonNull(makers.get(node.input(0)));
                OnnxNode weight = Objects.requireNonNull(makers.get(node.input(1)));
                float[] steps = constant(quantized, weight.input(1)).floats();
                float step = constant(quantized, input.input(1)).floats()[0];
                biasScales[at] = constant(quantized, bias.input(1)).floats();
                for (int c = 0; c < 4; c++) {
                    assertThat(biasScales[at][c]).isEqualTo(step * steps[c]);
                }
                at++;
            }
        }
        assertThat(biasScales[0]).as("each layer has its own bias steps").isNotEqualTo(biasScales[1]);
        closeAnswers(graph, quantized, 0.05, 4, 6, 6);
    }

    /** Files before IR version 4 list their weights among the inputs too. */
    @ExactByteProducts
    @Test
    void constantsDeclaredAsInputsAreQuantized() {
        GraphBuilder b = new GraphBuilder(9, 4)
                .input("x", -1, 4, 6, 6)
                .input("w", 4, 4, 1, 1)
                .input("bias", 4);
        b.weight("w", 0.4, 4, 4, 1, 1).weight("bias", 0.2, 4);
        b.node("Conv", "y", "x", "w", "bias");
        OnnxGraph graph = b.output("y", 4).graph();
        graph.info().irVersion(3);
        OnnxGraph base = io.edgeai.core.onnx.opset.OpsetUpgrade.raised(GraphPasses.simplified(graph, Ort.runtime()));
        Quantized quantized = statically(base, 4, 6, 6);
        assertThat(quantized.quantizedOps()).containsEntry("Conv", 1);
        assertThat(quantized.graph().inputs()).hasSize(1);
        closeAnswers(graph, quantized, 0.05, 4, 6, 6);
    }

    @Test
    void theAxisOfOutputChannelsIsThatOfEachOperator() {
        record Case(String op, long[] dims, String attribute, int axis) {}
        List<Case> cases = List.of(
                new Case("Conv", new long[] {24, 4, 2, 2}, "", 0),
                new Case("ConvTranspose", new long[] {4, 24, 2, 2}, "", 1),
                new Case("Gemm", new long[] {24, 16}, "transB", 0),
                new Case("Gemm", new long[] {16, 24}, "", 1));
        for (Case each : cases) {
            boolean spatial = each.dims().length == 4;
            GraphBuilder b = new GraphBuilder(13, 5);
            b = spatial ? b.input("x", -1, 4, 4, 4) : b.input("x", -1, 16);
            OnnxTensor weight = uneven(each.dims(), each.axis());
            b.constant("w", weight);
            OnnxNode node = b.node(each.op(), "y", "x", "w");
            if (!each.attribute().isEmpty()) {
                node.attribute(each.attribute(), 1);
            }
            if (each.op().equals("Gemm")) {
                node.attribute("alpha", 2f);
            }
            OnnxGraph graph = b.output("y", spatial ? 4 : 2).graph();
            Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
            OnnxNode product =
                    Objects.requireNonNull(quantized.graph().producers().get("w"));
            OnnxTensor scales = constant(quantized, product.input(1));
            assertThat(scales.dim(each.axis())).as(each.toString()).isEqualTo(24);
            double[] largest = Naive.largest(weight.floats(), each.dims(), each.axis());
            for (int c = 0; c < 24; c++) {
                assertThat((double) scales.floats()[c])
                        .isCloseTo(largest[c] / 127, org.assertj.core.data.Percentage.withPercentage(1e-3));
            }
        }
    }

    @Test
    void productsWithATransposedInputOrFactorsComputeInFloat() {
        for (String odd : List.of("transA", "alpha", "beta")) {
            GraphBuilder b = new GraphBuilder(13, 6)
                    .input("x", 16, 16)
                    .weight("w", 0.3, 16, 20)
                    .weight("c", 1, 20);
            OnnxNode gemm = b.node("Gemm", "y", "x", "w", "c");
            if (odd.equals("transA")) {
                gemm.attribute(odd, 1);
            } else {
                gemm.attribute(odd, 0.5f);
            }
            OnnxGraph graph = b.output("y", 2).graph();
            Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
            assertThat(quantized.quantizedOps()).as(odd).containsOnlyKeys("Gemm (weights)");
            Tensor x = Ort.tensor(new Random(3), 16, 16);
            float[] before = answer(graph, x);
            float[] after = answer(quantized.graph(), x);
            double step = Arrays.stream(Naive.largest(constant(graph, "w").floats(), new long[] {16, 20}, 1))
                            .max()
                            .orElseThrow()
                    / 127;
            double reach = 0;
            for (float v : x.floats()) {
                reach = Math.max(reach, Math.abs(v));
            }
            for (int i = 0; i < before.length; i++) {
                assertThat(Math.abs(before[i] - after[i])).isLessThan((float) (16 * reach * step / 2));
            }
        }
    }

    /** A bias of one value a row once was taken for one a column where the matrix is square. */
    @Test
    void aBiasOfOneValueARowIsNotOneAColumn() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", 4, 3, 1, 1).weight("k", 1, 8, 3, 1, 1);
        b.weight("w", 0.5, 8, 4);
        b.constant("c", OnnxTensor.ofFloats(new float[] {10, -20, 30, -40}, 4, 1));
        b.constant("m", OnnxTensor.ofFloats(new float[] {1, 2, 3, 4}, 4));
        b.node("Conv", "conv", "x", "k");
        b.node("Flatten", "flat", "conv");
        b.node("Gemm", "g", "flat", "w", "c");
        b.node("Mul", "y", "g", "m");
        OnnxGraph graph = b.output("y", 2).graph();
        Tensor x = Ort.tensor(new Random(2), 4, 3, 1, 1);
        float[] before = answer(graph, x);
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        float[] folded = answer(simplified, x);
        StaticQuantizer quantizer = new StaticQuantizer(simplified, QuantizeSettings.defaults());
        Quantized quantized = quantizer.quantize(new Calibrator(Ort.runtime())
                .ranges(
                        simplified,
                        List.of(Map.of("x", x)),
                        quantizer.values(),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE));
        float[] after = answer(quantized.graph(), x);
        for (int i = 0; i < before.length; i++) {
            assertThat(folded[i]).isCloseTo(before[i], org.assertj.core.data.Offset.offset(1e-3f));
            assertThat(after[i]).isCloseTo(before[i], org.assertj.core.data.Offset.offset(3f));
        }
    }

    @ExactByteProducts
    @Test
    void everyMoveLoadsAndMovesTheSameBytes() {
        for (String op : List.of("DepthToSpace", "SpaceToDepth", "Tile", "Expand", "Gather", "Squeeze", "Split")) {
            GraphBuilder b = new GraphBuilder(13, 8).input("x", -1, 4, 4, 4);
            b.conv("c", "x", 4, 4);
            b.longs("two", 1, 1, 2, 1).longs("shape", 1, 1, 1, 1).longs("ids", 3, 0, 3, 1);
            b.longs("ax", 1).longs("axis0", 4);
            int channels =
                    switch (op) {
                        case "DepthToSpace" -> 1;
                        case "SpaceToDepth" -> 16;
                        case "Split" -> 2;
                        default -> 4;
                    };
            switch (op) {
                case "DepthToSpace", "SpaceToDepth" -> b.node(op, "m", "c").attribute("blocksize", 2);
                case "Tile" -> b.node(op, "m", "c", "two");
                case "Expand" -> b.node(op, "m", "c", "shape");
                case "Gather" -> b.node(op, "m", "c", "ids").attribute("axis", 1);
                case "Squeeze" -> {
                    b.node("Unsqueeze", "u", "c", "axis0");
                    b.node(op, "m", "u", "axis0");
                }
                default ->
                    b.graph().add(op, "m", List.of("c"), List.of("m", "m2")).attribute("axis", 1);
            }
            b.conv("d", "m", channels, 4);
            if (op.equals("Split")) {
                b.conv("d2", "m2", channels, 4);
                b.node("Add", "y", "d", "d2");
            } else {
                b.node("Relu", "y", "d");
            }
            OnnxGraph graph = b.output("y", 4).graph();
            Quantized quantized = statically(graph, 4, 4, 4);
            assertThat(quantized.quantizedOps()).as(op).containsEntry(op, 1);
            closeAnswers(graph, quantized, 0.06, 4, 4, 4);
        }
    }

    private static void closeAnswers(OnnxGraph graph, Quantized quantized, double share, long... sample) {
        long[] shape = {3, sample[0], sample[1], sample[2]};
        Tensor x = Ort.tensor(new Random(70), shape);
        float[] before = answer(graph, x);
        float[] after = answer(quantized.graph(), x);
        double most = 0;
        for (float v : before) {
            most = Math.max(most, Math.abs(v));
        }
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.length; i++) {
            assertThat((double) Math.abs(before[i] - after[i])).isLessThan(share * most);
        }
    }

    private static Quantized statically(OnnxGraph graph, long... sample) {
        StaticQuantizer quantizer = new StaticQuantizer(graph, new QuantizeSettings(false, Set.of()));
        Tensor x = Ort.tensor(new Random(70), 3, sample[0], sample[1], sample[2]);
        return quantizer.quantize(new Calibrator(Ort.runtime())
                .ranges(graph, List.of(Map.of("x", x)), quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE));
    }

    /** Channel c is c+1 times as large. */
    private static OnnxTensor uneven(long[] dims, int axis) {
        int count = (int) Arrays.stream(dims).reduce(1, Math::multiplyExact);
        float[] values = Ort.normal(new Random(6), count);
        int inner = (int) Arrays.stream(dims).skip(axis + 1).reduce(1, Math::multiplyExact);
        for (int i = 0; i < count; i++) {
            values[i] *= 1 + i / inner % (int) dims[axis];
        }
        return OnnxTensor.ofFloats(values, dims);
    }

    private static float[] strange(String kind, int count) {
        float[] values = new float[count];
        Random random = new Random(kind.hashCode());
        for (int i = 0; i < count; i++) {
            float v = (float) random.nextGaussian();
            values[i] = switch (kind) {
                case "zeros" -> 0;
                case "equal" -> 0.7f;
                case "outlier" -> i == 17 ? 1e6f : v;
                case "denormal" -> v * 1e-41f;
                case "single" -> i == count / 2 ? 3 : 0;
                case "negative" -> -Math.abs(v);
                case "tiny" -> v * 1e-30f;
                default -> (i & 1) == 0 ? v * 1e-3f : i % 7 == 0 ? 0 : v * 100;
            };
        }
        return values;
    }

    private static float[] answer(OnnxGraph graph, Tensor x) {
        Tensor y = Objects.requireNonNull(Ort.run(graph, Map.of("x", x)).get("y"));
        assertThat(y.type()).isEqualTo(ElementType.FLOAT);
        return y.floats();
    }

    private static OnnxTensor constant(Quantized quantized, String name) {
        return constant(quantized.graph(), name);
    }

    private static OnnxTensor constant(OnnxGraph graph, String name) {
        return Objects.requireNonNull(graph.initializers().get(name), name);
    }
}
