package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After correction every channel has the mean it had before its weights were rounded. */
class MeanErrorTest {
    private static List<Map<String, Tensor>> feeds(long... shape) {
        Random random = new Random(6);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            float[] values = Ort.tensor(random, shape).floats();
            for (int k = 0; k < values.length; k++) {
                values[k] = Math.abs(values[k]) + 0.5f;
            }
            feeds.add(Map.of("x", Tensor.of(values, shape)));
        }
        return feeds;
    }

    private static double[] means(OnnxGraph graph, List<Map<String, Tensor>> feeds, int channels) {
        double[] sums = new double[channels];
        long count = 0;
        for (Map<String, Tensor> feed : feeds) {
            Tensor y = Ort.run(graph, feed).get("y");
            float[] values = y.floats();
            int inner = (int) (y.elements() / y.shape()[0] / channels);
            for (int i = 0; i < values.length; i++) {
                sums[i / inner % channels] += values[i];
            }
            count += values.length / channels;
        }
        for (int c = 0; c < channels; c++) {
            sums[c] /= count;
        }
        return sums;
    }

    /** Means of each channel: of the float layer, of the rounded one, and of that with its bias corrected. */
    private record Means(double[] expected, double[] rounded, double[] corrected) {
        static Means of(OnnxGraph graph, List<Map<String, Tensor>> feeds, int channels) {
            OnnxTensor weight = graph.initializers().get("w");
            int axis = WeightedLayer.of(graph).get(0).axis();
            Map<String, ChannelWeights> levels = Map.of("w", ChannelWeights.of(weight, axis, 3));
            InputMoments moments = InputMoments.measure(Ort.runtime(), graph, feeds, false, 1, Progress.NONE);
            OnnxGraph corrected = BiasCorrection.apply(graph, moments, levels);
            assertThat(corrected.initializers().get("w").floats()).isEqualTo(weight.floats());
            OnnxGraph plain = graph.copy();
            for (OnnxGraph each : List.of(plain, corrected)) {
                each.initializers().put("w", levels.get("w").dequantized());
            }
            return new Means(
                    means(graph, feeds, channels), means(plain, feeds, channels), means(corrected, feeds, channels));
        }

        double lost() {
            double lost = 0;
            for (int c = 0; c < expected.length; c++) {
                lost = Math.max(lost, Math.abs(rounded[c] - expected[c]));
            }
            return lost;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "4, false"})
    void convolutionsWithBordersAndGroups(int groups, boolean biased) {
        GraphBuilder b = new GraphBuilder(13, groups).input("x", -1, 4, 6, 5);
        b.weight("w", 0.5, 8, 4 / groups, 3, 3).weight("c", 1, 8);
        b.node("Conv", "y", biased ? new String[] {"x", "w", "c"} : new String[] {"x", "w"})
                .attribute("group", groups)
                .attribute("pads", new long[] {1, 1, 0, 1})
                .attribute("strides", new long[] {1, 2});
        Means means = Means.of(b.output("y", 4).graph(), feeds(2, 4, 6, 5), 8);
        assertThat(means.corrected()).containsExactly(means.expected(), within(1e-4));
        assertThat(means.lost()).as("what rounding took").isGreaterThan(0.01);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void productsInEitherLayout(int transB) {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 7);
        b.weight("w", 0.5, transB == 1 ? new long[] {5, 7} : new long[] {7, 5}).weight("c", 1, 5);
        b.node("Gemm", "y", "x", "w", "c").attribute("transB", transB);
        Means means = Means.of(b.output("y", 2).graph(), feeds(16, 7), 5);
        assertThat(means.corrected()).containsExactly(means.expected(), within(1e-4));
        assertThat(means.lost()).as("what rounding took").isGreaterThan(0.01);
    }

    @Test
    void aBiasForEachRowOrForAllStays() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 3, 7);
        b.weight("w", 0.5, 7, 5).weight("rows", 1, 3, 1).weight("one", 1, 1).weight("w2", 0.5, 5, 5);
        b.node("Gemm", "m", "x", "w", "rows");
        b.node("Gemm", "y", "m", "w2", "one");
        OnnxGraph graph = b.output("y", 2).graph();
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, feeds(3, 7), false, 1, Progress.NONE);
        Map<String, ChannelWeights> levels = Map.of(
                "w", ChannelWeights.of(graph.initializers().get("w"), 1, 3),
                "w2", ChannelWeights.of(graph.initializers().get("w2"), 1, 3));
        OnnxGraph corrected = BiasCorrection.apply(graph, moments, levels);
        assertThat(corrected.producers().get("m").input(2)).isEqualTo("rows");
        assertThat(corrected.producers().get("y").input(2)).isEqualTo("one");
    }
}
