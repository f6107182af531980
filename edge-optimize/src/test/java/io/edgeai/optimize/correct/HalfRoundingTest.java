package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HalfRoundingTest {
    /** Inputs as after a Relu: positive, and correlated through a common part. */
    private static List<Map<String, Tensor>> samples(long seed, int count, int depth) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int s = 0; s < count; s++) {
            float[] x = new float[depth];
            double common = Math.abs(random.nextGaussian());
            for (int i = 0; i < depth; i++) {
                x[i] = (float) (common + 0.3 * Math.abs(random.nextGaussian()));
            }
            samples.add(Map.of("x", Tensor.of(x, 1, depth)));
        }
        return samples;
    }

    private static OnnxGraph layer(long seed, int depth, int outputs, boolean bias) {
        GraphBuilder b = new GraphBuilder(17, seed).input("x", 1, depth).weight("w", 0.7, outputs, depth);
        if (bias) {
            b.weight("b", 0.7, outputs);
            b.node("Gemm", "y", "x", "w", "b").attribute("transB", 1);
        } else {
            b.node("Gemm", "y", "x", "w").attribute("transB", 1);
        }
        return b.output("y").graph();
    }

    private static OnnxGraph rounded(OnnxGraph graph, List<Map<String, Tensor>> samples) {
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, samples, true, 1, Progress.NONE);
        return HalfRounding.apply(graph, moments, Progress.NONE);
    }

    private static float nearest(float value) {
        return OnnxFloats.half(HalfWeights.half(value));
    }

    private static OnnxGraph toNearest(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        copy.initializers().replaceAll((name, tensor) -> {
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] = nearest(values[i]);
            }
            return OnnxTensor.ofFloats(values, tensor.dims());
        });
        return copy;
    }

    /** Mean squared error of a Gemm's outputs against another's, in doubles. */
    private static double error(OnnxGraph one, OnnxGraph two, List<Map<String, Tensor>> samples) {
        WeightedLayer a = WeightedLayer.of(one).get(0);
        WeightedLayer b = WeightedLayer.of(two).get(0);
        float[] wa = a.weight().floats();
        float[] wb = b.weight().floats();
        float[] ba = Objects.requireNonNull(a.bias(one));
        float[] bb = Objects.requireNonNull(b.bias(two));
        double sum = 0;
        for (Map<String, Tensor> sample : samples) {
            float[] x = Objects.requireNonNull(sample.get("x")).floats();
            for (int m = 0; m < a.outputs(); m++) {
                double difference = (double) ba[m] - bb[m];
                for (int d = 0; d < x.length; d++) {
                    difference += ((double) wa[m * x.length + d] - wb[m * x.length + d]) * x[d];
                }
                sum += difference * difference;
            }
        }
        return sum / samples.size() / a.outputs();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLayersOutputErrsLessThanWithNearestValues(boolean bias) {
        for (long seed = 0; seed < 5; seed++) {
            OnnxGraph graph = layer(seed, 48, 24, bias);
            OnnxGraph rounded = rounded(graph, samples(seed, 300, 48));
            List<Map<String, Tensor>> unseen = samples(seed + 100, 300, 48);
            assertThat(error(graph, rounded, unseen))
                    .as("seed %s", seed)
                    .isLessThan(0.25 * error(graph, toNearest(graph), unseen));
        }
    }

    /** Of all ways to round three weights up or down, each with its best bias, what was chosen is not far from the best. */
    @Test
    void nearTheBestOfAllWays() {
        double chosen = 0;
        double best = 0;
        for (long seed = 0; seed < 20; seed++) {
            OnnxGraph graph = layer(seed, 3, 1, true);
            List<Map<String, Tensor>> samples = samples(seed, 200, 3);
            chosen += error(graph, rounded(graph, samples), samples);
            double least = Double.POSITIVE_INFINITY;
            for (int way = 0; way < 8; way++) {
                OnnxGraph other = graph.copy();
                float[] w = other.initializers().get("w").floats();
                float[] b = other.initializers().get("b").floats();
                for (int i = 0; i < 3; i++) {
                    w[i] = neighbour(w[i], (way >> i & 1) == 1);
                }
                other.initializers().put("w", OnnxTensor.ofFloats(w, 1, 3));
                b[0] -= (float) meanChange(graph, other, 0, samples);
                other.initializers().put("b", OnnxTensor.ofFloats(b, 1));
                least = Math.min(least, error(graph, other, samples));
            }
            best += least;
        }
        assertThat(chosen).isLessThan(4 * best);
    }

    /** By how much one output of a Gemm is larger than another's on average, biases aside. */
    private static double meanChange(OnnxGraph one, OnnxGraph two, int output, List<Map<String, Tensor>> samples) {
        float[] a = WeightedLayer.of(one).get(0).weight().floats();
        float[] b = WeightedLayer.of(two).get(0).weight().floats();
        double sum = 0;
        for (Map<String, Tensor> sample : samples) {
            float[] x = Objects.requireNonNull(sample.get("x")).floats();
            for (int d = 0; d < x.length; d++) {
                sum += ((double) b[output * x.length + d] - a[output * x.length + d]) * x[d];
            }
        }
        return sum / samples.size();
    }

    /** A short bias is stored in 32 bits anyway, a kept one by wish: both take back what the weights add on average. */
    @ParameterizedTest
    @ValueSource(ints = {24, 40})
    void aBiasOfThirtyTwoBitsMakesTheMeanExact(int outputs) {
        OnnxGraph graph = layer(11, 48, outputs, true);
        List<Map<String, Tensor>> samples = samples(11, 200, 48);
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, samples, true, 1, Progress.NONE);
        OnnxGraph rounded = HalfRounding.apply(graph, moments, Set.of("b"), Progress.NONE);
        float[] before = graph.initializers().get("b").floats();
        float[] after = Objects.requireNonNull(WeightedLayer.of(rounded).get(0).bias(rounded));
        for (int m = 0; m < outputs; m++) {
            assertThat((double) after[m] - before[m])
                    .as("output %s", m)
                    .isCloseTo(-meanChange(graph, rounded, m, samples), within(2e-6));
        }
        OnnxGraph stored =
                HalfWeights.apply(rounded, HalfFormat.FLOAT16, Map.of("b", 1.0)).graph();
        Map<String, Tensor> feed = samples.get(0);
        assertThat(Objects.requireNonNull(Ort.run(stored, feed).get("y")).floats())
                .isEqualTo(
                        Objects.requireNonNull(Ort.run(rounded, feed).get("y")).floats());
    }

    @Test
    void aLayerWithKeptWeightsStays() {
        OnnxGraph graph = layer(12, 16, 8, true);
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, samples(1, 20, 16), true, 1, Progress.NONE);
        OnnxGraph rounded = HalfRounding.apply(graph, moments, Set.of("w"), Progress.NONE);
        assertThat(rounded.initializers().get("w").floats())
                .isEqualTo(graph.initializers().get("w").floats());
        assertThat(rounded.initializers().get("b").floats())
                .isEqualTo(graph.initializers().get("b").floats());
    }

    /** The next 16-bit float at or beyond a value on one side. */
    private static float neighbour(float value, boolean above) {
        float near = nearest(value);
        if (above ? near >= value : near <= value) {
            return near;
        }
        short bits = HalfWeights.half(near);
        boolean outward = above == near >= 0;
        return OnnxFloats.half((short) (bits + (outward ? 1 : -1)));
    }

    @Test
    void allThatWasRoundedIsStoredWithoutLoss() {
        GraphBuilder b = new GraphBuilder(17, 3).input("x", 1, 4, 9, 9);
        b.weight("w1", 0.4, 8, 4, 3, 3)
                .weight("b1", 0.4, 8)
                .weight("w2", 0.4, 8, 1, 3, 3)
                .weight("w3", 0.4, 6, 8, 1, 1);
        b.node("Conv", "c1", "x", "w1", "b1");
        b.node("Relu", "r1", "c1");
        b.node("Conv", "c2", "r1", "w2").attribute("group", 8);
        b.node("Conv", "y", "c2", "w3");
        OnnxGraph graph = b.output("y").graph();
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            samples.add(Map.of("x", Ort.tensor(new Random(i), 1, 4, 9, 9)));
        }
        OnnxGraph rounded = rounded(graph, samples);
        for (WeightedLayer layer : WeightedLayer.of(rounded)) {
            for (float value : layer.weight().floats()) {
                assertThat(nearest(value)).isEqualTo(value);
            }
        }
        Tensor exact = Objects.requireNonNull(Ort.run(rounded, samples.get(0)).get("y"));
        Tensor stored = Objects.requireNonNull(
                Ort.run(HalfWeights.apply(rounded).graph(), samples.get(0)).get("y"));
        assertThat(stored.floats()).isEqualTo(exact.floats());
        assertThat(graph.initializers()).as("the graph given stays").containsOnlyKeys("w1", "b1", "w2", "w3");
    }

    @Test
    void sharedAndTooLargeWeightsStay() {
        GraphBuilder b = new GraphBuilder(17, 4).input("x", 1, 4).weight("w", 0.5, 4, 4);
        b.constant("big", OnnxTensor.ofFloats(new float[] {7e4f, 1, 1, 1, 1, 1.0001f, 1, 1}, 2, 4));
        b.node("Gemm", "a", "x", "w");
        b.node("Gemm", "c", "a", "w");
        b.node("Gemm", "y", "c", "big").attribute("transB", 1);
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph rounded = rounded(graph, samples(1, 10, 4));
        assertThat(rounded.initializers().get("w").floats())
                .isEqualTo(graph.initializers().get("w").floats());
        assertThat(rounded.initializers().get("big").floats())
                .isEqualTo(graph.initializers().get("big").floats());
    }

    @Test
    void stopsWhenTold() {
        OnnxGraph graph = layer(1, 8, 8, true);
        InputMoments moments = InputMoments.measure(Ort.runtime(), graph, samples(1, 5, 8), true, 1, Progress.NONE);
        Progress cancelled = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> HalfRounding.apply(graph, moments, cancelled))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("(0) of 1");
    }
}
