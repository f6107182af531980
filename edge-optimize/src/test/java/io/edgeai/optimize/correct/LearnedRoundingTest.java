package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What learned levels do to a layer's output, measured on the output itself. */
class LearnedRoundingTest {
    private static final int DEPTH = 12;
    private static final int OUT = 5;

    /** Inputs of few directions, so that errors of different weights can cancel. */
    private static List<Map<String, Tensor>> feeds(long seed) {
        Random random = new Random(seed);
        float[] directions = Ort.normal(random, 3 * DEPTH);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            float[] x = new float[64 * DEPTH];
            for (int r = 0; r < 64; r++) {
                for (int k = 0; k < 3; k++) {
                    float amount = (float) random.nextGaussian();
                    for (int d = 0; d < DEPTH; d++) {
                        x[r * DEPTH + d] += amount * directions[k * DEPTH + d];
                    }
                }
            }
            feeds.add(Map.of("x", Tensor.of(x, 64, DEPTH)));
        }
        return feeds;
    }

    private static OnnxGraph product(long seed) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, DEPTH);
        b.weight("w", 0.5, DEPTH, OUT);
        b.node("MatMul", "y", "x", "w");
        return b.output("y", 2).graph();
    }

    private static ChannelWeights learned(OnnxGraph graph, List<Map<String, Tensor>> feeds, QuantizeSettings settings) {
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, feeds, true, 1, Progress.NONE);
        return LearnedRounding.of(graph, moments, settings, Progress.NONE).get("w");
    }

    private static double error(OnnxGraph graph, OnnxTensor weight, List<Map<String, Tensor>> feeds) {
        OnnxGraph rounded = graph.copy();
        rounded.initializers().put("w", weight);
        double sum = 0;
        for (Map<String, Tensor> feed : feeds) {
            float[] a = Ort.run(graph, feed).get("y").floats();
            float[] b = Ort.run(rounded, feed).get("y").floats();
            for (int i = 0; i < a.length; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOutputErrorIsFarBelowThatOfNearest(boolean perChannel) {
        for (long seed = 0; seed < 8; seed++) {
            OnnxGraph graph = product(seed);
            List<Map<String, Tensor>> feeds = feeds(seed);
            QuantizeSettings settings =
                    QuantizeSettings.defaults().weightBits(4).perChannel(perChannel);
            ChannelWeights levels = learned(graph, feeds, settings);
            OnnxTensor weight = graph.initializers().get("w");
            ChannelWeights nearest =
                    ChannelWeights.of(weight, perChannel ? 1 : ChannelWeights.PER_TENSOR, settings.top());
            assertThat(error(graph, levels.dequantized(), feeds))
                    .as("seed " + seed)
                    .isLessThan(0.6 * error(graph, nearest.dequantized(), feeds));
            assertThat(levels.scales()).hasSize(perChannel ? OUT : 1);
        }
    }

    @Test
    void levelsStayWithinTheirBitsAndNearTheirWeight() {
        for (int bits : new int[] {3, 4, 6}) {
            QuantizeSettings settings = QuantizeSettings.defaults().weightBits(bits);
            OnnxGraph graph = product(bits);
            ChannelWeights levels = learned(graph, feeds(bits), settings);
            int top = (1 << (bits - 1)) - 1;
            java.nio.ByteBuffer bytes = levels.levelTensor().data();
            while (bytes.hasRemaining()) {
                assertThat((int) bytes.get()).as(bits + " bits").isBetween(-top, top);
            }
            float[] w = graph.initializers().get("w").floats();
            for (int c = 0; c < OUT; c++) {
                double largest = 0;
                for (int d = 0; d < DEPTH; d++) {
                    largest = Math.max(largest, Math.abs(w[d * OUT + c]));
                }
                assertThat((double) levels.scales()[c])
                        .as("between 0.4 and 1 of the largest weight's")
                        .isBetween(0.4 * largest / top * 0.999, largest / top * 1.001);
            }
        }
    }

    /** Tied weights: one layer reads the matrix by rows, the other by columns; square ones look as if they fitted. */
    @ParameterizedTest
    @ValueSource(ints = {6, 4})
    void aWeightReadInTwoLayoutsIsLeftToTheQuantizer(int hidden) {
        GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 6);
        b.weight("w", 0.5, 6, hidden).weight("c", 0.5, 6);
        b.node("MatMul", "h", "x", "w");
        b.node("Gemm", "y", "h", "w", "c").attribute("transB", 1);
        OnnxGraph graph = b.output("y", 2).graph();
        List<Map<String, Tensor>> feeds = List.of(Map.of("x", Ort.tensor(new Random(3), 64, 6)));
        QuantizeSettings settings = QuantizeSettings.defaults();
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, feeds, true, 1, Progress.NONE);
        Map<String, ChannelWeights> levels = LearnedRounding.of(graph, moments, settings, Progress.NONE);
        assertThat(levels).isEmpty();
        StaticQuantizer quantizer = new StaticQuantizer(graph, settings).weights(levels);
        OnnxGraph quantized = quantizer
                .quantize(new Calibrator(Ort.runtime())
                        .ranges(graph, feeds, quantizer.values(), CalibrationMethod.MIN_MAX, Progress.NONE))
                .graph();
        Tensor expected = Ort.run(graph, feeds.get(0)).get("y");
        assertThat(Ort.maxDifference(Ort.run(quantized, feeds.get(0)).get("y"), expected))
                .isLessThan(0.2);
    }

    @Test
    void weightsOfZerosStayZeros() {
        OnnxGraph graph = product(1);
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[DEPTH * OUT], DEPTH, OUT));
        ChannelWeights levels = learned(graph, feeds(1), QuantizeSettings.defaults());
        assertThat(levels.dequantized().floats()).containsOnly(0);
        assertThat(levels.scales()).containsOnly(1);
    }
}
