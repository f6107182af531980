package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The error that decides how much moves, against products of rounded numbers by plain loops in doubles. */
class SmoothingErrorTest {
    private static final int CHANNELS = 10;
    private static final int COLUMNS = 7;
    private static final double[] STRENGTHS = {0.35, 0.45, 0.55, 0.65, 0.75, 0.85};

    private static float[] rows(Random random, int outlier) {
        float[] x = Ort.normal(random, 16 * CHANNELS);
        for (int i = 0; i < x.length; i++) {
            x[i] *= i % CHANNELS == outlier ? 60 : 1;
        }
        return x;
    }

    private static ActivationSample sample(float[] x) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, CHANNELS);
        b.node("Relu", "y", "x");
        OnnxGraph graph = b.output("y").graph();
        Map<String, Tensor> feed = Map.of("x", Tensor.of(x, x.length / CHANNELS, CHANNELS));
        return ActivationSample.collect(graph, Map.of("x", CHANNELS), Ort.runtime(), List.of(feed), Progress.NONE)
                .get("x");
    }

    /** Squared error of round(x/s)·round(s·w) against x·w, over the square of x·w; mean of the matrices. */
    private static double error(float[] x, List<float[]> matrices, float[] factors) {
        double low = 0;
        double high = 0;
        for (int i = 0; i < x.length; i++) {
            low = Math.min(low, x[i] / factors[i % CHANNELS]);
            high = Math.max(high, x[i] / factors[i % CHANNELS]);
        }
        double step = (high - low) / 255;
        double total = 0;
        for (float[] w : matrices) {
            double wrong = 0;
            double all = 0;
            for (int n = 0; n < COLUMNS; n++) {
                double largest = 0;
                for (int c = 0; c < CHANNELS; c++) {
                    largest = Math.max(largest, Math.abs(w[c * COLUMNS + n] * factors[c]));
                }
                for (int r = 0; r < x.length / CHANNELS; r++) {
                    double exact = 0;
                    double rounded = 0;
                    for (int c = 0; c < CHANNELS; c++) {
                        double value = x[r * CHANNELS + c];
                        double weight = w[c * COLUMNS + n];
                        exact += value * weight;
                        rounded += Math.rint(value / factors[c] / step)
                                * step
                                * Math.rint(weight * factors[c] / (largest / 127))
                                * (largest / 127);
                    }
                    wrong += (rounded - exact) * (rounded - exact);
                    all += exact * exact;
                }
            }
            total += wrong / all / matrices.size();
        }
        return total;
    }

    private static float[] ones() {
        float[] ones = new float[CHANNELS];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void theStrengthOfLeastErrorIsChosenAndBothErrorsAreTrue() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            float[] x = rows(random, random.nextInt(CHANNELS));
            List<float[]> matrices = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                matrices.add(Ort.normal(random, CHANNELS * COLUMNS));
            }
            SmoothingSearch.Choice choice = SmoothingSearch.search(sample(x), matrices, 127);
            float[] largest = new float[CHANNELS];
            float[] weights = new float[CHANNELS];
            for (int i = 0; i < x.length; i++) {
                largest[i % CHANNELS] = Math.max(largest[i % CHANNELS], Math.abs(x[i]));
            }
            for (float[] w : matrices) {
                for (int i = 0; i < w.length; i++) {
                    weights[i / COLUMNS] = Math.max(weights[i / COLUMNS], Math.abs(w[i]));
                }
            }
            double before = error(x, matrices, ones());
            double least = before;
            for (double strength : STRENGTHS) {
                least = Math.min(least, error(x, matrices, SmoothingSearch.factors(largest, weights, strength)));
            }
            assertThat(choice.before).as("seed " + seed).isCloseTo(before, within(0.02 * before));
            assertThat(choice.after).as("seed " + seed).isCloseTo(least, within(0.02 * least));
            assertThat(error(x, matrices, choice.factors())).as("seed " + seed).isCloseTo(least, within(0.02 * least));
        }
    }

    @Test
    void anOutlierMovesAndEvenChannelsDoNot() {
        Random random = new Random(2);
        List<float[]> matrices = List.of(Ort.normal(random, CHANNELS * COLUMNS));
        SmoothingSearch.Choice moved = SmoothingSearch.search(sample(rows(random, 3)), matrices, 127);
        assertThat(moved.alpha).isPositive();
        assertThat(moved.factors()[3]).isGreaterThan(1);
        assertThat(moved.after).isLessThan(0.3 * moved.before);
        float[] even = new float[CHANNELS * CHANNELS];
        float[] same = new float[CHANNELS * COLUMNS];
        java.util.Arrays.fill(same, 1);
        for (int r = 0; r < CHANNELS; r++) {
            even[r * CHANNELS + r] = 1;
        }
        SmoothingSearch.Choice none = SmoothingSearch.search(sample(even), List.of(same), 127);
        assertThat(none.alpha).isZero();
        assertThat(none.factors()).containsOnly(1);
    }

    @Test
    void answersOfSmoothedGraphsAreBitForBitTheSame() {
        for (long seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, 32);
            b.weight("w", 0.3, 32, 16).weight("v", 0.3, 24, 32).weight("c", 1, 24);
            b.node("MatMul", "m", "x", "w");
            b.node("Gemm", "g", "x", "v", "c").attribute("transB", 1);
            b.node("Concat", "y", "m", "g").attribute("axis", 1);
            OnnxGraph graph = b.output("y").graph();
            float[] x = Ort.normal(random, 8 * 32);
            for (int i = 0; i < x.length; i++) {
                x[i] *= i % 32 == 5 ? 100 : 1;
            }
            Map<String, Tensor> feed = Map.of("x", Tensor.of(x, 8, 32));
            SmoothQuant.Smoothed smoothed =
                    SmoothQuant.apply(graph, Ort.runtime(), List.of(feed), java.util.Set.of(), Progress.NONE);
            assertThat(smoothed.layers())
                    .as("seed " + seed)
                    .extracting(SmoothQuant.Layer::value)
                    .containsExactly("x");
            assertThat(smoothed.layers().get(0).absorbed()).isFalse();
            assertThat(Ort.runPlain(smoothed.graph(), feed).get("y").bytes())
                    .as("seed " + seed)
                    .isEqualTo(Ort.runPlain(graph, feed).get("y").bytes());
        }
    }
}
