package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that stop in the middle and go on from their journal, against the same runs without a stop. */
class ResumeTest {
    private static final int ROUNDS = 4;
    private static final int SELECTED = 5;
    private static final Map<String, Strategy> STRATEGIES = Map.of(
            "adaptive", Strategies.fedProxAdaptive(),
            "momentum", Strategies.fedAvgM(),
            "adam", Strategies.fedAdam(),
            "yogi", Strategies.fedAvg().server(ServerOptimizer.yogi(0.01, 0.9, 0.99, 1e-3)),
            "adagrad", Strategies.fedAvg().server(ServerOptimizer.adagrad(0.01, 0.9, 1e-3)),
            "scaffold", Strategies.fedAvg().client(ClientAlgorithm.scaffold()),
            "ditto", Strategies.fedAvg().client(ClientAlgorithm.ditto(0.5)),
            "fednova", Strategies.fedAvg().client(ClientAlgorithm.fedNova()),
            "q-fedavg", Strategies.fedAvg().client(ClientAlgorithm.qFedAvg(1)),
            "clipping", Strategies.fedAvg().aggregator(Aggregator.centredClipping()));

    @TempDir
    Path folder;

    private final DenseNetwork network = DenseNetwork.softmax(4, 3);
    private final FederatedDataset data =
            FederatedDataset.partition(Samples.clouds(240, 4, 3, 9), Partitioner.dirichlet(0.5), 12, 9);

    private FederatedCoordinator.Builder federation(Strategy strategy) {
        return FederatedCoordinator.builder()
                .model(network)
                .data(data)
                .strategy(strategy)
                .selection(Selection.count(SELECTED))
                .stragglers(new Stragglers(0.4))
                .localEpochs(3)
                .rounds(ROUNDS)
                .ticker(() -> 0)
                .seed(3);
    }

