package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Softmax regression on MNIST as 1000 users hold it (two digits each, sizes by a power law): 10 users a round, batches of
 * 10, 1 epoch, learning rate 0.03, z-scored pixels. The figure is the mean accuracy of the last 20 of 100 rounds, by
 * default on every fifth test image; the system property {@code edgeai.federated.long} takes all images and three seeds.
 */
class MnistUsersIT {
    private static final boolean LONG = Boolean.getBoolean("edgeai.federated.long");

    @Test
    void thousandUsersLearn() {
        FederatedDataset users = users();
        assertThat(users.size()).isEqualTo(1000);
        assertThat(users.pooledTrain().size()).isEqualTo(61_679);
        LabelledSet test = users.pooledTest();
        assertThat(test.size()).isEqualTo(7387);
        LabelledSet evaluated = LONG ? test : everyFifth(test);
        Strategy uniform = Strategies.fedAvg().weighting(Weighting.uniform());
        for (long seed = 1; seed <= (LONG ? 3 : 1); seed++) {
            assertThat(lastTwenty(users, evaluated, uniform, seed)).isGreaterThanOrEqualTo(0.89);
            assertThat(lastTwenty(users, evaluated, Strategies.fedAdam(), seed)).isGreaterThanOrEqualTo(0.90);
        }
    }

    private static double lastTwenty(FederatedDataset users, LabelledSet test, Strategy strategy, long seed) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(784, 10))
                .data(users)
                .strategy(strategy)
                .selection(Selection.count(10))
                .rounds(100)
                .seed(seed)
                .evaluation(test, LONG ? 1 : 2)
                .build()
                .run()
                .rounds()
                .stream()
                .filter(round -> round.round() > 80 && !Double.isNaN(round.accuracy()))
                .mapToDouble(RoundResult::accuracy)
                .average()
                .orElseThrow();
    }

    private static FederatedDataset users() {
        Path folder = FederatedTestData.folder("mnist");
        LabelledSet train = MnistFiles.train(folder);
        Standardization scaling = Standardization.fit(train);
        LabelledSet all = scaling.apply(LabelledSet.union(List.of(train, MnistFiles.test(folder))));
        return MnistFiles.users(all, folder.resolve("mnist_1000users_powerlaw_seed7.csv.gz"));
    }

    private static LabelledSet everyFifth(LabelledSet test) {
        int[] positions = new int[test.size() / 5];
        java.util.Arrays.setAll(positions, i -> 5 * i);
        return test.select(positions);
    }
}
