package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs against recurrences in double: participant i answers {@code w + a_i · (c_i − w)}. */
class RoundReferencePropertyTest {
    private static final int SIZE = 6;
    private final DenseNetwork network = DenseNetwork.softmax(2, 2);

    /** Where all go the same part of the way, the distance to the mean centre shrinks geometrically. */
    @ParameterizedTest
    @CsvSource({"0.5,1", "0.25,1", "1,1", "0.5,0.5", "0.1,0.3"})
    void equalPullsConvergeGeometrically(double pull, double rate) {
        float[] centres = {3, -1, 7, 11};
        int[] samples = {10, 20, 30, 40};
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .initialParameters(new float[] {1, 2, 3, 4, 5, 6})
                .strategy(Strategies.fedAvg().server(ServerOptimizer.sgd(rate)))
                .selection(Selection.all())
                .rounds(9);
        double mean = 0;
        for (int i = 0; i < 4; i++) {
            builder.participant(pulling("p" + i, samples[i], (float) pull, centres[i]));
            mean += samples[i] / 100.0 * centres[i];
        }
        float[] last = builder.build().run().parameters();
        for (int j = 0; j < SIZE; j++) {
            double expected = mean + Math.pow(1 - rate * pull, 9) * (1 + j - mean);
            assertThat((double) last[j]).as("parameter %d", j).isCloseTo(expected, within(1e-5));
        }
    }

