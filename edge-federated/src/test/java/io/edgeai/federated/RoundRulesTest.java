package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows, goals and refusals of a round, by a clock that only the test moves. */
class RoundRulesTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Receipt> receipts = new ArrayList<>();

    private FederatedCoordinator.Builder federation(UnaryOperator<RoundRules> rules) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .executor(Runnable::run, 50)
                .rules(rules.apply(RoundRules.defaults()))
                .ticker(clock::get)
                .rounds(1);
    }

    /** Answers when the test says so, by an update that adds its step. */
    private final class Slow implements FederatedParticipant {
        private final String id;
        private final long afterNanos;
        private boolean there = true;

        Slow(String id, long afterSeconds) {
            this.id = id;
            this.afterNanos = Duration.ofSeconds(afterSeconds).toNanos();
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int samples() {
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Update> begin(RoundTask task, Executor executor) {
            CompletableFuture<Update> work = new CompletableFuture<>();
            if (afterNanos <= clock.get()) {
                work.complete(Update.of(Recorder.shifted(task, 1), 1));
            }
            return work;
        }

        @Override
        public boolean available() {
            return there;
        }

        @Override
        public void settled(Receipt receipt) {
            receipts.add(receipt);
        }
    }

    /** The clock jumps while the run waits, as its only reader besides the run is the question whether to stop. */
    private Progress movingClock(Duration step) {
        return new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                clock.addAndGet(step.toNanos());
                return false;
            }
        };
    }

    @Test
    void whoDoesNotAnswerWithinTheWindowIsLate() {
        FederatedRun run = federation(rules -> rules.reportingWindow(Duration.ofMinutes(5)))
                .participant(new Slow("quick", 0))
                .participant(new Slow("never", 1_000_000))
                .participant(new Slow("also quick", 0))
                .progress(movingClock(Duration.ofSeconds(20)))
                .build()
                .run();
        RoundResult round = run.rounds().get(0);
        assertThat(round.reported()).isEqualTo(2);
        assertThat(round.late()).isEqualTo(1);
        assertThat(round.failures()).isEmpty();
        assertThat(round.seconds()).isBetween(300.0, 500.0);
        assertThat(receipts)
                .filteredOn(receipt -> !receipt.accepted())
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.reason()).contains("did not wait"));
    }

    @Test
    void aWindowThatClosesOnTooFewIsNoQuorum() {
        assertThatThrownBy(() -> federation(rules -> rules.minimumReports(2).reportingWindow(Duration.ofMinutes(5)))
                        .participant(new Slow("quick", 0))
                        .participant(new Slow("never", 1_000_000))
                        .progress(movingClock(Duration.ofSeconds(30)))
                        .build()
                        .run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessage("Round 1 has (1) usable updates of 2 participants, needs 2: 0 stragglers dropped, 1 late, 0"
                        + " failed.");
    }

    /** More are selected than needed; the round is over with the first so many, whoever is missing. */
    @ParameterizedTest
    @CsvSource({"3,0", "3,1", "4,1", "1,4"})
    void theGoalEndsTheRound(int goal, int hanging) {
        FederatedCoordinator.Builder builder = federation(rules -> rules.goal(goal));
        for (int i = 0; i < 5; i++) {
            builder.participant(new Slow("p" + i, i < hanging ? 1_000_000 : 0));
        }
        RoundResult round = builder.build().run().rounds().get(0);
        assertThat(round.reported()).isBetween(goal, 5 - hanging);
        assertThat(round.late()).isEqualTo(5 - round.reported()).isGreaterThanOrEqualTo(hanging);
    }

    @Test
    void aRoundWaitsForEnoughToComeAndAsksThoseOnly() {
        Slow late = new Slow("late", 0);
        late.there = false;
        Slow absent = new Slow("absent", 0);
        absent.there = false;
        FederatedRun run = federation(rules -> rules.minimumReports(2).selectionWindow(Duration.ofHours(1)))
                .participant(absent)
                .participant(new Slow("here", 0))
                .participant(late)
                .progress(new Progress() {
                    @Override
                    public void update(String phase, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        late.there = clock.addAndGet(Duration.ofMinutes(7).toNanos())
                                > Duration.ofMinutes(30).toNanos();
                        return false;
                    }
                })
                .build()
                .run();
        assertThat(run.rounds().get(0).selected()).isEqualTo(2);
        assertThat(receipts).hasSize(2).allMatch(Receipt::accepted);
    }

    @Test
    void roundsBeginAtTheirPace() {
        List<Long> begun = new ArrayList<>();
        federation(rules -> rules.pace(Duration.ofMinutes(10)))
                .participant(new Slow("p", 0))
                .rounds(4)
                .progress(movingClock(Duration.ofMinutes(1)))
                .onPhase((round, phase) -> {
                    if (phase == RoundPhase.SELECTING) {
                        begun.add(Duration.ofNanos(clock.get()).toMinutes());
                    }
                })
                .build()
                .run();
        for (int i = 1; i < 4; i++) {
            assertThat(begun.get(i) - begun.get(i - 1)).as("begun %s", begun).isBetween(10L, 12L);
        }
    }

    @Test
    void phasesFollowEachOther() {
        List<RoundPhase> phases = new ArrayList<>();
        federation(rules -> rules)
                .participant(new Slow("p", 0))
                .rounds(2)
                .onPhase((round, phase) -> phases.add(phase))
                .build()
                .run();
        assertThat(phases).hasSize(10);
        assertThat(phases.subList(0, 5)).containsExactly(RoundPhase.values());
        assertThat(phases.subList(5, 10)).containsExactly(RoundPhase.values());
    }

    private static Update bad(String kind, RoundTask task) {
        float[] parameters = Recorder.shifted(task, 1);
        return switch (kind) {
            case "norm" -> Update.of(Recorder.shifted(task, 10), 1);
            case "samples" -> Update.received(parameters, 0);
            case "negative" -> Update.received(parameters, -3);
            case "version" -> Update.of(parameters, 1).answering(task.version() ^ 2, 0);
            case "control" -> Update.of(parameters, 1).control(new float[3]);
            case "control value" -> Update.of(parameters, 1).control(new float[] {0, 0, 0, 0, 0, Float.NaN});
            default -> Update.of(parameters, 1).answering(task.version(), 77);
        };
    }

    /** The model has 6 parameters: a step of 1 has norm √6 = 2.45, of 10 24.5. */
    @ParameterizedTest
    @CsvSource({
        "norm,its change has norm (24.4",
        "samples,its update counts (0) samples",
        "negative,its update counts (-3) samples",
        "version,its update belongs to model version (",
        "control,its update has (3) control values",
        "control value,control value 5 of its update is (NaN)",
        "id,update id (4d) has counted already"
    })
    void badUpdatesAreRefusedWithAReasonAndHarmNobody(String kind, String reason) {
        FederatedRun run = federation(rules -> rules.maximumNorm(3))
                .participant(FederatedParticipant.of("good", 1, task -> Update.of(Recorder.shifted(task, 1), 1)
                        .answering(task.version(), 77)))
                .participant(FederatedParticipant.of("bad", 1, task -> bad(kind, task)))
                .build()
                .run();
        assertThat(run.rounds().get(0).failures()).singleElement().satisfies(failure -> {
            assertThat(failure.participant()).isEqualTo("bad");
            assertThat(failure.reason()).startsWith(reason);
        });
        assertThat(run.parameters()).containsOnly(1);
    }

    @Test
    void addingUpAsTheyComeGivesTheSameSum() {
        FederatedCoordinator.Builder builder = federation(RoundRules::inArrivalOrder);
        for (int i = 0; i < 9; i++) {
            builder.participant(Recorder.plus("p" + i, 1, i));
        }
        FederatedRun run = builder.build().run();
        assertThat(run.parameters()).containsOnly(4);
        assertThat(run.rounds().get(0).reported()).isEqualTo(9);
    }

    @Test
    void rulesThatContradictThemselvesAreRefused() {
        RoundRules rules = RoundRules.defaults();
        assertThatThrownBy(() -> rules.goal(3).minimumReports(4)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> rules.maximumNorm(0)).hasMessageContaining("maximumNorm (0.0)");
        assertThatThrownBy(() -> rules.pace(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> federation(given -> given.goal(2))
                        .participant(new Slow("p", 0))
                        .build())
                .hasMessageContaining("goal (2) is more than the participants (1)");
    }
}
