package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against curves of another implementation (numpy) on the same data: softmax regression from zeros, learning rate 0.01, 20
 * epochs, batches of 10, 10 of 30 participants a round. Random choices differ, so single values differ by their noise; the
 * system property {@code edgeai.full} adds seeds.
 */
class FedProxReferenceIT {
    private static final boolean LONG = Boolean.getBoolean("edgeai.full");
    private static final int SEEDS = LONG ? 5 : 1;

    /** Printed by NumPy 2.4. */
    @Test
    void theReferencesParticipantsAreKnown() {
        SplittableRandom unused = new SplittableRandom(0);
        assertThat(new ReferenceSelection(false).select(1, 30, unused))
                .containsExactly(2, 28, 13, 10, 26, 24, 27, 11, 17, 22);
        assertThat(new ReferenceSelection(false).select(60, 30, unused))
                .containsExactly(8, 26, 14, 10, 7, 20, 29, 25, 24, 18);
        assertThat(new ReferenceSelection(true).select(1, 30, unused)).containsExactly(27);
        assertThat(new ReferenceSelection(true).select(2, 30, unused)).containsExactly(22);
        assertThat(new ReferenceSelection(true).select(60, 30, unused)).containsExactly(20);
    }

    /**
     * Where participants differ, a round follows whom it selects; with the reference's participants only the order of batches
     * is left to chance, and the curve is the reference at every point.
     */
    @ParameterizedTest
    @CsvSource({"fedavg,0,0"})
    void withTheSameParticipantsTheCurveIsTheReference(
            String algorithm, double mu, double stragglers, TestReporter reporter) throws IOException {
        FederatedDataset data = FedProxSetting.read("1_1");
        Strategy strategy = algorithm.equals("fedavg") ? Strategies.fedAvg() : Strategies.fedProx(mu);
        List<RoundResult> rounds = FedProxSetting.federation(data, strategy, 0, 1)
                .selection(new ReferenceSelection(stragglers > 0))
                .evaluation(data.pooledTest(), 10)
                .build()
                .run()
                .rounds();
        StringBuilder curve = new StringBuilder();
        for (int round = 10; round <= 60; round += 10) {
            double expected = FedProxSetting.reference("1_1", algorithm, mu, stragglers, round)[1];
            double found = rounds.get(round - 1).accuracy();
            curve.append(String.format(Locale.ROOT, " %.4f (%.4f)", found, expected));
        }
        reporter.publishEntry(algorithm + "(" + mu + ") stragglers " + stragglers, curve.toString());
        for (int round = 10; round <= 60; round += 10) {
            assertThat(rounds.get(round - 1).accuracy())
                    .as("round %d, curve%s", round, curve)
                    .isCloseTo(FedProxSetting.reference("1_1", algorithm, mu, stragglers, round)[1], within(0.02));
        }
    }

    /** On IID data little is left to chance. */
    @ParameterizedTest
    @CsvSource({"fedavg,0", "fedprox,0.9"})
    void iidCurvesAreTheReference(String algorithm, double stragglers) throws IOException {
        Strategy strategy = algorithm.equals("fedavg") ? Strategies.fedAvg() : Strategies.fedProx(1);
        double[] accuracy = accuracies("iid", strategy, stragglers);
        for (int round : new int[] {40, 50, 60}) {
            assertThat(accuracy[round - 1])
                    .as("round %d", round)
                    .isCloseTo(
                            FedProxSetting.reference(
                                    "iid", algorithm, algorithm.equals("fedavg") ? 0 : 1, stragglers, round)[1],
                            within(0.03));
        }
    }

    @Test
    void lossOfProximalTrainingOnHeterogeneousDataIsTheReference() throws IOException {
        FederatedDataset data = FedProxSetting.read("1_1");
        FederatedRun run = FedProxSetting.federation(data, Strategies.fedProx(1), 0.9, 1)
                .build()
                .run();
        assertThat(run.model().evaluate(data.pooledTrain()).loss())
                .isCloseTo(FedProxSetting.reference("1_1", "fedprox", 1, 0.9, 60)[0], within(0.06));
        assertThat(run.model().evaluate(data.pooledTest()).accuracy())
                .isCloseTo(FedProxSetting.reference("1_1", "fedprox", 1, 0.9, 60)[1], within(0.04));
    }

    @Test
    void adaptivePullStaysExactlyZeroOnIidData() {
        FederatedRun run = FedProxSetting.federation(FedProxSetting.read("iid"), Strategies.fedProxAdaptive(), 0.9, 1)
                .build()
                .run();
        assertThat(run.rounds()).allMatch(round -> round.mu() == 0);
    }

    private static double[] accuracies(String set, Strategy strategy, double stragglers) {
        FederatedDataset data = FedProxSetting.read(set);
        double[] mean = new double[60];
        for (int seed = 1; seed <= SEEDS; seed++) {
            List<RoundResult> rounds = FedProxSetting.federation(data, strategy, stragglers, seed)
                    .evaluation(data.pooledTest(), 10)
                    .build()
                    .run()
                    .rounds();
            for (int i = 0; i < mean.length; i++) {
                mean[i] += rounds.get(i).accuracy() / SEEDS;
            }
        }
        return mean;
    }
}
