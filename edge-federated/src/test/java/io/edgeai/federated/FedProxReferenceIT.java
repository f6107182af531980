package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.FsynFile;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against curves of another implementation (numpy) on the same data: softmax regression from zeros, learning rate 0.01, 20
 * epochs, batches of 10, 10 of 30 participants a round. Random choices differ, so single values differ by their noise; the
 * system property {@code edgeai.federated.long} adds seeds.
 */
class FedProxReferenceIT {
    private static final boolean LONG = Boolean.getBoolean("edgeai.federated.long");
    private static final int SEEDS = LONG ? 5 : 1;

    /** On IID data little is left to chance. */
    @ParameterizedTest
    @CsvSource({"fedavg,0", "fedprox,0.9"})
    void iidCurvesAreTheReference(String algorithm, double stragglers) throws IOException {
        Strategy strategy = algorithm.equals("fedavg") ? Strategies.fedAvg() : Strategies.fedProx(1);
        double[] accuracy = accuracies("iid", strategy, stragglers);
        for (int round : new int[] {40, 50, 60}) {
            assertThat(accuracy[round - 1])
                    .as("round %d", round)
                    .isCloseTo(reference("iid", algorithm, stragglers, round)[1], within(0.03));
        }
    }

    @Test
    void lossOfProximalTrainingOnHeterogeneousDataIsTheReference() throws IOException {
        FederatedDataset data = read("1_1");
        FederatedRun run =
                federation(data, Strategies.fedProx(1), 0.9, 1).build().run();
        assertThat(run.model().evaluate(data.pooledTrain()).loss())
                .isCloseTo(reference("1_1", "fedprox", 0.9, 60)[0], within(0.06));
        assertThat(run.model().evaluate(data.pooledTest()).accuracy())
                .isCloseTo(reference("1_1", "fedprox", 0.9, 60)[1], within(0.04));
    }

    @Test
    void adaptivePullStaysExactlyZeroOnIidData() {
        FederatedRun run = federation(read("iid"), Strategies.fedProxAdaptive(), 0.9, 1)
                .build()
                .run();
        assertThat(run.rounds()).allMatch(round -> round.mu() == 0);
    }

    private static double[] accuracies(String set, Strategy strategy, double stragglers) {
        FederatedDataset data = read(set);
        double[] mean = new double[60];
        for (int seed = 1; seed <= SEEDS; seed++) {
            List<RoundResult> rounds = federation(data, strategy, stragglers, seed)
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

    private static FederatedCoordinator.Builder federation(
            FederatedDataset data, Strategy strategy, double stragglers, long seed) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(60, 10))
                .data(data)
                .strategy(strategy)
                .selection(Selection.count(10))
                .stragglers(new Stragglers(stragglers))
                .localEpochs(20)
                .batchSize(10)
                .learningRate(0.01)
                .rounds(60)
                .seed(seed);
    }

    private static Path folder() {
        return FederatedTestData.folder("fedprox_synthetic");
    }

    private static FederatedDataset read(String set) {
        return FsynFile.read(folder().resolve("synthetic_" + set + ".fsyn.gz"));
    }

    /** Global train loss and test accuracy after a round. */
    private static double[] reference(String set, String algorithm, double stragglers, int round) throws IOException {
        for (String line : Files.readAllLines(folder().resolve("reference_numpy.csv"))) {
            String[] cell = line.split(",");
            if (cell[0].equals(set)
                    && cell[1].equals(algorithm)
                    && cell[2].equals(algorithm.equals("fedavg") ? "0" : "1")
                    && Double.parseDouble(cell[3]) == stragglers
                    && Integer.parseInt(cell[4]) == round) {
                return new double[] {Double.parseDouble(cell[5]), Double.parseDouble(cell[6])};
            }
        }
        throw new AssertionError("no reference for " + set + " " + algorithm + " round " + round);
    }
}
