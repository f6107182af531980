package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Softmax regression on z-scored MNIST with 100 participants, of whom the first 20 lie: 20 a round, 4 of them liars, 30 rounds. What
 * centred clipping loses against the same rounds in which the liars are missing. Only with {@code -Dedgeai.full=true}.
 */
class ByzantineIT {
    private static final int LIARS = 20;
    private static final DenseNetwork NETWORK = DenseNetwork.softmax(784, 10);

    private static LabelledSet train;
    private static LabelledSet test;

    @BeforeAll
    static void read() {
        assumeTrue(Boolean.getBoolean("edgeai.full"), "40 seconds of CPU: run with -Dedgeai.full=true");
        Path folder = FederatedTestData.folder("mnist");
        LabelledSet raw = MnistFiles.train(folder);
        Standardization scaling = Standardization.fit(raw);
        train = scaling.apply(raw);
        test = scaling.apply(MnistFiles.test(folder).range(0, 4000));
    }

    @ParameterizedTest
    @CsvSource({
        "iid, -1, 0.01",
        "iid, -5, 0.01",
        "iid, 10, 0.01",
        "shards, -1, 0.03",
        "shards, -5, 0.03",
        "shards, 10, 0.03"
    })
    void centredClippingLosesLittle(String split, float factor, double most) {
        Partitioner partitioner = split.equals("iid") ? Partitioner.iid() : Partitioner.labelShards(2);
        List<ParticipantData> parts =
                FederatedDataset.partition(train, partitioner, 100, 5).participants();
        double honest = accuracy(parts, 0);
        double attacked = accuracy(parts, factor);
        assertThat(honest - attacked)
                .as("%s, changes × %s: %.4f of %.4f, seed 5", split, factor, attacked, honest)
                .isLessThanOrEqualTo(most);
    }

    /** Factor 0 leaves the liars out. */
    private static double accuracy(List<ParticipantData> parts, float factor) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(NETWORK)
                .strategy(Strategies.fedAvg()
                        .weighting(Weighting.uniform())
                        .aggregator(factor == 0 ? Aggregator.weightedMean() : Aggregator.centredClipping()))
                .selection((round, population, random) -> chosen(round, factor == 0 ? 0 : 4))
                .evaluation(test, 30)
                .rounds(30)
                .seed(5);
        for (int i = 0; i < parts.size(); i++) {
            FederatedParticipant honest = FederatedParticipant.training(NETWORK, parts.get(i));
            builder.participant(i < LIARS && factor != 0 ? liar(honest, factor) : honest);
        }
        return builder.build().run().accuracy();
    }

    /** Of each round the same 16 honest ones, and some liars. */
    private static int[] chosen(int round, int liars) {
        IntStream bad = IntStream.range(0, liars).map(i -> (4 * round + i) % LIARS);
        IntStream good = IntStream.range(0, 16).map(i -> LIARS + (16 * round + i) % (100 - LIARS));
        return IntStream.concat(bad, good).toArray();
    }

    private static FederatedParticipant liar(FederatedParticipant honest, float factor) {
        return FederatedParticipant.of(honest.id(), honest.samples(), task -> {
            float[] start = task.parameters();
            float[] end = honest.fit(task).parameters().clone();
            for (int i = 0; i < end.length; i++) {
                end[i] = start[i] + factor * (end[i] - start[i]);
            }
            return Update.of(end, honest.samples());
        });
    }
}
