package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.NodeCost;
import io.edgeai.placement.cost.LatencyEstimator.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyEstimatorTest {
    private static ModelCost cost(long macs, long bytes, int nodes) {
        NodeCost node = new NodeCost("Conv", "Conv", 0, 0, 0, 0);
        return new ModelCost(
                0, 0, macs, 2 * macs, bytes / 2, bytes - bytes / 2, 0, Collections.nCopies(nodes, node), 0);
    }

    private static ModelCost random(Random random) {
        return cost(
                (long) Math.exp(10 + 10 * random.nextDouble()),
                (long) Math.exp(8 + 10 * random.nextDouble()),
                1 + random.nextInt(300));
    }

    /** What hardware of these speeds takes: MACs and bytes a millisecond, milliseconds a node. */
    private static double law(ModelCost cost, double macs, double bytes, double node) {
        return cost.macs() / macs
                + (cost.bytesRead() + cost.bytesWritten()) / bytes
                + node * cost.nodes().size();
    }

    @Test
    void anExactLawIsFoundFromFiveModels() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            double macs = 1e6 * (1 + random.nextInt(50));
            double bytes = 1e6 * (1 + random.nextInt(30));
            double node = 1e-3 * (1 + random.nextInt(20));
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ModelCost model = random(random);
                samples.add(new Sample(model, law(model, macs, bytes, node)));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            ModelCost unseen = random(random);
            double truth = law(unseen, macs, bytes, node);
            assertThat(fitted.millis(unseen)).as("seed %d", seed).isCloseTo(truth, within(1e-4 * truth));
        }
    }

    /** No other weights, tried around those found, have a smaller sum of squared relative errors. */
    @Test
    void noWeightsNearbyFitNoisyTimesBetter() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ModelCost model = random(random);
                samples.add(new Sample(model, law(model, 2e7, 5e6, 0.01) * Math.exp(0.3 * random.nextGaussian())));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            double perMac = fitted.millis(cost(1_000_000_000, 0, 0)) / 1e9;
            double perByte = fitted.millis(cost(0, 1_000_000_000, 0)) / 1e9;
            double perNode = fitted.millis(cost(0, 0, 1));
            double least = error(samples, perMac, perByte, perNode);
            for (int trial = 0; trial < 200; trial++) {
                double other = error(
                        samples,
                        Math.max(0, perMac + 1e-8 * random.nextGaussian()),
                        Math.max(0, perByte + 1e-8 * random.nextGaussian()),
                        Math.max(0, perNode + 1e-3 * random.nextGaussian()));
                assertThat(other).as("seed %d trial %d", seed, trial).isGreaterThanOrEqualTo(least - 1e-9);
            }
        }
    }

    private static double error(List<Sample> samples, double perMac, double perByte, double perNode) {
        return samples.stream()
                .mapToDouble(sample -> law(sample.cost(), 1 / perMac, 1 / perByte, perNode) / sample.millis() - 1)
                .map(miss -> miss * miss)
                .sum();
    }

    @Test
    void oneModelTellsOneSpeed() {
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(cost(1_000_000, 0, 0), 2)));
        assertThat(fitted.millis(cost(3_000_000, 0, 0))).isCloseTo(6, within(1e-9));
    }

    @Test
    void whatIsSeenLaterScalesAllPredictions() {
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(cost(1_000_000, 0, 0), 2)));
        Sample slower = new Sample(cost(2_000_000, 0, 0), 16);
        assertThat(fitted.corrected(slower, 1).millis(cost(1_000_000, 0, 0))).isCloseTo(8, within(1e-9));
        assertThat(fitted.corrected(slower, 0.5).millis(cost(1_000_000, 0, 0))).isCloseTo(4, within(1e-9));
        assertThat(fitted.corrected(slower, 0).millis(cost(1_000_000, 0, 0))).isCloseTo(2, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void timesThatAreNoneAreRefused(double millis) {
        assertThatThrownBy(() -> new Sample(cost(1, 1, 1), millis))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + millis + " ms)");
    }

    @Test
    void samplesThatSayNothingAreRefused() {
        assertThatThrownBy(() -> LatencyEstimator.fit(List.of())).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> LatencyEstimator.fit(List.of(new Sample(cost(0, 0, 0), 1))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe measure three models");
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(cost(1, 0, 0), 1)));
        assertThatThrownBy(() -> fitted.corrected(new Sample(cost(1, 0, 0), 1), 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2.0)");
    }
}
