package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.solve.Ranking;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders of channels against sums over their weights by plain loops. */
class RankingsTest {
    private static final int WIDTH = 7;

    /** Channels "c" that a convolution makes, a normalization scales, a convolution reads. */
    private static OnnxGraph net(boolean normalized) {
        GraphBuilder b = new GraphBuilder(13, 8).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, WIDTH);
        if (normalized) {
            b.weight("s", 1, WIDTH).weight("o", 1, WIDTH).weight("m", 1, WIDTH);
            b.constant("v", OnnxTensor.ofFloats(new float[] {1, 1, 1, 1, 1, 1, 1}, WIDTH));
            b.node("BatchNormalization", "n", "c", "s", "o", "m", "v");
        }
        b.conv("y", normalized ? "n" : "c", WIDTH, 2);
        return b.output("y").graph();
    }

    private static Ranking rank(OnnxGraph graph, Importance importance) {
        ChannelMap map = ChannelMap.of(graph);
        return Rankings.of(importance, map, map.groups(), Ort.runtime(), List.of(), 1, Progress.NONE)
                .get(0);
    }

    /** Channels number from 0; those of the least score go first. */
    private static List<Integer> order(double[] scores) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, WIDTH).boxed().toList());
        order.sort(Comparator.comparingDouble(unit -> scores[unit]));
        return order;
    }

    /** Shares of the whole score that the first 0, 1, 2, … of the order have. */
    private static double[] damage(double[] scores) {
        double[] damage = new double[WIDTH + 1];
        List<Integer> order = order(scores);
        double total = Arrays.stream(scores).sum();
        for (int k = 0; k < WIDTH; k++) {
            damage[k + 1] = damage[k] + scores[order.get(k)] / total;
        }
        return damage;
    }

    private static double[] damage(Ranking ranking) {
        return ranking.damage().stream().mapToDouble(harm -> harm).toArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void magnitudesOfTheWeightsThatMakeAChannel(int norm) {
        OnnxGraph graph = net(false);
        float[] weights = graph.initializers().get("c_w").floats();
        double[] scores = new double[WIDTH];
        for (int i = 0; i < weights.length; i++) {
            scores[i / 27] += norm == 1 ? Math.abs(weights[i]) : (double) weights[i] * weights[i];
        }
        Ranking ranking = rank(graph, norm == 1 ? Importance.l1() : Importance.l2());
        assertThat(ranking.order()).isEqualTo(order(scores));
        assertThat(damage(ranking)).containsExactly(damage(scores), within(1e-9));
    }

    @Test
    void factorsOfTheNormalization() {
        OnnxGraph graph = net(true);
        float[] factors = graph.initializers().get("s").floats();
        double[] scores = new double[WIDTH];
        for (int c = 0; c < WIDTH; c++) {
            scores[c] = Math.abs(factors[c]);
        }
        Ranking ranking = rank(graph, Importance.batchNorm());
        assertThat(ranking.order()).isEqualTo(order(scores));
        assertThat(damage(ranking)).containsExactly(damage(scores), within(1e-9));
    }

    @Test
    void withoutANormalizationTheSquaresCount() {
        assertThat(rank(net(false), Importance.batchNorm())).isEqualTo(rank(net(false), Importance.l2()));
    }

    @Test
    void gradientsTimesWeightsOverEverySliceOfAChannel() {
        OnnxGraph graph = net(false);
        Random random = new Random(4);
        float[] first = Ort.normal(random, WIDTH * 27);
        float[] bias = Ort.normal(random, WIDTH);
        float[] last = Ort.normal(random, 2 * WIDTH * 9);
        Map<String, OnnxTensor> gradients = Map.of(
                "c_w", OnnxTensor.ofFloats(first, WIDTH, 3, 3, 3),
                "c_b", OnnxTensor.ofFloats(bias, WIDTH),
                "y_w", OnnxTensor.ofFloats(last, 2, WIDTH, 3, 3),
                "elsewhere", OnnxTensor.scalar(3f));
        float[] w = graph.initializers().get("c_w").floats();
        float[] b = graph.initializers().get("c_b").floats();
        float[] r = graph.initializers().get("y_w").floats();
        double[] scores = new double[WIDTH];
        for (int i = 0; i < first.length; i++) {
            scores[i / 27] += Math.abs((double) w[i] * first[i]);
        }
        for (int i = 0; i < WIDTH; i++) {
            scores[i] += Math.abs((double) b[i] * bias[i]);
        }
        for (int i = 0; i < last.length; i++) {
            scores[i / 9 % WIDTH] += Math.abs((double) r[i] * last[i]);
        }
        Ranking ranking = rank(graph, Importance.taylor(gradients));
        assertThat(ranking.order()).isEqualTo(order(scores));
        assertThat(damage(ranking)).containsExactly(damage(scores), within(1e-9));
    }

    @Test
    void chanceRepeatsWithItsSeed() {
        OnnxGraph graph = net(false);
        assertThat(rank(graph, Importance.random(5))).isEqualTo(rank(graph, Importance.random(5)));
        assertThat(IntStream.range(0, 20)
                        .mapToObj(seed -> rank(graph, Importance.random(seed)).order()))
                .as("20 orders of 5040")
                .doesNotHaveDuplicates();
    }

    @Test
    void channelsThatWeighNothingCostAlike() {
        Ranking ranking = rank(net(false), Importance.taylor(Map.of()));
        for (int k = 0; k <= WIDTH; k++) {
            assertThat(ranking.damage().get(k)).isCloseTo(k / (double) WIDTH, within(1e-12));
        }
    }
}