    /** Stops the run when it has asked this often whether to stop, which it does at every step. */
    private static Progress stopAfter(int questions) {
        AtomicInteger asked = new AtomicInteger();
        return new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return asked.incrementAndGet() > questions;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adaptive",
                "momentum",
                "adam",
                "yogi",
                "adagrad",
                "scaffold",
                "ditto",
                "fednova",
                "q-fedavg",
                "clipping"
            })
    void whereverItStopsTheModelIsTheSameToTheBit(String name) {
        Strategy strategy = STRATEGIES.get(name);
        assertTheSame(() -> federation(strategy));
    }

    /** What the codec left out belongs to the participants' memory. */
    @Test
    void compressedRunsAreTheSameToTheBit() {
        assertTheSame(() -> federation(Strategies.fedAvg()).compression(Codec.sign(), 0.5));
    }

    private void assertTheSame(Supplier<FederatedCoordinator.Builder> federation) {
        FederatedCoordinator undisturbed = federation.get().build();
        FederatedRun whole = undisturbed.run();
        int stops = 0;
        FederatedRun resumed = null;
        List<float[]> personal = List.of();
        for (int patience = 1; resumed == null; patience = 1 + patience * 2 % 13) {
            FederatedCoordinator coordinator = federation
                    .get()
                    .journal(folder.resolve("run.journal"))
                    .progress(stopAfter(patience + 4))
                    .build();
            try {
                resumed = coordinator.run();
                personal = personal(coordinator);
            } catch (OperationCancelledException e) {
                stops++;
            }
        }
        assertThat(stops).as("stops").isGreaterThan(ROUNDS);
        assertThat(resumed.lastParameters()).isEqualTo(whole.lastParameters());
        assertThat(resumed.parameters()).isEqualTo(whole.parameters());
        assertThat(resumed.rounds()).isEqualTo(whole.rounds());
        assertThat(personal).usingRecursiveComparison().isEqualTo(personal(undisturbed));
    }

    private static List<float[]> personal(FederatedCoordinator coordinator) {
        return coordinator.population().members().stream()
                .map(participant -> participant.personal().orElse(new float[0]))
                .toList();
    }

    /** Regression: control variates of an earlier run led the next one of the same coordinator. */
    @ParameterizedTest
    @ValueSource(strings = {"scaffold", "ditto"})
    void everyRunBeginsAnew(String name) {
        FederatedCoordinator coordinator = federation(STRATEGIES.get(name)).build();

        FederatedRun first = coordinator.run();
        List<float[]> personal = personal(coordinator);
        FederatedRun second = coordinator.run();

        assertThat(second.lastParameters()).isEqualTo(first.lastParameters());
        assertThat(personal(coordinator)).usingRecursiveComparison().isEqualTo(personal);
    }

    /** Who was told that its update counts is not asked again in that round, and the others are. */
    @Test
    void acknowledgedWorkIsNotAskedForAgain() {
        List<String> asked = new ArrayList<>();
        List<String> acknowledged = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(1)
                .journal(folder.resolve("j"))
                .progress(new Progress() {
                    @Override
                    public void update(String phase, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        return stop.get();
                    }
                });
        for (int i = 0; i < 5; i++) {
            builder.participant(new Listed("p" + i, asked, acknowledged, stop));
        }
        assertThatThrownBy(() -> builder.build().run()).isInstanceOf(OperationCancelledException.class);
        assertThat(asked).containsExactly("p0", "p1", "p2");
        assertThat(acknowledged).containsExactly("p0 true", "p1 true", "p2 true");
        stop.set(false);
        FederatedRun run = builder.build().run();
        assertThat(asked).containsExactly("p0", "p1", "p2", "p3", "p4");
        assertThat(acknowledged.subList(3, acknowledged.size()))
                .as("told again, in case the first time was lost")
                .containsExactly("p0 true", "p1 true", "p2 true", "p3 true", "p4 true");
        assertThat(run.rounds().get(0).reported()).isEqualTo(5);
        assertThat(run.parameters()).containsOnly((0 + 1 + 2 + 3 + 4) / 5f);
    }

    /** Answers its own number; the third stops the run. */
    private record Listed(String id, List<String> asked, List<String> acknowledged, AtomicBoolean stop)
            implements FederatedParticipant {
        @Override
        public int samples() {
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            asked.add(id);
            stop.set(asked.size() == 3);
            return Update.of(Recorder.shifted(task, id.charAt(1) - '0'), 1);
        }

        @Override
        public void settled(Receipt receipt) {
            acknowledged.add(id + " " + receipt.accepted());
        }
    }

    @Test
    void aJournalOfAnotherPlanIsNotGoneOnWith() {
        Path journal = folder.resolve("j");
        FederatedRun run =
                federation(Strategies.fedAvg()).journal(journal).build().run();
        assertThatThrownBy(() -> federation(Strategies.fedAvg())
                        .seed(4)
                        .journal(journal)
                        .build()
                        .run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("belongs to the plan")
                .hasMessageContaining("seed 4");
        FederatedRun longer = federation(Strategies.fedAvg())
                .journal(journal)
                .rounds(ROUNDS + 2)
                .build()
                .run();
        assertThat(longer.rounds()).hasSize(ROUNDS + 2);
        assertThat(longer.rounds().subList(0, ROUNDS)).isEqualTo(run.rounds());
        assertThat(longer.lastParameters())
                .as("going on is the same as never having stopped")
                .isEqualTo(federation(Strategies.fedAvg())
                        .rounds(ROUNDS + 2)
                        .build()
                        .run()
                        .lastParameters());
    }

    /** A round without quorum leaves no trace: the next process asks everybody again. */
    @Test
    void aRoundWithoutQuorumIsBegunAgain() {
        AtomicBoolean ill = new AtomicBoolean(true);
        FederatedCoordinator coordinator = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .minimumReports(2)
                .rounds(1)
                .journal(folder.resolve("j"))
                .participant(Recorder.plus("a", 1, 1))
                .participant(FederatedParticipant.of("b", 1, task -> {
                    if (ill.get()) {
                        throw new IllegalStateException("ill");
                    }
                    return Update.of(Recorder.shifted(task, 3), 1);
                }))
                .build();
        assertThatThrownBy(coordinator::run).isInstanceOf(QuorumNotReachedException.class);
        ill.set(false);
        assertThat(coordinator.run().parameters()).containsOnly(2);
    }
}
