package io.edgeai.federated;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.FsynFile;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The setting of Li et al. 2020 (FedProx): softmax regression from zeros, learning rate 0.01, 20 epochs, batches of 10, 10 of
 * 30 participants a round, 60 rounds; its synthetic sets and curves of another implementation (numpy) on them.
 */
final class FedProxSetting {
    private FedProxSetting() {}

    static FederatedCoordinator.Builder federation(
            FederatedDataset data, Strategy strategy, double stragglers, long seed) {
        return settings(strategy, seed)
                .data(data)
                .selection(Selection.count(10))
                .stragglers(new Stragglers(stragglers));
    }

    /** Without participants. */
    static FederatedCoordinator.Builder settings(Strategy strategy, long seed) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(60, 10))
                .strategy(strategy)
                .localEpochs(20)
                .batchSize(10)
                .learningRate(0.01)
                .rounds(60)
                .seed(seed);
    }

    private static Path folder() {
        return FederatedTestData.folder("fedprox_synthetic");
    }

    static FederatedDataset read(String set) {
        return FsynFile.read(folder().resolve("synthetic_" + set + ".fsyn.gz"));
    }

    /** Global train loss and test accuracy after a round. */
    static double[] reference(String set, String algorithm, double mu, double stragglers, int round)
            throws IOException {
        for (String line : Files.readAllLines(folder().resolve("reference_numpy.csv"))) {
            String[] cell = line.split(",");
            if (cell[0].equals(set)
                    && cell[1].equals(algorithm)
                    && Double.parseDouble(cell[2]) == mu
                    && Double.parseDouble(cell[3]) == stragglers
                    && Integer.parseInt(cell[4]) == round) {
                return new double[] {Double.parseDouble(cell[5]), Double.parseDouble(cell[6])};
            }
        }
        throw new AssertionError("no reference for " + set + " " + algorithm + " round " + round);
    }
}