    private static FederatedParticipant pulling(String id, int samples, float pull, float centre) {
        return FederatedParticipant.of(id, samples, task -> {
            float[] w = task.parameters();
            for (int j = 0; j < w.length; j++) {
                w[j] += pull * (centre - w[j]);
            }
            return Update.of(w, samples);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void runsFollowTheTextbook(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int crowd = 2 + random.nextInt(7);
        int rounds = 1 + random.nextInt(12);
        int kind = (int) (seed % 3);
        int weighing = random.nextInt(3);
        double cap = 0.5 + random.nextDouble();
        double average = random.nextInt(2) * 0.9 * random.nextDouble();
        double rate = 0.1 + 0.9 * random.nextDouble();
        int[] samples = random.ints(crowd, 1, 500).toArray();
        double[] pull = random.doubles(crowd, 0, 1).toArray();
        double[] centre = random.doubles(crowd, -3, 3).toArray();

        Strategy strategy = Strategies.fedAvg()
                .server(
                        switch (kind) {
                            case 0 -> ServerOptimizer.sgd(rate);
                            case 1 -> ServerOptimizer.momentum(0.6, rate);
                            default -> ServerOptimizer.adam(rate, 0.8, 0.95, 0.01);
                        })
                .weighting(
                        switch (weighing) {
                            case 0 -> Weighting.samples();
                            case 1 -> Weighting.uniform();
                            default -> Weighting.capped(cap);
                        })
                .servedAverage(average);
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .initialParameters(new float[SIZE])
                .strategy(strategy)
                .selection(Selection.all())
                .rounds(rounds);
        for (int i = 0; i < crowd; i++) {
            builder.participant(pulling("p" + i, samples[i], (float) pull[i], (float) centre[i]));
        }
        FederatedRun run = builder.build().run();

        int[] sorted = samples.clone();
        Arrays.sort(sorted);
        double median = crowd % 2 == 1 ? sorted[crowd / 2] : 0.5 * sorted[crowd / 2 - 1] + 0.5 * sorted[crowd / 2];
        double w = 0;
        double m = 0;
        double v = 1e-4;
        double served = 0;
        for (int t = 0; t < rounds; t++) {
            double sum = 0;
            double total = 0;
            for (int i = 0; i < crowd; i++) {
                double weight = weighing == 0 ? samples[i] : weighing == 1 ? 1 : Math.min(samples[i], cap * median);
                sum += weight * (w + pull[i] * (centre[i] - w));
                total += weight;
            }
            double delta = sum / total - w;
            switch (kind) {
                case 0 -> w += rate * delta;
                case 1 -> {
                    m = 0.6 * m + delta;
                    w += rate * m;
                }
                default -> {
                    m = 0.8 * m + 0.2 * delta;
                    v = 0.95 * v + 0.05 * delta * delta;
                    w += rate * m / (Math.sqrt(v) + 0.01);
                }
            }
            double e = Math.min(average, t / (t + 5.0));
            served = e * served + (1 - e) * w;
        }
        for (int j = 0; j < SIZE; j++) {
            assertThat((double) run.lastParameters()[j])
                    .as("last, seed %d", seed)
                    .isCloseTo(w, within(2e-4));
            assertThat((double) run.parameters()[j]).as("served, seed %d", seed).isCloseTo(served, within(2e-4));
        }
    }

    /**
     * Round t leaves the model at t, so what is served is {@code Σ t · (1 − e_t) · Π_{u > t} e_u}; those weights sum to 1
     * since e_1 = 0.
     */
    @ParameterizedTest
    @CsvSource({"0,5", "0.05,1", "0.3,2", "0.5,30", "0.9,60", "0.95,90", "0.99,40"})
    void theServedModelIsTheWeightedSumOfAllRounds(double decay, int rounds) {
        FederatedRun run = FederatedCoordinator.builder()
                .model(network)
                .participant(Recorder.plus("a", 1, 1))
                .strategy(Strategies.fedAvg().servedAverage(decay))
                .selection(Selection.all())
                .rounds(rounds)
                .build()
                .run();
        double served = 0;
        double weights = 0;
        for (int t = 1; t <= rounds; t++) {
            double weight = 1 - factor(decay, t);
            for (int u = t + 1; u <= rounds; u++) {
                weight *= factor(decay, u);
            }
            served += weight * t;
            weights += weight;
        }
        assertThat(weights).isCloseTo(1, within(1e-12));
        assertThat((double) run.parameters()[0]).isCloseTo(served, within(1e-4));
        assertThat(run.lastParameters()[0]).isEqualTo(rounds);
    }

    private static double factor(double decay, int round) {
        return Math.min(decay, (round - 1) / (round + 4.0));
    }

    @ParameterizedTest
    @CsvSource({"0.03,1,7", "0.8,0.5,20", "0.1,0.99,50", "1e-6,0.3,9"})
    void theLearningRateOfRoundTIsGeometric(double rate, double decay, int rounds) {
        List<Double> rates = rates(rate, decay, rounds);
        assertThat(rates).hasSize(rounds);
        double expected = rate;
        for (double seen : rates) {
            assertThat(seen).isCloseTo(expected, within(1e-12 * expected));
            expected *= decay;
        }
    }

    /** Regression: where the product underflowed to 0, the settings refused it and the run was lost. */
    @Test
    void aRateThatDecaysToNothingDoesNotEndTheRun() {
        List<Double> rates = rates(0.03, 1e-200, 4);
        assertThat(rates.get(1)).isCloseTo(3e-202, within(1e-210));
        assertThat(rates.get(3)).isPositive().isLessThan(1e-300);
    }

    private List<Double> rates(double rate, double decay, int rounds) {
        List<Double> rates = new ArrayList<>();
        FederatedCoordinator.builder()
                .model(network)
                .participant(FederatedParticipant.of("a", 1, task -> {
                    rates.add(task.settings().learningRate());
                    return Update.of(task.parameters(), 1);
                }))
                .learningRate(rate)
                .learningRateDecay(decay)
                .rounds(rounds)
                .build()
                .run();
        return rates;
    }

    @ParameterizedTest
    @CsvSource({"1;10;100, 1;10;10", "1;10;20;1000, 1;10;15;15", "7, 7", "4;4;4;4;4, 4;4;4;4;4", "1;2, 1;1.5"})
    void weightsAreCappedAtTheMedianParticipant(String sizes, String expected) {
        Recorder recorder = new Recorder();
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().aggregator(recorder).weighting(Weighting.capped(1)))
                .selection(Selection.all())
                .rounds(1);
        int number = 0;
        for (String size : sizes.split(";")) {
            builder.participant(Recorder.plus("p" + number++, Integer.parseInt(size), 1));
        }
        builder.build().run();
        assertThat(recorder.weights.get(0))
                .containsExactlyElementsOf(
                        Arrays.stream(expected.split(";")).map(Double::valueOf).toList());
    }

    /** A participant that trained on fewer samples than it holds counts by what it trained on. */
    @Test
    void weightsCountTheSamplesOfTheUpdate() {
        Recorder recorder = new Recorder();
        FederatedRun run = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().aggregator(recorder))
                .selection(Selection.all())
                .participant(FederatedParticipant.of("half", 100, task -> Update.of(Recorder.shifted(task, 4), 25)))
                .participant(Recorder.plus("whole", 75, 8))
                .rounds(1)
                .build()
                .run();
        assertThat(recorder.weights.get(0)).containsExactly(25.0, 75.0);
        assertThat(run.parameters()).containsOnly(7);
    }
}
