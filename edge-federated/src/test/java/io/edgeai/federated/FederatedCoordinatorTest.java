package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FederatedCoordinatorTest {
    private final LabelledSet train = Samples.clouds(600, 8, 3, 1);
    private final LabelledSet test = train.range(500, 600);
    private final DenseNetwork network = DenseNetwork.mlp(8, 3, 6);
    private final FederatedDataset parts =
            FederatedDataset.partition(train.range(0, 500), Partitioner.dirichlet(0.3), 20, 1);

    private FederatedCoordinator.Builder federation() {
        return FederatedCoordinator.builder()
                .model(network)
                .data(parts)
                .strategy(Strategies.fedAvg())
                .selection(Selection.count(5))
                .localEpochs(3)
                .rounds(8)
                .seed(5);
    }

    /** Guessing gives a third. */
    @Test
    void learns() {
        FederatedRun run = federation().rounds(40).evaluation(test, 10).build().run();
        assertThat(run.accuracy()).isGreaterThan(0.7);
        assertThat(run.model().evaluate(test).accuracy()).isEqualTo(run.accuracy());
        assertThat(run.rounds()).hasSize(40);
        assertThat(run).hasToString(String.format(Locale.ROOT, "40 rounds, accuracy %.4f", run.accuracy()));
        assertThat(run.rounds().stream()
                        .filter(r -> !Double.isNaN(r.accuracy()))
                        .map(RoundResult::round))
                .containsExactly(10, 20, 30, 40);
    }

    @Test
    void oneParticipantIsCentralTrainingToTheBit() {
        LabelledSet own = train.range(0, 90);
        FederatedDataset alone = FederatedDataset.partition(own, Partitioner.iid(), 1, 1);
        List<Long> seeds = new ArrayList<>();
        FederatedRun run = federation()
                .data(alone)
                .rounds(4)
                .participant(spy("spy", seeds))
                .selection(Selection.all())
                .strategy(Strategies.fedAvg().weighting(Weighting.samples()))
                .build()
                .run();
        assertThat(run.rounds()).allMatch(r -> r.failures().size() == 1);

        float[] central = network.initialParameters(Seeds.mix(5, 0, 0));
        Trainer trainer = new Trainer(network);
        LabelledSet dealt = alone.participants().get(0).train();
        for (int round = 1; round <= 4; round++) {
            trainer.train(central, dealt, SgdSettings.defaults().epochs(3), Seeds.mix(5, round, 0));
        }
        assertThat(run.parameters()).isEqualTo(central);
        assertThat(seeds).doesNotHaveDuplicates().hasSize(4);
    }

    /** Reports the seeds it was given and then fails, so that it does not take part. */
    private static FederatedParticipant spy(String id, List<Long> seeds) {
        return FederatedParticipant.of(id, 1, task -> {
            seeds.add(task.seed());
            throw new IllegalStateException("only looking");
        });
    }

    @Test
    void averagingIsTheWeightedMeanOfWhatParticipantsSend() {
        float[] start = {1, 2, 3, 4};
        FederatedRun run = FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(1, 2))
                .initialParameters(start)
                .participant(plus("a", 30, 1))
                .participant(plus("b", 10, 5))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(2)
                .build()
                .run();
        for (int i = 0; i < 4; i++) {
            assertThat(run.parameters()[i]).isCloseTo(start[i] + 2 * (30 * 1 + 10 * 5) / 40f, within(1e-6f));
        }
    }

    private static FederatedParticipant plus(String id, int samples, float step) {
        return FederatedParticipant.of(id, samples, task -> {
            float[] parameters = task.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += step;
            }
            return Update.of(parameters, samples);
        });
    }

    @Test
    void fedProxWithoutPullIsFedAvgToTheBit() {
        assertThat(parameters(Strategies.fedProx(0))).isEqualTo(parameters(Strategies.fedAvg()));
        assertThat(parameters(Strategies.fedProx(1))).isNotEqualTo(parameters(Strategies.fedAvg()));
    }

    private float[] parameters(Strategy strategy) {
        return federation().strategy(strategy).build().run().parameters();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void threadsDoNotChangeABit(int threads) {
        for (Strategy strategy : List.of(
                Strategies.fedProxAdaptive(),
                Strategies.fedAdam(),
                Strategies.fedAvg().aggregator(Aggregator.trimmedMean(0.2)))) {
            FederatedRun alone = federation()
                    .strategy(strategy)
                    .stragglers(new Stragglers(strategy.client().keepsPartialWork() ? 0.5 : 0))
                    .build()
                    .run();
            ExecutorService executor = Executors.newFixedThreadPool(threads);
            try {
                FederatedRun many = federation()
                        .strategy(strategy)
                        .stragglers(new Stragglers(strategy.client().keepsPartialWork() ? 0.5 : 0))
                        .executor(executor, threads)
                        .build()
                        .run();
                assertThat(many.parameters()).isEqualTo(alone.parameters());
                assertThat(many.lastParameters()).isEqualTo(alone.lastParameters());
            } finally {
                executor.shutdownNow();
            }
        }
    }

    @Test
    void aCoordinatorRunsAgainFromTheBeginning() {
        FederatedCoordinator coordinator =
                federation().strategy(Strategies.fedAvgM()).build();
        assertThat(coordinator.run().parameters()).isEqualTo(coordinator.run().parameters());
        assertThat(federation()
                        .strategy(Strategies.fedAvgM())
                        .seed(6)
                        .build()
                        .run()
                        .parameters())
                .isNotEqualTo(coordinator.run().parameters());
    }

    @Test
    void failuresAreCountedAndTheRoundGoesOn() {
        FederatedRun run = federation()
                .selection(Selection.all())
                .rounds(1)
                .participant(FederatedParticipant.of("breaks", 5, task -> {
                    throw new IllegalStateException("disk full");
                }))
                .participant(FederatedParticipant.of("short", 5, task -> Update.of(new float[2], 5)))
                .participant(FederatedParticipant.of("nan", 5, task -> {
                    float[] parameters = task.parameters();
                    parameters[3] = Float.NaN;
                    return Update.of(parameters, 5);
                }))
                .participant(FederatedParticipant.of("silent", 5, task -> null))
                .participant(FederatedParticipant.of("zero", 5, task -> Update.of(task.parameters(), 0)))
                .build()
                .run();
        RoundResult round = run.rounds().get(0);
        assertThat(round.selected()).isEqualTo(25);
        assertThat(round.reported()).isEqualTo(20);
        assertThat(round.failures())
                .extracting(RoundResult.Failure::participant)
                .containsExactly("breaks", "short", "nan", "silent", "zero");
        assertThat(round.failures().get(0).reason()).contains("disk full");
        assertThat(round.failures().get(1).reason()).contains("(2) parameters");
        assertThat(round.failures().get(2).reason()).contains("parameter 3").contains("NaN");
        assertThat(round.failures().get(3).reason()).contains("no update");
        assertThat(round.failures().get(4).reason()).contains("samples (0)");
        assertThat(run.parameters())
                .isEqualTo(federation()
                        .selection(Selection.all())
                        .rounds(1)
                        .build()
                        .run()
                        .parameters());
    }

    @Test
    void tooFewUpdatesEndTheRun() {
        AtomicInteger calls = new AtomicInteger();
        FederatedCoordinator coordinator = FederatedCoordinator.builder()
                .model(network)
                .participant(plus("works", 5, 0))
                .participant(FederatedParticipant.of("tires", 5, task -> {
                    if (calls.incrementAndGet() > 2) {
                        throw new IllegalStateException("tired");
                    }
                    return Update.of(task.parameters(), 5);
                }))
                .selection(Selection.all())
                .minimumReports(2)
                .rounds(5)
                .build();
        assertThatThrownBy(coordinator::run)
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("Round 3 has (1) usable updates")
                .hasMessageContaining("tires: java.lang.IllegalStateException: tired");
    }

    @Test
    void stragglersAreDroppedOrKeptAsTheAlgorithmSays() {
        RoundResult dropped = federation()
                .stragglers(new Stragglers(0.6))
                .rounds(1)
                .build()
                .run()
                .rounds()
                .get(0);
        assertThat(dropped.dropped()).isEqualTo(3);
        assertThat(dropped.reported()).isEqualTo(2);
        assertThat(dropped.partial()).isZero();
        RoundResult kept = federation()
                .strategy(Strategies.fedProx(0.1))
                .stragglers(new Stragglers(0.6))
                .rounds(1)
                .build()
                .run()
                .rounds()
                .get(0);
        assertThat(kept.dropped()).isZero();
        assertThat(kept.reported()).isEqualTo(5);
        assertThat(kept.partial()).isEqualTo(3);
        assertThat(kept.mu()).isEqualTo(0.1);
        long bytes = 4L * network.layout().size();
        assertThat(kept.bytesDown()).isEqualTo(5 * bytes);
        assertThat(dropped.bytesUp()).isEqualTo(2 * bytes);
    }

    @Test
    void servedAverageFollowsItsFormulaAndParticipantsStartFromTheLastModel() {
        List<Float> received = new ArrayList<>();
        FederatedRun run = FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(1, 2))
                .participant(FederatedParticipant.of("a", 1, task -> {
                    float[] parameters = task.parameters();
                    received.add(parameters[0]);
                    parameters[0] += 1;
                    return Update.of(parameters, 1);
                }))
                .strategy(Strategies.fedAvg().servedAverage(0.3))
                .selection(Selection.all())
                .rounds(4)
                .build()
                .run();
        assertThat(received).containsExactly(0f, 1f, 2f, 3f);
        double served = 1;
        for (int t = 1; t < 4; t++) {
            double e = Math.min(0.3, t / (t + 5.0));
            served = e * served + (1 - e) * (t + 1);
        }
        assertThat((double) run.parameters()[0]).isCloseTo(served, within(1e-5));
        assertThat(run.lastParameters()[0]).isEqualTo(4);
    }

    @Test
    void learningRateDecaysFromRoundToRound() {
        List<Double> rates = new ArrayList<>();
        FederatedCoordinator.builder()
                .model(network)
                .participant(FederatedParticipant.of("a", 1, task -> {
                    rates.add(task.settings().learningRate());
                    return Update.of(task.parameters(), 1);
                }))
                .learningRate(0.8)
                .learningRateDecay(0.5)
                .rounds(3)
                .build()
                .run();
        assertThat(rates).containsExactly(0.8, 0.4, 0.2);
    }

    @Test
    void everyProblemOfABuildIsListed() {
        assertThatThrownBy(() -> FederatedCoordinator.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("model is missing")
                .hasMessageContaining("no participants");
        assertThatThrownBy(() -> federation()
                        .model(DenseNetwork.softmax(9, 3))
                        .initialParameters(new float[1])
                        .minimumReports(21)
                        .evaluation(test, 1)
                        .stragglers(new Stragglers(0.5))
                        .localEpochs(1)
                        .participant(plus("0", 1, 1))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("initialParameters has (1)")
                .hasMessageContaining("the data have (8) features")
                .hasMessageContaining("evaluation set")
                .hasMessageContaining("at least 2 local epochs")
                .hasMessageContaining("participant id (0) occurs twice");
    }

    @Test
    void singleValuesFailWhereTheyAreSet() {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder();
        assertThatThrownBy(() -> builder.rounds(0)).hasMessageContaining("rounds (0)");
        assertThatThrownBy(() -> builder.minimumReports(0)).hasMessageContaining("minimumReports (0)");
        assertThatThrownBy(() -> builder.learningRate(-1)).hasMessageContaining("learningRate (-1.0)");
        assertThatThrownBy(() -> builder.learningRateDecay(0)).hasMessageContaining("learningRateDecay (0.0)");
        assertThatThrownBy(() -> builder.evaluation(test, 0)).hasMessageContaining("every (0)");
        assertThatThrownBy(() -> builder.executor(Runnable::run, 0)).hasMessageContaining("parallelism (0)");
        assertThatThrownBy(() -> builder.local(SgdSettings.defaults().mu(1))).hasMessageContaining("mu (1.0)");
        assertThatThrownBy(() -> FederatedParticipant.of("a", 0, task -> Update.of(new float[1], 1)))
                .hasMessageContaining("samples (0)");
    }

    @Test
    void aSelectionThatChoosesWronglyIsAnError() {
        for (int[] wrong : new int[][] {{0, 0}, {20}, {-1}}) {
            assertThatThrownBy(() -> federation()
                            .selection((round, population, random) -> wrong)
                            .build()
                            .run())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("selection of round 1");
        }
    }
}
