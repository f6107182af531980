package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.codec.ErrorFeedback;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many rounds and bytes a perceptron of two layers of 200 takes to 97 % of MNIST's test images: 100 participants, 10 a
 * round, one epoch in batches of 10 (McMahan et al. 2017: 87 rounds on IID data, 664 where each has two digits). Minutes of
 * CPU: only with {@code -Dedgeai.full=true}.
 */
class RoundsToAccuracyIT {
    private static final DenseNetwork NETWORK = DenseNetwork.mlp(784, 10, 200, 200);
    private static final double GOAL = 0.97;

    private static LabelledSet train;
    private static LabelledSet test;

    @BeforeAll
    static void read() {
        assumeTrue(Boolean.getBoolean("edgeai.full"), "minutes of CPU: run with -Dedgeai.full=true");
        Path folder = FederatedTestData.folder("mnist");
        train = MnistFiles.train(folder);
        test = MnistFiles.test(folder);
    }

    private static FederatedCoordinator.Builder federation(long seed, int everyRounds) {
        return FederatedCoordinator.builder()
                .model(NETWORK)
                .strategy(Strategies.fedAvgM())
                .selection(Selection.count(10))
                .learningRate(0.1)
                .evaluation(test, everyRounds)
                .seed(seed);
    }

    @ParameterizedTest
    @CsvSource({"iid, 1, 40", "iid, 2, 40", "iid, 3, 40", "shards, 1, 130", "shards, 2, 130", "shards, 3, 130"})
    void oneDefaultIsQuickOnBothSplits(String split, long seed, int most, TestReporter reporter) {
        boolean iid = split.equals("iid");
        Partitioner partitioner = iid ? Partitioner.iid() : Partitioner.labelShards(2);
        FederatedDataset parts = FederatedDataset.partition(train, partitioner, 100, seed);

        int rounds = Races.roundsTo(GOAL, most, federation(seed, iid ? 1 : 5).data(parts));

        reporter.publishEntry("rounds to 97 %, " + split + ", seed " + seed, Integer.toString(rounds));
        assertThat(rounds).as("%s, seed %s", split, seed).isLessThanOrEqualTo(most);
    }

    /** Models go down in 3 bits, changes come back as signs; plain averaging in float32 takes 685 MB. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void compressedBothWaysItTakes48Megabytes(long seed, TestReporter reporter) {
        FederatedDataset parts = FederatedDataset.partition(train, Partitioner.iid(), 100, seed);
        AtomicLong bytes = new AtomicLong();
        FederatedCoordinator.Builder federation = federation(seed, 1)
                .strategy(Strategies.fedAvg().server(ServerOptimizer.momentum(0.5, 1)))
                .learningRate(0.15);
        parts.participants().forEach(part -> federation.participant(compressed(part, bytes)));

        int rounds = Races.roundsTo(GOAL, 43, federation);

        reporter.publishEntry("compressed, seed " + seed, rounds + " rounds, " + bytes.get() / 1e6 + " MB");
        assertThat(rounds).as("rounds, seed %s", seed).isLessThanOrEqualTo(43);
        assertThat(bytes.get()).as("bytes, seed %s", seed).isLessThanOrEqualTo(48_000_000);
    }

    /** Trains from the model as it arrives, and sends what it changed of that. */
    private static FederatedParticipant compressed(ParticipantData part, AtomicLong bytes) {
        FederatedParticipant inner = FederatedParticipant.training(NETWORK, part);
        ErrorFeedback feedback = new ErrorFeedback(Codec.sign(), 0.5);
        return FederatedParticipant.of(inner.id(), inner.samples(), task -> {
            float[] model = task.parameters();
            byte[] down = Codec.int3().nearest().encode(model, 0);
            float[] arrived = Codec.decode(down, model.length);
            float[] change = inner.fit(RoundTask.received(
                            task.round(),
                            arrived.clone(),
                            null,
                            task.settings(),
                            task.rule(),
                            task.wantsInitialLoss(),
                            task.seed()))
                    .parameters()
                    .clone();
            for (int i = 0; i < change.length; i++) {
                change[i] -= arrived[i];
            }
            byte[] up = feedback.encode(change, task.seed());
            bytes.addAndGet(down.length + up.length);
            float[] changed = Codec.decode(up, model.length);
            for (int i = 0; i < changed.length; i++) {
                changed[i] += model[i];
            }
            return Update.of(changed, inner.samples());
        });
    }
}
