package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Moments, rounding and the correction of biases on whole graphs. */
class RepairTest {
    private static final QuantizeSettings FOUR_BITS =
            QuantizeSettings.defaults().weightBits(4);

    @Test
    void momentsAreThoseOfAllRows() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3).weight("w", 1, 3, 2);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        List<Map<String, Tensor>> feeds = feeds(5, 4, 3);
        LayerMoments found = Objects.requireNonNull(moments(graph, feeds).of("y"));
        double[] mean = new double[3];
        double[] square = new double[9];
        for (Map<String, Tensor> feed : feeds) {
            float[] x = Objects.requireNonNull(feed.get("x")).floats();
            for (int row = 0; row < 4; row++) {
                for (int i = 0; i < 3; i++) {
                    mean[i] += x[row * 3 + i] / 20.0;
                    for (int j = 0; j < 3; j++) {
                        square[i * 3 + j] += x[row * 3 + i] * x[row * 3 + j] / 20.0;
                    }
                }
            }
        }
        assertThat(found.rows()).isEqualTo(20);
        for (int i = 0; i < 9; i++) {
            assertThat(found.mean(0)[i % 3]).isCloseTo(mean[i % 3], within(1e-6));
            assertThat(found.products(0)[i]).isCloseTo(square[i], within(1e-6));
            assertThat(found.covariance(0)[i]).isCloseTo(square[i] - mean[i / 3] * mean[i % 3], within(1e-6));
        }
    }

    @Test
    void learnedLevelsAndCorrectedBiasesLoseLessThanNearest() {
        for (int seed = 0; seed < 4; seed++) {
            OnnxGraph graph = GraphBuilder.residualNet(13, seed);
            for (boolean perChannel : new boolean[] {true, false}) {
                QuantizeSettings settings = FOUR_BITS.perChannel(perChannel);
                List<Map<String, Tensor>> feeds = feeds(24, 1, 3, 8, 8);
                InputMoments moments = moments(graph, feeds);
                Map<String, ChannelWeights> learned = LearnedRounding.of(graph, moments, settings, Progress.NONE);
                assertThat(learned.keySet()).isEqualTo(Set.of("c1_w", "c2_w", "c3_w", "fc_w"));
                double repaired = sqnr(graph, rounded(BiasCorrection.apply(graph, moments, learned), learned));
                double plain = sqnr(graph, rounded(graph, nearest(graph, settings)));
                assertThat(repaired).as("seed " + seed + ", " + settings).isGreaterThan(plain + 2);
            }
        }
    }

    @Test
    void theMeanOutputComesBackExactlyWhereEveryRowWasSeen() {
        GraphBuilder b =
                new GraphBuilder(13, 3).input("x", -1, 6).weight("w", 1, 6, 4).weight("c", 1, 4);
        b.node("Gemm", "y", "x", "w", "c");
        OnnxGraph graph = b.output("y", 2).graph();
        List<Map<String, Tensor>> feeds = feeds(8, 16, 6);
        Map<String, ChannelWeights> levels = nearest(graph, FOUR_BITS);
        OnnxGraph corrected = BiasCorrection.apply(graph, moments(graph, feeds), levels);
        double[] before = mean(graph, feeds);
        double[] after = mean(rounded(corrected, levels), feeds);
        double[] uncorrected = mean(rounded(graph, levels), feeds);
        double off = 0;
        for (int i = 0; i < 4; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-5));
            off = Math.max(off, Math.abs(uncorrected[i] - before[i]));
        }
        assertThat(off).as("there was something to correct").isGreaterThan(1e-3);
    }

    @Test
    void aLayerWithoutBiasGetsOneAndSharedBiasesAreNotTouched() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 3, 6, 6);
        b.weight("w1", 1, 4, 3, 3, 3)
                .weight("w2", 1, 3, 4, 3, 3)
                .weight("w3", 1, 4, 3, 3, 3)
                .weight("b", 1, 4);
        b.node("Conv", "c1", "x", "w1", "b");
        b.node("Conv", "c2", "c1", "w2");
        b.node("Conv", "y", "x", "w3", "b");
        OnnxGraph graph = b.output("c2", 4).output("y", 4).graph();
        Map<String, ChannelWeights> levels = nearest(graph, FOUR_BITS);
        levels.remove("w3");
        OnnxGraph corrected = BiasCorrection.apply(graph, moments(graph, feeds(4, 1, 3, 6, 6)), levels);
        assertThat(corrected.nodes().get(1).inputs()).hasSize(3);
        assertThat(corrected.nodes().get(2).input(2)).isEqualTo("b");
        assertThat(corrected.nodes().get(0).input(2)).isNotEqualTo("b");
        assertThat(graph.nodes().get(1).inputs()).as("the graph given stays").hasSize(2);
    }

    @Test
    void sharedWeightsGetOneSetOfLevelsAndKeptLayersNone() {
        GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 4, 6, 6).weight("w", 1, 4, 4, 3, 3);
        b.node("Conv", "a", "x", "w").attribute("pads", new long[] {1, 1, 1, 1});
        b.node("Conv", "y", "a", "w").attribute("pads", new long[] {1, 1, 1, 1});
        OnnxGraph graph = b.output("y", 4).graph();
        InputMoments moments = moments(graph, feeds(4, 1, 4, 6, 6));
        assertThat(LearnedRounding.of(graph, moments, FOUR_BITS, Progress.NONE)).containsOnlyKeys("w");
        assertThat(LearnedRounding.of(graph, moments, FOUR_BITS.keepFloat(Set.of("a", "y")), Progress.NONE))
                .isEmpty();
    }

    @Test
    void withoutCovarianceWeightsAreRoundedToNearestAtTheBestScale() {
        GraphBuilder b = new GraphBuilder(13, 6).input("x", -1, 32).weight("w", 1, 32, 3);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        InputMoments means = InputMoments.measure(Ort.runtime(), graph, feeds(2, 4, 32), false, 1, Progress.NONE);
        ChannelWeights levels = Objects.requireNonNull(
                LearnedRounding.of(graph, means, FOUR_BITS, Progress.NONE).get("w"));
        float[] weights = Objects.requireNonNull(graph.constant("w")).floats();
        float[] scales = levels.scales();
        float[] back = levels.dequantized().floats();
        float[] plain = ChannelWeights.of(Objects.requireNonNull(graph.constant("w")), 1, 7)
                .dequantized()
                .floats();
        double error = 0;
        double plainError = 0;
        for (int i = 0; i < weights.length; i++) {
            double level = Math.max(-7, Math.min(7, Math.rint(weights[i] / scales[i % 3])));
            assertThat(back[i]).isCloseTo((float) (level * scales[i % 3]), within(1e-6f));
            error += Math.pow(weights[i] - back[i], 2);
            plainError += Math.pow(weights[i] - plain[i], 2);
        }
        assertThat(error).isLessThanOrEqualTo(plainError);
    }

    @Test
    void noSamplesAndCancellationAreReported() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        assertThatThrownBy(() -> moments(graph, List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0)");
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        List<Map<String, Tensor>> feeds = feeds(2, 1, 3, 8, 8);
        assertThatThrownBy(() -> InputMoments.measure(Ort.runtime(), graph, feeds, true, 1, stop))
                .isInstanceOf(OperationCancelledException.class);
        InputMoments moments = moments(graph, feeds);
        assertThatThrownBy(() -> LearnedRounding.of(graph, moments, FOUR_BITS, stop))
                .isInstanceOf(OperationCancelledException.class);
    }

    private static InputMoments moments(OnnxGraph graph, List<Map<String, Tensor>> feeds) {
        return InputMoments.measure(Ort.runtime(), graph, feeds, true, 7, Progress.NONE);
    }

    private static Map<String, ChannelWeights> nearest(OnnxGraph graph, QuantizeSettings settings) {
        Map<String, ChannelWeights> levels = new HashMap<>();
        for (WeightedLayer layer : WeightedLayer.of(graph)) {
            int axis = settings.perChannel() ? layer.axis() : ChannelWeights.PER_TENSOR;
            levels.put(layer.weightName(), ChannelWeights.of(layer.weight(), axis, settings.top()));
        }
        return levels;
    }

    /** The float network with weights replaced by what their levels stand for. */
    private static OnnxGraph rounded(OnnxGraph graph, Map<String, ChannelWeights> levels) {
        OnnxGraph copy = graph.copy();
        levels.forEach((name, weights) -> copy.initializers().put(name, weights.dequantized()));
        return copy;
    }

    private static double sqnr(OnnxGraph graph, OnnxGraph other) {
        OutputComparison comparison = new OutputComparison("y");
        Map<String, Tensor> feed = feeds(1025, 1, 3, 8, 8).get(1024);
        comparison.add(
                Objects.requireNonNull(Ort.run(graph, feed).get("y")),
                Objects.requireNonNull(Ort.run(other, feed).get("y")));
        return comparison.result().sqnrDb();
    }

    private static double[] mean(OnnxGraph graph, List<Map<String, Tensor>> feeds) {
        double[] mean = new double[4];
        int count = 0;
        for (Map<String, Tensor> feed : feeds) {
            float[] y = Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats();
            for (int i = 0; i < y.length; i++) {
                mean[i % 4] += y[i];
            }
            count += y.length / 4;
        }
        for (int i = 0; i < 4; i++) {
            mean[i] /= count;
        }
        return mean;
    }

    private static List<Map<String, Tensor>> feeds(int count, long... shape) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Tensor tensor = Ort.tensor(new Random(1000 + i), shape);
            float[] shifted = tensor.floats();
            for (int j = 0; j < shifted.length; j++) {
                shifted[j] += 0.7f;
            }
            feeds.add(Map.of("x", Tensor.of(shifted, shape)));
        }
        return feeds;
    }
}
