package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.ClientAlgorithm.ReportedLoss;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of updates, stragglers and participants that do not work. */
class RoundOutcomeTest {
    private final DenseNetwork network = DenseNetwork.softmax(2, 2);

    private FederatedCoordinator.Builder federation() {
        return FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(1);
    }

    private static FederatedParticipant broken(String id, Function<RoundTask, Update> how) {
        return FederatedParticipant.of(id, 3, how);
    }

    @ParameterizedTest
    @CsvSource({
        "0,NaN,parameter 0 of its update is (NaN)",
        "5,NaN,parameter 5 of its update is (NaN)",
        "3,Infinity,parameter 3 of its update is (Infinity)",
        "2,-Infinity,parameter 2 of its update is (-Infinity)"
    })
    void oneValueThatIsNoNumberSpoilsAnUpdate(int place, float value, String reason) {
        FederatedRun run = federation()
                .participant(Recorder.plus("good", 1, 2))
                .participant(broken("bad", task -> {
                    float[] parameters = task.parameters();
                    parameters[place] = value;
                    return Update.of(parameters, 3);
                }))
                .build()
                .run();
        assertThat(run.rounds().get(0).failures()).containsExactly(new RoundResult.Failure("bad", reason));
        assertThat(run.parameters()).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 7, 1000})
    void anUpdateOfAnotherLengthIsNotCombined(int length) {
        FederatedRun run = federation()
                .participant(Recorder.plus("good", 1, 2))
                .participant(broken("bad", task -> Update.of(new float[length], 3)))
                .build()
                .run();
        assertThat(run.rounds().get(0).failures())
                .containsExactly(new RoundResult.Failure("bad", "its update has (" + length + ") parameters, not 6"));
        assertThat(run.rounds().get(0).bytesUp()).isEqualTo(4 * 6);
        assertThat(run.rounds().get(0).bytesDown()).isEqualTo(2 * 4 * 6);
        assertThat(run.parameters()).containsOnly(2);
    }

    /** Largest finite values are legal, and their mean does not overflow since it is taken in double. */
    @Test
    void hugeButFiniteUpdatesAreCombined() {
        FederatedRun run = federation()
                .participant(broken("huge", task -> Update.of(filled(Float.MAX_VALUE), Integer.MAX_VALUE)))
                .participant(broken("also", task -> Update.of(filled(Float.MAX_VALUE), Integer.MAX_VALUE)))
                .build()
                .run();
        assertThat(run.rounds().get(0).failures()).isEmpty();
        assertThat(run.parameters()).containsOnly(Float.MAX_VALUE);
    }

    private static float[] filled(float value) {
        float[] values = new float[6];
        Arrays.fill(values, value);
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void theModelIsTheMeanOfThoseWhoWorked(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int crowd = 2 + random.nextInt(15);
        List<String> failing = new ArrayList<>();
        double sum = 0;
        int total = 0;
        FederatedCoordinator.Builder builder = federation();
        for (int i = 0; i < crowd; i++) {
            String id = "p" + i;
            int samples = 1 + random.nextInt(90);
            int kind = i == 0 ? 9 : random.nextInt(8);
            if (kind < 4) {
                failing.add(id);
                builder.participant(broken(id, task -> switch (kind) {
                    case 0 -> throw new UnsupportedOperationException();
                    case 1 -> Update.of(new float[3], 1);
                    case 2 -> Update.of(filled(Float.NaN), 1);
                    default -> null;
                }));
            } else {
                builder.participant(Recorder.plus(id, samples, i));
                sum += samples * i;
                total += samples;
            }
        }
        FederatedRun run = builder.build().run();
        RoundResult round = run.rounds().get(0);
        assertThat(round.failures().stream().map(RoundResult.Failure::participant))
                .as("seed %d", seed)
                .containsExactlyElementsOf(failing);
        assertThat(round.selected()).as("seed %d", seed).isEqualTo(crowd);
        assertThat(round.reported()).as("seed %d", seed).isEqualTo(crowd - failing.size());
        assertThat(run.parameters()).as("seed %d", seed).containsOnly((float) (sum / total));
    }

    @Test
    void aFailureDoesNotStickToTheNextRound() {
        AtomicInteger calls = new AtomicInteger();
        FederatedRun run = federation()
                .participant(Recorder.plus("good", 1, 1))
                .participant(broken("moody", task -> {
                    if (calls.getAndIncrement() == 1) {
                        throw new IllegalStateException("not today");
                    }
                    return Update.of(Recorder.shifted(task, 1), 3);
                }))
                .rounds(3)
                .build()
                .run();
        assertThat(run.rounds()).extracting(RoundResult::reported).containsExactly(2, 1, 2);
        assertThat(run.rounds().get(1).failures().get(0).reason())
                .isEqualTo("java.lang.IllegalStateException: not today");
        assertThat(run.parameters()).containsOnly(3);
    }

    @Test
    void quorumIsReachedByExactlyTheNumberAsked() {
        FederatedCoordinator.Builder builder = federation().rounds(2);
        for (int i = 0; i < 4; i++) {
            builder.participant(Recorder.plus("good" + i, 1, 1));
        }
        builder.participant(broken("bad", task -> null));
        assertThat(builder.minimumReports(4).build().run().rounds()).hasSize(2);
        List<Integer> seen = new ArrayList<>();
        List<Long> progress = new ArrayList<>();
        assertThatThrownBy(() -> builder.minimumReports(5)
                        .onRound(round -> seen.add(round.round()))
                        .progress((phase, done, total) -> progress.add(done))
                        .build()
                        .run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessage("Round 1 has (4) usable updates of 5 participants, needs 5: 0 stragglers dropped, 1 failed"
                        + " (the first, bad: it sent no update).");
        assertThat(seen).isEmpty();
        assertThat(progress).containsExactly(0L);
    }

    @Test
    void aSelectionOfNobodyMissesTheQuorum() {
        assertThatThrownBy(() -> federation()
                        .participant(Recorder.plus("a", 1, 1))
                        .selection((round, population, random) -> new int[0])
                        .build()
                        .run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("Round 1 has (0) usable updates of 0 participants, needs 1");
    }

    @Test
    void whereEverybodyIsDroppedTheQuorumSaysSo() {
        FederatedCoordinator.Builder builder =
                federation().localEpochs(2).stragglers(new Stragglers(1)).participant(Recorder.plus("a", 1, 1));
        assertThatThrownBy(() ->
                        builder.participant(Recorder.plus("b", 1, 1)).build().run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessage(
                        "Round 1 has (0) usable updates of 2 participants, needs 1: 2 stragglers dropped, 0 failed.");
    }

    @ParameterizedTest
    @CsvSource({"0.25,8,2", "0.5,8,4", "0.9,8,7", "1,8,8", "0.06,8,0"})
    void partialWorkIsAskedForWithFewerEpochs(double fraction, int epochs, int slow) {
        List<Integer> asked = new ArrayList<>();
        FederatedRun run = counting(Strategies.fedProx(0.1), fraction, epochs, asked, 3);
        assertThat(asked).hasSize(3 * 8);
        for (int round = 0; round < 3; round++) {
            List<Integer> own = asked.subList(8 * round, 8 * round + 8);
            assertThat(own).filteredOn(e -> e < epochs).hasSize(slow);
            assertThat(own).allMatch(e -> e >= 1 && e <= epochs);
            assertThat(run.rounds().get(round).partial()).isEqualTo(slow);
            assertThat(run.rounds().get(round).reported()).isEqualTo(8);
            assertThat(run.rounds().get(round).dropped()).isZero();
        }
        List<Integer> again = new ArrayList<>();
        counting(Strategies.fedProx(0.1), fraction, epochs, again, 3);
        assertThat(again).isEqualTo(asked);
    }

    @ParameterizedTest
    @CsvSource({"0.25,2", "0.5,4", "0.9,7"})
    void droppedStragglersAreNotRunAtAll(double fraction, int slow) {
        List<Integer> asked = new ArrayList<>();
        FederatedRun run = counting(Strategies.fedAvg(), fraction, 5, asked, 2);
        assertThat(asked).hasSize(2 * (8 - slow)).containsOnly(5);
        assertThat(run.rounds()).allMatch(round -> round.dropped() == slow && round.partial() == 0);
        assertThat(run.rounds()).allMatch(round -> round.bytesDown() == 8L * 4 * 6);
        assertThat(run.rounds()).allMatch(round -> round.bytesUp() == (8L - slow) * 4 * 6);
    }

    /** The same are slow whatever the algorithm makes of it: its choice must not change the setting of the comparison. */
    @Test
    void theSameAreSlowWhateverTheAlgorithm() {
        List<String> kept = new ArrayList<>();
        List<String> run = new ArrayList<>();
        slowOnes(Strategies.fedProx(1), kept);
        slowOnes(Strategies.fedAvg(), run);
        assertThat(run).isEqualTo(kept).hasSize(4 * 4);
    }

    private void slowOnes(Strategy strategy, List<String> complete) {
        FederatedCoordinator.Builder builder =
                federation().strategy(strategy).rounds(4).localEpochs(10).stragglers(new Stragglers(0.5));
        for (int i = 0; i < 8; i++) {
            String id = "p" + i;
            builder.participant(FederatedParticipant.of(id, 1, task -> {
                if (task.settings().epochs() == 10) {
                    complete.add(task.round() + id);
                }
                return Update.of(task.parameters(), 1);
            }));
        }
        builder.build().run();
    }

    private FederatedRun counting(Strategy strategy, double fraction, int epochs, List<Integer> asked, int rounds) {
        FederatedCoordinator.Builder builder = federation()
                .strategy(strategy)
                .localEpochs(epochs)
                .rounds(rounds)
                .stragglers(new Stragglers(fraction));
        for (int i = 0; i < 8; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                asked.add(task.settings().epochs());
                return Update.of(task.parameters(), 1);
            }));
        }
        return builder.build().run();
    }

    /** A failed participant's loss is not told, nor one that is no number; the others' numbers are those of the plan. */
    @Test
    void lossesAreObservedOfUsableUpdatesOnly() {
        Recorder recorder = new Recorder();
        federation()
                .strategy(Strategies.fedAvg().client(recorder))
                .participant(broken("a", task -> Update.of(task.parameters(), 3).initialLoss(0.25)))
                .participant(broken("b", task -> Update.of(new float[1], 3).initialLoss(0.5)))
                .participant(broken("c", task -> Update.of(task.parameters(), 3).initialLoss(Double.NaN)))
                .participant(broken("d", task -> Update.of(task.parameters(), 3).initialLoss(Double.POSITIVE_INFINITY)))
                .participant(broken("e", task -> Update.of(task.parameters(), 3)))
                .participant(broken("f", task -> {
                    assertThat(task.wantsInitialLoss()).isTrue();
                    return Update.of(task.parameters(), 9).initialLoss(0.75);
                }))
                .build()
                .run();
        assertThat(recorder.losses)
                .containsExactly(List.of(new ReportedLoss(0, 3, 0.25), new ReportedLoss(5, 9, 0.75)));
    }

    /** In-process participants report the loss at what they received, which is log 2 at zeros. */
    @Test
    void inProcessParticipantsReportTheLossAtTheirStart() {
        Recorder recorder = new Recorder();
        LabelledSet set = Samples.clouds(40, 2, 2, 3);
        FederatedRun run = federation()
                .strategy(Strategies.fedAvg().client(recorder))
                .data(io.edgeai.federated.data.FederatedDataset.partition(
                        set, io.edgeai.federated.data.Partitioner.iid(), 4, 1))
                .rounds(2)
                .build()
                .run();
        assertThat(run.rounds()).allMatch(round -> round.failures().isEmpty());
        assertThat(recorder.losses.get(0))
                .hasSize(4)
                .allMatch(loss -> Math.abs(loss.loss() - Math.log(2)) < 1e-6 && loss.samples() == 10);
        assertThat(recorder.losses.get(1)).hasSize(4).allMatch(loss -> loss.loss() < Math.log(2));
    }

    @Test
    void anExecutorThatFillsUpNamesWhoItRefused() {
        AtomicInteger accepted = new AtomicInteger();
        Executor small = work -> {
            if (accepted.incrementAndGet() > 2) {
                throw new RejectedExecutionException("full");
            }
            work.run();
        };
        FederatedCoordinator.Builder builder = federation().executor(small, 2);
        for (int i = 0; i < 5; i++) {
            builder.participant(Recorder.plus("p" + i, 1, 1));
        }
        assertThatThrownBy(() -> builder.build().run())
                .isInstanceOf(LifecycleException.class)
                .hasMessage("The executor refuses participant (p2). Maybe it was shut down.")
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    /** A participant that itself talks to a full executor is one that failed. */
    @Test
    void aParticipantThatIsRefusedSomewhereElseOnlyFails() {
        FederatedRun run = federation()
                .participant(Recorder.plus("good", 1, 1))
                .participant(broken("bad", task -> {
                    throw new RejectedExecutionException("my own pool");
                }))
                .build()
                .run();
        assertThat(run.rounds().get(0).failures().get(0).reason()).contains("my own pool");
    }

    @Test
    void theModelServedIsTheOneEvaluated() {
        LabelledSet set = Samples.clouds(60, 2, 2, 4);
        FederatedRun run = federation()
                .participant(FederatedParticipant.of("a", 1, task -> {
                    float[] parameters = task.parameters();
                    parameters[task.round() % 4] += 0.7f;
                    return Update.of(parameters, 1);
                }))
                .strategy(Strategies.fedAvg().servedAverage(0.8))
                .rounds(7)
                .evaluation(set, 3)
                .build()
                .run();
        Evaluation served = run.model().evaluate(set);
        RoundResult last = run.rounds().get(6);
        assertThat(last.accuracy()).isEqualTo(served.accuracy());
        assertThat(last.loss()).isEqualTo(served.loss());
        assertThat(run.parameters()).isNotEqualTo(run.lastParameters());
        assertThat(run.rounds())
                .filteredOn(round -> !Double.isNaN(round.loss()))
                .extracting(RoundResult::round)
                .containsExactly(3, 6, 7);
    }

    @Test
    void withoutEvaluationThereIsNoFigure() {
        FederatedRun run = federation()
                .participant(Recorder.plus("a", 1, 1))
                .rounds(3)
                .build()
                .run();
        assertThat(run.accuracy()).isNaN();
        assertThat(run.rounds()).allMatch(round -> Double.isNaN(round.accuracy()) && Double.isNaN(round.loss()));
    }

    @Test
    void whatAListenerThrowsEndsTheRun() {
        IllegalStateException full = new IllegalStateException("disk full");
        assertThatThrownBy(() -> federation()
                        .participant(Recorder.plus("a", 1, 1))
                        .onRound(round -> {
                            throw full;
                        })
                        .build()
                        .run())
                .isSameAs(full);
    }
}
