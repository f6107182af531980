package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which hidden units go, against refits of the layer that reads them. */
class EliminationTest {
    private static final int IN = 4;
    private static final int HIDDEN = 6;
    private static final int OUT = 3;

    /** y = tanh(x·u)·w + c; the bias is a vector, one number, or none. */
    private static OnnxGraph net(long seed, long... bias) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, IN);
        b.weight("u", 0.7, IN, HIDDEN).weight("w", 0.7, HIDDEN, OUT).weight("c", 1, bias);
        b.node("MatMul", "p", "x", "u");
        b.node("Tanh", "h", "p");
        b.node("Gemm", "y", "h", "w", "c");
        return b.output("y").graph();
    }

    private static List<Map<String, Tensor>> feeds(long seed) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            feeds.add(Map.of("x", Ort.tensor(random, 64, IN)));
        }
        return feeds;
    }

    private static Ranking rank(OnnxGraph graph, long seed, boolean independent) {
        ChannelMap map = ChannelMap.of(graph);
        return new Elimination(Ort.runtime(), map, independent)
                .rank(map.groups(), feeds(seed), seed, Progress.NONE)
                .get(0);
    }

    /** Hidden values of all rows. */
    private static double[][] hidden(OnnxGraph graph, long seed) {
        float[] u = graph.initializers().get("u").floats();
        List<double[]> rows = new ArrayList<>();
        for (Map<String, Tensor> feed : feeds(seed)) {
            float[] x = feed.get("x").floats();
            for (int r = 0; r < x.length / IN; r++) {
                double[] row = new double[HIDDEN];
                for (int h = 0; h < HIDDEN; h++) {
                    double sum = 0;
                    for (int i = 0; i < IN; i++) {
                        sum += x[r * IN + i] * u[i * HIDDEN + h];
                    }
                    row[h] = Math.tanh(sum);
                }
                rows.add(row);
            }
        }
        return rows.toArray(double[][]::new);
    }

    private static double[] covariance(double[][] rows) {
        double[] mean = new double[HIDDEN];
        for (double[] row : rows) {
            for (int i = 0; i < HIDDEN; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        double[] covariance = new double[HIDDEN * HIDDEN];
        for (double[] row : rows) {
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = 0; j < HIDDEN; j++) {
                    covariance[i * HIDDEN + j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.length;
                }
            }
        }
        return covariance;
    }

    /** What is left unexplained of the results where only some hidden units may be read, weights free. */
    private static double loss(double[] covariance, double[] w, List<Integer> kept) {
        int n = kept.size();
        double[] small = new double[n * n];
        double[] right = new double[n * OUT];
        double[] hw = Dense.times(covariance, w, HIDDEN, HIDDEN, OUT);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                small[i * n + j] = covariance[kept.get(i) * HIDDEN + kept.get(j)];
            }
            System.arraycopy(hw, kept.get(i) * OUT, right, i * OUT, OUT);
        }
        double[] solved = Dense.solve(small, right, n, OUT);
        double[] error = w.clone();
        for (int i = 0; i < n; i++) {
            for (int o = 0; o < OUT; o++) {
                error[kept.get(i) * OUT + o] -= solved[i * OUT + o];
            }
        }
        double[] product = Dense.times(covariance, error, HIDDEN, HIDDEN, OUT);
        double sum = 0;
        for (int i = 0; i < error.length; i++) {
            sum += error[i] * product[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachTimeTheUnitGoesThatARefitMissesLeast(long seed) {
        OnnxGraph graph = net(seed, OUT);
        double[] covariance = covariance(hidden(graph, seed));
        double trace = 0;
        for (int i = 0; i < HIDDEN; i++) {
            trace += covariance[i * HIDDEN + i];
        }
        for (int i = 0; i < HIDDEN; i++) {
            covariance[i * HIDDEN + i] += 1e-3 * trace / HIDDEN;
        }
        float[] stored = graph.initializers().get("w").floats();
        double[] w = new double[stored.length];
        for (int i = 0; i < w.length; i++) {
            w[i] = stored[i];
        }
        List<Integer> kept = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        List<Integer> order = new ArrayList<>();
        List<Double> losses = new ArrayList<>(List.of(0.0));
        while (!kept.isEmpty()) {
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int unit : kept) {
                List<Integer> rest = new ArrayList<>(kept);
                rest.remove(Integer.valueOf(unit));
                double loss = loss(covariance, w, rest);
                if (loss < least) {
                    least = loss;
                    best = unit;
                }
            }
            kept.remove(Integer.valueOf(best));
            order.add(best);
            losses.add(least);
        }
        Ranking ranking = rank(graph, seed, false);
        assertThat(ranking.order()).isEqualTo(order);
        double whole = ranking.damage().get(HIDDEN);
        for (int k = 0; k <= HIDDEN; k++) {
            assertThat(ranking.damage().get(k) / whole)
                    .as("without " + k)
                    .isCloseTo(losses.get(k) / losses.get(HIDDEN), within(1e-3));
        }
    }

    @Test
    void independentUnitsCostTheirVarianceTimesTheirWeights() {
        OnnxGraph graph = net(9, OUT);
        double[] covariance = covariance(hidden(graph, 9));
        float[] w = graph.initializers().get("w").floats();
        double[] cost = new double[HIDDEN];
        for (int h = 0; h < HIDDEN; h++) {
            for (int o = 0; o < OUT; o++) {
                cost[h] += covariance[h * HIDDEN + h] * w[h * OUT + o] * w[h * OUT + o];
            }
        }
        Ranking ranking = rank(graph, 9, true);
        List<Integer> expected = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        expected.sort(java.util.Comparator.comparingDouble(unit -> cost[unit]));
        assertThat(ranking.order()).isEqualTo(expected);
        double before = 0;
        double ratio = ranking.damage().get(1) / cost[expected.get(0)];
        for (int k = 0; k < HIDDEN; k++) {
            before += cost[expected.get(k)];
            assertThat(ranking.damage().get(k + 1)).isCloseTo(ratio * before, within(1e-5 * ratio * before));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void oneOfTwoEqualUnitsGoesFirst(long seed) {
        OnnxGraph graph = net(seed, OUT);
        float[] u = graph.initializers().get("u").floats();
        for (int i = 0; i < IN; i++) {
            u[i * HIDDEN + 5] = u[i * HIDDEN + 2];
        }
        graph.initializers().put("u", OnnxTensor.ofFloats(u, IN, HIDDEN));
        assertThat(rank(graph, seed, false).order().get(0)).isIn(2, 5);
    }

    /** One number for all results is a bias as well, and it can be stretched to one for each. */
    @Test
    void aBiasOfOneNumberIsNoObstacle() {
        Ranking one = rank(net(3, 1), 3, false);
        assertThat(one.order()).isEqualTo(rank(net(3, OUT), 3, false).order());
    }

    @Test
    void withoutSamplesTheWeightsDecide() {
        OnnxGraph graph = net(5, OUT);
        ChannelMap map = ChannelMap.of(graph);
        Ranking ranking = new Elimination(Ort.runtime(), map, false)
                .rank(map.groups(), List.of(), 1, Progress.NONE)
                .get(0);
        double[] squares = Magnitude.sums(map, "w", 0, v -> v * v);
        List<Integer> expected = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
        expected.sort(java.util.Comparator.comparingDouble(unit -> squares[unit]));
        assertThat(ranking.order()).isEqualTo(expected);
    }

    @Test
    void stopsWhenAsked() {
        ChannelMap map = ChannelMap.of(net(5, OUT));
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> new Elimination(Ort.runtime(), map, false).rank(map.groups(), feeds(1), 1, stop))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("observing activations");
    }
}
