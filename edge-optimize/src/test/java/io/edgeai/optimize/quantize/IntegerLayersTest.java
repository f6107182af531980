package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Recurrent layers, fused attention, and products that have no integer form. */
class IntegerLayersTest {
    @ExactByteProducts
    @Test
    void lstmOfEveryFormAgreesWithItsFloats() {
        for (String direction : new String[] {"forward", "reverse", "bidirectional"}) {
            for (boolean lengths : new boolean[] {false, true}) {
                OnnxGraph graph = lstm(direction, lengths);
                Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
                assertThat(quantized.quantizedOps()).containsEntry("LSTM", 1);
                assertThat(count(quantized.graph(), "DynamicQuantizeLSTM")).isEqualTo(1);
                Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(3), 6, 2, 20));
                for (String output : List.of("y", "yh", "yc")) {
                    assertThat(sqnr(graph, quantized.graph(), feed, output))
                            .as("%s of %s, lengths %s", output, direction, lengths)
                            .isGreaterThan(28);
                }
            }
        }
    }

    @Test
    void storedLstmComputesInFloat() {
        OnnxGraph graph = lstm("forward", false);
        Quantized stored = DynamicQuantizer.apply(graph, QuantizeSettings.defaults(), RecurrentLayers.STORED);
        assertThat(stored.quantizedOps()).containsOnlyKeys("LSTM (weights)");
        assertThat(stored.left()).singleElement().satisfies(node -> assertThat(node.reason())
                .contains("stored"));
        assertThat(count(stored.graph(), "LSTM")).isEqualTo(1);
    }

    private static OnnxGraph lstm(String direction, boolean lengths) {
        int directions = direction.equals("bidirectional") ? 2 : 1;
        GraphBuilder b = new GraphBuilder(14, 8).input("x", -1, 2, 20);
        b.weight("w", 0.3, directions, 48, 20)
                .weight("r", 0.3, directions, 48, 12)
                .weight("b", 0.1, directions, 96);
        b.weight("h0", 0.5, directions, 2, 12).weight("c0", 0.5, directions, 2, 12);
        b.constant("len", OnnxTensor.ofInts(new int[] {6, 4}, 2));
        b.graph()
                .add(
                        "LSTM",
                        "lstm",
                        List.of("x", "w", "r", "b", lengths ? "len" : "", "h0", "c0"),
                        List.of("y", "yh", "yc"))
                .attribute("hidden_size", 12)
                .attribute("direction", direction);
        return b.output("y").output("yh").output("yc").graph();
    }

    /** The projection by the ONNX definition of both steps in doubles; scores and softmax by hand as well. */
    @ExactByteProducts
    @Test
    void attentionAgreesWithItsDefinition() {
        for (boolean masked : new boolean[] {false, true}) {
            OnnxGraph graph = attention(masked);
            Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
            assertThat(quantized.quantizedOps()).containsOnlyKeys("Attention");
            assertThat(count(quantized.graph(), "QAttention")).isEqualTo(1);
            Tensor x = Ort.tensor(new Random(5), 2, 7, 32);
            Map<String, Tensor> feed = new HashMap<>(Map.of("x", x));
            if (masked) {
                feed.put("mask", Tensor.of(new int[] {1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1}, 2, 7));
            }
            double[] exact = byHand(graph, x.floats(), masked ? feed.get("mask").ints() : null);
            float[] fp32 = answer(graph, feed, "y").floats();
            float[] int8 = answer(quantized.graph(), feed, "y").floats();
            for (int i = 0; i < exact.length; i++) {
                assertThat(Math.abs(fp32[i] - exact[i])).isLessThan(1e-4);
                assertThat(Math.abs(int8[i] - exact[i])).isLessThan(0.05);
            }
            assertThat(sqnr(graph, quantized.graph(), feed, "y")).isGreaterThan(30);
        }
    }

    private static double[] byHand(OnnxGraph graph, float[] x, int[] mask) {
        float[] w = graph.initializers().get("w").floats();
        float[] bias = graph.initializers().get("b").floats();
        double[][] qkv = new double[14][96];
        for (int r = 0; r < 14; r++) {
            for (int n = 0; n < 96; n++) {
                qkv[r][n] = bias[n];
                for (int k = 0; k < 32; k++) {
                    qkv[r][n] += (double) x[r * 32 + k] * w[k * 96 + n];
                }
            }
        }
        double[] result = new double[14 * 32];
        for (int r = 0; r < 14; r++) {
            for (int head = 0; head < 4; head++) {
                double[] scores = new double[7];
                double most = Double.NEGATIVE_INFINITY;
                for (int t = 0; t < 7; t++) {
                    for (int i = 0; i < 8; i++) {
                        scores[t] += qkv[r][head * 8 + i] * qkv[r / 7 * 7 + t][32 + head * 8 + i] / Math.sqrt(8);
                    }
                    scores[t] += mask != null && mask[r / 7 * 7 + t] == 0 ? -10000 : 0;
                    most = Math.max(most, scores[t]);
                }
                double sum = 0;
                for (int t = 0; t < 7; t++) {
                    scores[t] = Math.exp(scores[t] - most);
                    sum += scores[t];
                }
                for (int t = 0; t < 7; t++) {
                    for (int i = 0; i < 8; i++) {
                        result[r * 32 + head * 8 + i] += scores[t] / sum * qkv[r / 7 * 7 + t][64 + head * 8 + i];
                    }
                }
            }
        }
        return result;
    }

    private static OnnxGraph attention(boolean masked) {
        GraphBuilder b = new GraphBuilder(13, 9)
                .input("x", -1, 7, 32)
                .weight("w", 0.2, 32, 96)
                .weight("b", 0.2, 96);
        b.graph().info().opsets().put("com.microsoft", 1L);
        if (masked) {
            b.graph().inputs().add(OnnxValue.tensor("mask", ElementType.INT32, -1, 7));
        }
        b.graph()
                .add("Attention", "att", masked ? List.of("x", "w", "b", "mask") : List.of("x", "w", "b"), List.of("y"))
                .domain("com.microsoft")
                .attribute("num_heads", 4)
                .attribute("mask_filter_value", -10000f);
        return b.output("y", 3).graph();
    }

    @Test
    void attentionWithMoreThanItsIntegerFormStoresBytes() {
        OnnxGraph graph = attention(false);
        graph.nodes().get(0).attribute("scale", 0.5f);
        Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
        assertThat(quantized.quantizedOps()).containsOnlyKeys("Attention (weights)");
        assertThat(quantized.left()).singleElement().satisfies(node -> assertThat(node.reason())
                .contains("(scale)"));
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(5), 2, 7, 32));
        assertThat(sqnr(graph, quantized.graph(), feed, "y")).isGreaterThan(30);
    }

    @Test
    void everyProductLeftFloatSaysWhy() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", 2, 8, 64);
        b.weight("three", 0.2, 2, 64, 64).weight("left", 0.2, 8, 32, 8).weight("narrow", 0.2, 64, 3);
        b.constant("none", OnnxTensor.ofFloats(new float[0], 64, 0)).weight("one", 0.2, 2, 64, 64);
        b.node("MatMul", "a", "x", "three");
        b.node("Transpose", "at", "a").attribute("perm", new long[] {0, 2, 1});
        b.node("MatMul", "scores", "a", "at");
        b.node("MatMul", "y", "a", "narrow");
        b.node("MatMul", "empty", "a", "none");
        b.weight("front", 0.2, 40, 8);
        b.node("MatMul", "z", "front", "a");
        OnnxGraph graph = b.output("y", 3)
                .output("empty", 3)
                .output("scores", 3)
                .output("z", 3)
                .graph();
        Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
        Map<String, String> reasons = new HashMap<>();
        quantized.left().forEach(node -> reasons.put(node.node(), node.reason()));
        assertThat(reasons.get("a")).contains("FLOAT[2, 64, 64]");
        assertThat(reasons.get("scores")).contains("both its factors");
        assertThat(reasons.get("y")).contains("small or shallow");
        assertThat(reasons.get("empty")).contains("small or shallow");
        assertThat(reasons.get("z")).contains("left factor");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 8, 64));
        assertThat(sqnr(graph, quantized.graph(), feed, "y")).isGreaterThan(30);
        assertThat(sqnr(graph, quantized.graph(), feed, "z")).isGreaterThan(30);
    }

    @ExactByteProducts
    @Test
    void oneMatrixReadInBothDirectionsIsRight() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 32).weight("w", 0.2, 32, 32);
        b.node("MatMul", "a", "x", "w");
        b.node("Gemm", "y", "a", "w").attribute("transB", 1);
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = DynamicQuantizer.apply(graph, QuantizeSettings.defaults());
        assertThat(count(quantized.graph(), "MatMulInteger")).isEqualTo(2);
        assertThat(sqnr(graph, quantized.graph(), Map.of("x", Ort.tensor(new Random(1), 4, 32)), "y"))
                .isGreaterThan(28);
    }

    private static long count(OnnxGraph graph, String op) {
        return graph.nodes().stream().map(OnnxNode::op).filter(op::equals).count();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed, String output) {
        return Objects.requireNonNull(Ort.run(graph, feed).get(output));
    }

    private static double sqnr(OnnxGraph graph, OnnxGraph quantized, Map<String, Tensor> feed, String output) {
        OutputComparison comparison = new OutputComparison(output);
        comparison.add(answer(graph, feed, output), answer(quantized, feed, output));
        return comparison.result().sqnrDb();
    }
}
