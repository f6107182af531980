package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class QuantizeSettingsTest {
    private static final QuantizeSettings PLAIN = QuantizeSettings.defaults();

    @ExactByteProducts
    @TestFactory
    Stream<DynamicTest> everyCombinationRunsAndStaysClose() {
        List<QuantizeSettings> all = new ArrayList<>();
        for (ActivationType type : ActivationType.values()) {
            for (Residuals residuals : Residuals.values()) {
                for (int flags = 0; flags < 8; flags++) {
                    all.add(PLAIN.activationType(type)
                            .residuals(residuals)
                            .symmetric((flags & 1) != 0)
                            .perChannel((flags & 2) != 0)
                            .quantizeBias((flags & 4) != 0));
                }
            }
        }
        return all.stream()
                .map(settings -> DynamicTest.dynamicTest(settings.toString(), () -> {
                    OnnxGraph graph = GraphBuilder.residualNet(13, 5);
                    Quantized quantized = quantize(graph, settings);
                    assertThat(quantized.quantizedOps())
                            .containsEntry("Conv", 3)
                            .containsEntry("Add", 1);
                    assertThat(sqnr(graph, quantized)).isGreaterThan(22);
                }));
    }

    @Test
    void signedSymmetricKeepsClampsAndFloatBiasesAndHasNoZeroPoints() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        OnnxGraph written = quantize(graph, QuantizeSettings.signedSymmetric()).graph();
        assertThat(ops(written, "Relu")).as("no range stands for a clamp").hasSize(3);
        for (OnnxNode node : ops(written, "QuantizeLinear")) {
            OnnxTensor zero = Objects.requireNonNull(written.constant(node.input(2)));
            assertThat(zero.type()).isEqualTo(ElementType.INT8);
            assertThat(zero.data().get(0)).isZero();
        }
        for (OnnxNode conv : ops(written, "Conv")) {
            assertThat(written.constant(conv.input(2))).as("float bias").isNotNull();
        }
    }

    @Test
    void onlyTheSkippingInputOfAnAdditionIsRounded() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        OnnxGraph both = quantize(graph, PLAIN).graph();
        OnnxGraph skip = quantize(graph, PLAIN.residuals(Residuals.SKIP_INPUT)).graph();
        assertThat(makersOfAdd(both)).containsExactly("DequantizeLinear", "DequantizeLinear");
        assertThat(makersOfAdd(skip)).containsExactly("Conv", "DequantizeLinear");
    }

    @Test
    void ofTwoConvolutionsTheLaterHandsItsSumOver() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 3, 8, 8);
        b.conv("first", "x", 3, 8);
        b.conv("second", "x", 3, 8);
        b.node("Add", "y", "first", "second");
        OnnxGraph written = quantize(b.output("y", 4).graph(), PLAIN.residuals(Residuals.SKIP_INPUT))
                .graph();
        assertThat(makersOfAdd(written)).containsExactly("DequantizeLinear", "Conv");
        assertThat(ops(written, "Add").get(0).input(1)).isEqualTo("second");
    }

    @Test
    void oneScaleForTheWholeWeightIsAScalar() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        OnnxGraph written = quantize(graph, PLAIN.perChannel(false)).graph();
        for (OnnxNode conv : ops(written, "Conv")) {
            for (int input = 1; input < 3; input++) {
                OnnxNode dequantize = Objects.requireNonNull(written.producers().get(conv.input(input)));
                assertThat(Objects.requireNonNull(written.constant(dequantize.input(1)))
                                .rank())
                        .isZero();
            }
        }
    }

    @Test
    void fourBitsAreLevelsOfAtMostSeven() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        OnnxGraph written = quantize(graph, PLAIN.weightBits(4)).graph();
        OnnxNode conv = ops(written, "Conv").get(1);
        OnnxNode dequantize = Objects.requireNonNull(written.producers().get(conv.input(1)));
        OnnxTensor levels = Objects.requireNonNull(written.constant(dequantize.input(0)));
        int most = 0;
        for (int i = 0; i < levels.elements(); i++) {
            most = Math.max(most, Math.abs(levels.data().get(i)));
        }
        assertThat(most).isEqualTo(7);
        assertThat(PLAIN.weightBits(8).reduceRange(true).top()).isEqualTo(63);
        assertThat(PLAIN.weightBits(2).top()).isEqualTo(1);
    }

    @Test
    void levelsChosenElsewhereAreStoredAsTheyAre() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        byte[] levels = new byte[16 * 3 * 9];
        new Random(3).nextBytes(levels);
        float[] scales = new float[16];
        java.util.Arrays.fill(scales, 0.01f);
        ChannelWeights chosen = ChannelWeights.ofLevels(levels, scales, new long[] {16, 3, 3, 3}, 0);
        StaticQuantizer quantizer = new StaticQuantizer(graph, PLAIN).weights(Map.of("c1_w", chosen));
        OnnxGraph written = quantizer.quantize(ranges(graph, quantizer)).graph();
        OnnxNode conv = ops(written, "Conv").get(0);
        OnnxNode dequantize = Objects.requireNonNull(written.producers().get(conv.input(1)));
        OnnxTensor stored = Objects.requireNonNull(written.constant(dequantize.input(0)));
        byte[] bytes = new byte[levels.length];
        stored.data().get(bytes);
        assertThat(bytes).isEqualTo(levels);
        assertThat(chosen.dequantized().floats()[5]).isEqualTo(levels[5] * 0.01f);
    }

    @Test
    void parametersAroundZeroFollowTheirFormulas() {
        ValueRange range = new ValueRange(-2, 12.7f);
        QuantParams signed = QuantParams.symmetric(range, ActivationType.S8);
        assertThat(signed.scale()).isCloseTo(0.1f, within(1e-7f));
        assertThat(signed.zeroPoint()).isZero();
        assertThat(signed.quantize(-20)).isEqualTo(-128);
        assertThat(signed.quantize(12.7f)).isEqualTo(127);
        QuantParams unsigned = QuantParams.symmetric(range, ActivationType.U8);
        assertThat(unsigned.zeroPoint()).isEqualTo(128);
        assertThat(unsigned.quantize(12.7f)).isEqualTo(255);
        QuantParams shifted = QuantParams.asymmetric(new ValueRange(0, 25.5f), ActivationType.S8);
        assertThat(shifted.zeroPoint()).isEqualTo(-128);
        assertThat(shifted.dequantize(127)).isCloseTo(25.5f, within(1e-5f));
        assertThat(QuantParams.symmetric(new ValueRange(0, 0), ActivationType.S8)
                        .scale())
                .isEqualTo(1);
    }

    @Test
    void badWidthsAreRefusedWithTheValue() {
        assertThatThrownBy(() -> PLAIN.weightBits(9))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(9)");
        assertThatThrownBy(() -> PLAIN.weightBits(1)).isInstanceOf(InvalidInputException.class);
    }

    private static List<String> makersOfAdd(OnnxGraph written) {
        OnnxNode add = ops(written, "Add").get(0);
        return Stream.of(add.input(0), add.input(1))
                .map(value ->
                        Objects.requireNonNull(written.producers().get(value)).op())
                .toList();
    }

    private static List<OnnxNode> ops(OnnxGraph graph, String op) {
        return graph.nodes().stream().filter(node -> node.op().equals(op)).toList();
    }

    private static Quantized quantize(OnnxGraph graph, QuantizeSettings settings) {
        StaticQuantizer quantizer = new StaticQuantizer(graph, settings);
        return quantizer.quantize(ranges(graph, quantizer));
    }

    private static Map<String, ValueRange> ranges(OnnxGraph graph, StaticQuantizer quantizer) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            feeds.add(Map.of("x", Ort.tensor(new Random(100 + i), 1, 3, 8, 8)));
        }
        return new Calibrator(Ort.runtime())
                .ranges(graph, feeds, quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE);
    }

    private static double sqnr(OnnxGraph graph, Quantized quantized) {
        OutputComparison comparison = new OutputComparison("y");
        for (int i = 0; i < 4; i++) {
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(200 + i), 1, 3, 8, 8));
            comparison.add(
                    Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                    Objects.requireNonNull(Ort.run(quantized.graph(), feed).get("y")));
        }
        return comparison.result().sqnrDb();
    }
}
