package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfWeightsTest {
    @Test
    void doublesAreStoredInThirtyTwoBitsAndComputedInSixtyFour() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", ElementType.DOUBLE, -1, 8);
        ByteBuffer values = ByteBuffer.allocate(8 * 64).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(5);
        double[] weights = random.doubles(64, -1, 1).toArray();
        Arrays.stream(weights).forEach(values::putDouble);
        b.constant("w", OnnxTensor.ofRaw(ElementType.DOUBLE, values.flip(), 8, 8));
        b.node("MatMul", "y", "x", "w");
        Quantized half = HalfWeights.apply(b.output("y").graph());
        double[] row = random.doubles(8).toArray();

        Tensor answer = Objects.requireNonNull(
                Ort.run(half.graph(), Map.of("x", Tensor.of(row, 1, 8))).get("y"));

        for (int column = 0; column < 8; column++) {
            double sum = 0;
            for (int i = 0; i < 8; i++) {
                sum += row[i] * (float) weights[8 * i + column];
            }
            assertThat(answer.doubles()[column]).isCloseTo(sum, within(1e-15));
        }
        assertThat(half.graph().initializers().values())
                .extracting(OnnxTensor::type)
                .containsExactly(ElementType.FLOAT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-39, -1e39, Double.MIN_VALUE})
    void doublesThatWouldVanishOrOverflowStay(double extreme) {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", ElementType.DOUBLE, -1, 32);
        ByteBuffer values = ByteBuffer.allocate(8 * 32).order(ByteOrder.LITTLE_ENDIAN);
        b.constant("w", OnnxTensor.ofRaw(ElementType.DOUBLE, values.putDouble(8, extreme), 32));
        b.node("Mul", "y", "x", "w");

        Quantized half = HalfWeights.apply(b.output("y").graph());

        assertThat(half.changed()).isFalse();
        assertThat(half.left()).singleElement().satisfies(node -> assertThat(node.reason())
                .contains("beyond the range"));
    }

    /** Every binary16 value reads back as itself: the decoder is another implementation. */
    @Test
    void everyHalfSurvives() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = OnnxFloats.half((short) bits);
            if (Float.isFinite(value)) {
                assertThat(HalfWeights.half(value)).as("%04x", bits).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void roundsToTheNearestHalf() {
        Random random = new Random(31);
        for (int round = 0; round < 20_000; round++) {
            float value = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 5));
            if (Math.abs(value) > 65_000) {
                continue;
            }
            short bits = HalfWeights.half(value);
            float ours = OnnxFloats.half(bits);
            float below = OnnxFloats.half((short) (bits - 1));
            float above = OnnxFloats.half((short) (bits + 1));
            double error = Math.abs((double) ours - value);
            assertThat(error).as("%s, round %d of seed 31", value, round).isLessThanOrEqualTo(distance(below, value));
            assertThat(error).as("%s, round %d of seed 31", value, round).isLessThanOrEqualTo(distance(above, value));
        }
    }

    private static double distance(float neighbour, float value) {
        return Float.isFinite(neighbour) ? Math.abs((double) neighbour - value) : Double.POSITIVE_INFINITY;
    }

    @Test
    void tiesGoToTheEvenNeighbour() {
        assertThat(OnnxFloats.half(HalfWeights.half(2049))).isEqualTo(2048);
        assertThat(OnnxFloats.half(HalfWeights.half(2051))).isEqualTo(2052);
        assertThat(HalfWeights.half(-0f)).isEqualTo((short) 0x8000);
        assertThat(OnnxFloats.half(HalfWeights.half(65504))).isEqualTo(65504);
    }

    @Test
    void halvesTheFileAndHardlyChangesTheAnswer() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 128).weight("w", 0.1, 128, 256);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Quantized half = HalfWeights.apply(graph);
        assertThat(half.changed()).isTrue();
        assertThat(half.quantizedOps()).containsEntry("Constant", 1);
        double ratio = (double) OnnxWriter.toBytes(half.graph()).length / OnnxWriter.toBytes(graph).length;
        assertThat(ratio).isBetween(0.49, 0.51);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 2, 128));
        Tensor before = Objects.requireNonNull(Ort.run(graph, feed).get("y"));
        Tensor after = Objects.requireNonNull(Ort.run(half.graph(), feed).get("y"));
        assertThat(Ort.maxDifference(before, after)).isBetween(1e-9, 1e-2);
        assertThat(graph.initializers()).containsOnlyKeys("w");
    }

    /** Files before IR version 4 list initializers among the inputs, where the Cast's output must not be. */
    @Test
    void initializersThatAreAlsoInputs() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 128).weight("w", 0.1, 128, 256);
        b.input("w", 128, 256);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        graph.info().irVersion(3);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 2, 128));
        assertThat(Ort.maxDifference(
                        Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                        Objects.requireNonNull(
                                Ort.run(HalfWeights.apply(graph).graph(), feed).get("y"))))
                .isLessThan(1e-2);
    }

    @Test
    void largeValuesAndSmallConstantsStay() {
        float[] large = new float[100];
        large[7] = 70_000;
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 100).constant("w", OnnxTensor.ofFloats(large, 100));
        b.weight("small", 1, 1);
        b.node("Add", "a", "x", "w");
        b.node("Add", "y", "a", "small");
        Quantized half = HalfWeights.apply(b.output("y").graph());
        assertThat(half.changed()).isFalse();
        assertThat(half.left()).singleElement().satisfies(node -> {
            assertThat(node.node()).isEqualTo("w");
            assertThat(node.reason()).contains("70000").contains("65504");
        });
    }

    @Test
    void constantNodesCount() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 100);
        OnnxTensor values = OnnxTensor.ofFloats(Ort.normal(new Random(1), 100), 100);
        b.node("Constant", "w").attribute("value", new OnnxAttribute.OfTensor(values));
        b.node("Add", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Quantized half = HalfWeights.apply(graph);
        assertThat(half.graph().initializers().get("h0").type()).isEqualTo(ElementType.FLOAT16);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 2, 100));
        assertThat(Ort.maxDifference(
                        Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                        Objects.requireNonNull(Ort.run(half.graph(), feed).get("y"))))
                .isLessThan(2e-3);
    }

    @Test
    void brainFloatsAreTheNearest() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            float value = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 30));
            if (!Float.isFinite(value) || Math.abs(value) < Float.MIN_NORMAL) {
                continue;
            }
            short bits = HalfWeights.brain(value);
            double error = Math.abs((double) wide(bits) - value);
            assertThat(error).as("%s", value).isLessThanOrEqualTo(distance(wide((short) (bits - 1)), value));
            assertThat(error).as("%s", value).isLessThanOrEqualTo(distance(wide((short) (bits + 1)), value));
        }
        assertThat(wide(HalfWeights.brain(1 + 0x1p-8f))).as("a tie").isEqualTo(1);
        assertThat(wide(HalfWeights.brain(1 + 3 * 0x1p-8f))).as("a tie").isEqualTo(1 + 4 * 0x1p-8f);
        assertThat(wide(HalfWeights.brain(Float.MAX_VALUE))).isFinite().isGreaterThan(3.3e38f);
        assertThat(HalfWeights.brain(-0f)).isEqualTo((short) 0x8000);
    }

    private static float wide(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    @Test
    void brainFloatsTakeWhatHalvesCannotHold() {
        float[] large = Ort.normal(new Random(1), 128);
        large[7] = 70_000;
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 128).constant("w", OnnxTensor.ofFloats(large, 128));
        b.node("Mul", "y", "x", "w");
        OnnxGraph graph = b.output("y").graph();
        Quantized brain = HalfWeights.apply(graph, HalfFormat.BFLOAT16);
        assertThat(brain.graph().initializers().get("h0").type()).isEqualTo(ElementType.BFLOAT16);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(2), 2, 128));
        float[] before = Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats();
        float[] after =
                Objects.requireNonNull(Ort.run(brain.graph(), feed).get("y")).floats();
        for (int i = 0; i < before.length; i++) {
            assertThat(Math.abs(after[i] - before[i])).isLessThanOrEqualTo(Math.abs(before[i]) / 255);
        }
    }

    /** What a constant input sees of a kernel is right to half a step of its last weights, not to a sum of errors. */
    @Test
    void sumsOverKernelsStayExact() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 32, 5, 5);
        b.conv("y", "x", 32, 16);
        OnnxGraph graph = b.output("y").graph();
        Quantized half = HalfWeights.apply(graph);
        float[] exact = graph.initializers().get("y_w").floats();
        double[] kept = OnnxFloats.doubles(half.graph()
                .initializers()
                .get(half.graph().producers().get("y_w").input(0)));
        double plain = 0;
        for (int c = 0; c < 16; c++) {
            double sum = 0;
            double rounded = 0;
            for (int i = c * 288; i < (c + 1) * 288; i++) {
                sum += exact[i] - kept[i];
                rounded += exact[i] - OnnxFloats.half(HalfWeights.half(exact[i]));
                assertThat(Math.abs(exact[i] - kept[i])).isLessThan(2e-4);
            }
            plain = Math.max(plain, Math.abs(rounded));
            assertThat(Math.abs(sum)).isLessThan(1.3e-4);
        }
        assertThat(plain).as("rounding alone").isGreaterThan(1.3e-4);
    }

    @Test
    void brainFloatsNeedAnOperatorSetThatCastsThem() {
        OnnxGraph old = GraphBuilder.residualNet(12, 1);
        assertThatThrownBy(() -> HalfWeights.apply(old, HalfFormat.BFLOAT16))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(12)");
    }
}
