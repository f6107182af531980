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

    /** What hardware takes: milliseconds a MAC, a byte, a node and a run. */
    private static double law(ModelCost cost, double... millis) {
        return millis[0] * cost.macs()
                + millis[1] * (cost.bytesRead() + cost.bytesWritten())
                + millis[2] * cost.nodes().size()
                + millis[3];
    }

    /** An odd model, twenty times as slow as the law says, does not bend it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anExactLawIsFoundFromFewModels(int odd) {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            double[] law = {
                1e-6 / (1 + random.nextInt(50)),
                1e-6 / (1 + random.nextInt(30)),
                1e-3 * (1 + random.nextInt(20)),
                1e-3 * random.nextInt(20)
            };
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 5 + 7 * odd; i++) {
                ModelCost model = random(random);
                samples.add(new Sample(model, law(model, law) * (i < odd ? 20 : 1)));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            ModelCost unseen = random(random);
            double truth = law(unseen, law);
            assertThat(fitted.millis(unseen)).as("seed %d", seed).isCloseTo(truth, within(1e-4 * truth));
        }
    }

    /** No other weights, tried around those found, have a smaller sum of absolute relative errors. */
    @Test
    void noWeightsNearbyFitNoisyTimesBetter() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                ModelCost model = random(random);
                double noise = Math.exp(0.3 * random.nextGaussian());
                samples.add(new Sample(model, law(model, 5e-8, 2e-7, 0.01, 0.02) * noise));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            double run = fitted.millis(cost(0, 0, 0));
            double[] found = {
                (fitted.millis(cost(1_000_000_000_000L, 0, 0)) - run) / 1e12,
                (fitted.millis(cost(0, 1_000_000_000_000L, 0)) - run) / 1e12,
                fitted.millis(cost(0, 0, 1)) - run,
                run
            };
            double least = error(samples, found);
            for (int trial = 0; trial < 200; trial++) {
                double step = Math.pow(10, -6 * random.nextDouble());
                double[] other = {
                    Math.max(0, found[0] + step * 1e-8 * random.nextGaussian()),
                    Math.max(0, found[1] + step * 1e-8 * random.nextGaussian()),
                    Math.max(0, found[2] + step * 1e-3 * random.nextGaussian()),
                    Math.max(0, found[3] + step * 1e-3 * random.nextGaussian())
                };
                assertThat(error(samples, other))
                        .as("seed %d trial %d", seed, trial)
                        .isGreaterThanOrEqualTo(least - 1e-9);
            }
        }
    }

    private static double error(List<Sample> samples, double[] law) {
        return samples.stream()
                .mapToDouble(sample -> Math.abs(law(sample.cost(), law) / sample.millis() - 1))
                .sum();
    }

    /** The left-out of three times by one law is predicted by the others; the odd one of four by the three. */
    @Test
    void eachSampleIsPredictedByTheOthers() {
        List<Sample> samples = List.of(
                new Sample(cost(1_000_000, 0, 0), 2),
                new Sample(cost(2_000_000, 0, 0), 4),
                new Sample(cost(3_000_000, 0, 0), 6),
                new Sample(cost(4_000_000, 0, 0), 80));

        assertThat(LatencyEstimator.leaveOneOut(samples)[3]).isCloseTo(8, within(1e-9));
        assertThat(LatencyEstimator.leaveOneOut(samples.subList(0, 3)))
                .containsExactly(new double[] {2, 4, 6}, within(1e-9));
        assertThatThrownBy(() -> LatencyEstimator.leaveOneOut(samples.subList(0, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Samples (0)");
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
                .hasMessageContaining("Maybe measure five models");
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(cost(1, 0, 0), 1)));
        assertThatThrownBy(() -> fitted.corrected(new Sample(cost(1, 0, 0), 1), 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2.0)");
    }
}
