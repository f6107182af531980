package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Softmax regression on z-scored MNIST with 100 participants, of whom the first 20 lie: 20 a round, 4 of them liars, 30 rounds. What
 * centred clipping loses against the same rounds in which the liars are missing. Only with {@code -Dedgeai.full=true}.
 */
class ByzantineIT {
    private static final int LIARS = 20;
    private static final int LIARS_A_ROUND = 4;
    private static final long SEED = 5;

    private static LabelledSet train;
    private static LabelledSet test;

    @BeforeAll
    static void read() {
        assumeTrue(Boolean.getBoolean("edgeai.full"), "a minute of CPU: run with -Dedgeai.full=true");
        Path folder = FederatedTestData.folder("mnist");
        LabelledSet raw = MnistFiles.train(folder);
        Standardization scaling = Standardization.fit(raw);
        train = scaling.apply(raw);
        test = scaling.apply(MnistFiles.test(folder).range(0, 4000));
    }

    @ParameterizedTest
    @CsvSource({"iid, 0.01", "shards, 0.03"})
    void centredClippingLosesLittle(String split, double most, TestReporter reporter) {
        Partitioner partitioner = split.equals("iid") ? Partitioner.iid() : Partitioner.labelShards(2);
        FederatedDataset parts = FederatedDataset.partition(train, partitioner, 100, SEED);
        double honest = accuracy(parts, 0, Aggregator.weightedMean());
        for (Attack attack : Attack.values()) {
            double attacked = accuracy(parts, LIARS_A_ROUND, attack.on(Aggregator.centredClipping(), LIARS_A_ROUND));
            String figures = String.format(Locale.ROOT, "%.4f of %.4f", attacked, honest);
            reporter.publishEntry(split + " " + attack, figures);
            assertThat(honest - attacked)
                    .as("%s, %s: %s, seed %s", split, attack, figures, SEED)
                    .isLessThanOrEqualTo(most);
        }
    }

    /** Without liars only the same honest participants take part. */
    private static double accuracy(FederatedDataset parts, int liars, Aggregator aggregator) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(784, 10))
                .data(parts)
                .strategy(Strategies.fedAvg().weighting(Weighting.uniform()).aggregator(aggregator))
                .selection((round, population, random) -> chosen(round, liars))
                .evaluation(test, 30)
                .rounds(30)
                .seed(SEED)
                .build()
                .run()
                .accuracy();
    }

    /** Of each round some liars, then the same 16 honest ones. */
    private static int[] chosen(int round, int liars) {
        IntStream bad = IntStream.range(0, liars).map(i -> (LIARS_A_ROUND * round + i) % LIARS);
        IntStream good = IntStream.range(0, 16).map(i -> LIARS + (16 * round + i) % (100 - LIARS));
        return IntStream.concat(bad, good).toArray();
    }
}
