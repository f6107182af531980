package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.SiteEvaluation;
import io.edgeai.federated.Update;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A model is measured, message by message, without a network. */
class MeasuringConversationTest {
    private static final DenseNetwork NETWORK = DenseNetwork.softmax(4, 3);

    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, null, Pipe.REST_FROM);
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Evaluation> said = new ArrayList<>();
    private boolean cutBeforeScore;

    /** Trains nothing and says that it has as many samples right as the model's first value tells. */
    private final class Site implements FederatedParticipant {
        @Override
        public String id() {
            return "a";
        }

        @Override
        public int samples() {
            return 5;
        }

        @Override
        public Update fit(RoundTask task) {
            float[] parameters = task.parameters();
            parameters[0] = 0.25f * task.round();
            return Update.of(parameters, 5);
        }

        @Override
        public Optional<Evaluation> evaluate(float[] parameters) {
            Evaluation own = new Evaluation(parameters[0] * 2, parameters[0], 8);
            said.add(own);
            return Optional.of(own);
        }

        @Override
        public void settled(Receipt receipt) {
            receipts.add(receipt);
        }
    }

    /** The run's own thread lets messages through, whenever it begins to wait. */
    private FederatedRun run(ParticipantSession session, int rounds) {
        Pipe[] pipe = {connected(session)};
        return FederatedCoordinator.builder()
                .model(NETWORK)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(rounds)
                .population(population)
                .siteEvaluation(SiteEvaluation.every(1))
                .progress(new io.edgeai.core.concurrent.Progress() {
                    @Override
                    public void update(String phase, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        boolean measuring = !pipe[0].heard.isEmpty()
                                && pipe[0].heard.stream()
                                        .anyMatch(one ->
                                                one.hasTask() && one.getTask().getRound() < 0);
                        if (measuring && cutBeforeScore && pipe[0].said.stream().noneMatch(ToCoordinator::hasScore)) {
                            cutBeforeScore = false;
                            pipe[0].cut();
                            pipe[0] = connected(session);
                        }
                        pipe[0].flow();
                        return false;
                    }
                })
                .build()
                .run();
    }

    private Pipe connected(ParticipantSession session) {
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipe.flow();
        return pipe;
    }

    private ParticipantSession session(Executor executor) {
        return new ParticipantSession(new Site(), executor, 1 << 20);
    }

    @Test
    void theModelOfTheRoundIsMeasuredAndNotTrained() {
        FederatedRun run = run(session(Runnable::run), 3);
        for (int round = 1; round <= 3; round++) {
            SiteFigures figures =
                    Objects.requireNonNull(run.rounds().get(round - 1).sites());
            assertThat(figures.accuracy()).isEqualTo(0.25 * round);
            assertThat(figures.loss()).isEqualTo(0.5 * round);
            assertThat(figures.samples()).isEqualTo(8);
        }
        assertThat(said).hasSize(3);
        // Of scores nobody gets a receipt.
        assertThat(receipts).extracting(Receipt::round).containsExactly(1, 2, 3);
        assertThat(receipts).allMatch(Receipt::accepted);
    }

    @Test
    void aBrokenConnectionAsksAgain() {
        List<Runnable> works = new ArrayList<>();
        cutBeforeScore = true;
        int[] calls = {0};
        FederatedRun run = run(
                session(work -> {
                    // The second work is the first measurement: it is lost with its connection.
                    if (++calls[0] == 2) {
                        works.add(work);
                    } else {
                        work.run();
                    }
                }),
                1);
        assertThat(Objects.requireNonNull(run.rounds().get(0).sites()).accuracy())
                .isEqualTo(0.25);
        assertThat(works).hasSize(1);
        assertThat(cutBeforeScore).isFalse();
    }

    private static RoundTask measuring() {
        // What a coordinator makes of round 7, as it comes over the wire.
        return RoundTask.received(
                -7,
                new float[] {0.5f, 0, 0},
                null,
                io.edgeai.federated.training.SgdSettings.defaults(),
                io.edgeai.federated.strategy.LocalRule.plain(),
                false,
                1);
    }

    private FederatedParticipant only() {
        return population.members().get(0);
    }

    @Test
    void onlyAScoreOfThisModelCounts() {
        connected(session(work -> {}));
        CompletableFuture<Optional<Evaluation>> answer = only().measure(measuring(), Runnable::run);
        RemotePopulation.Session again = population.open(Pipe.nowhere(), Enrolment.Identity.NONE);
        again.receive(ToCoordinator.newBuilder()
                .setHello(Federation.Hello.newBuilder()
                        .setOldestVersion(2)
                        .setNewestVersion(2)
                        .setParticipant("a")
                        .setSamples(5)
                        .addCapabilities("f32")
                        .addCapabilities("measure"))
                .build());
        again.receive(score(7, measuring().version(), 3));
        again.receive(score(-6, measuring().version(), 3));
        assertThat(answer).isNotDone();
        again.receive(ToCoordinator.newBuilder()
                .setUpdate(Federation.UpdateHeader.newBuilder().setRound(-7).setParameters(3))
                .build());
        assertThatThrownBy(answer::join).hasMessageContaining("an update is not wanted now");

        CompletableFuture<Optional<Evaluation>> other = only().measure(measuring(), Runnable::run);
        again.receive(score(-7, 12345, 3));
        assertThatThrownBy(other::join).hasMessageContaining("its score belongs to model version (3039)");

        CompletableFuture<Optional<Evaluation>> good = only().measure(measuring(), Runnable::run);
        again.receive(score(-7, measuring().version(), 3));
        assertThat(good.join()).contains(new Evaluation(0.5, 0.25, 3));
        again.receive(score(-7, measuring().version(), 4)); // twice
        assertThat(good.join()).contains(new Evaluation(0.5, 0.25, 3));

        CompletableFuture<Optional<Evaluation>> unable = only().measure(measuring(), Runnable::run);
        again.receive(ToCoordinator.newBuilder()
                .setFailure(Federation.Failure.newBuilder().setRound(-7).setReason("no samples"))
                .build());
        assertThatThrownBy(unable::join).hasMessageContaining("no samples");
    }

    private static ToCoordinator score(int round, long version, int samples) {
        return ToCoordinator.newBuilder()
                .setScore(Federation.Score.newBuilder()
                        .setRound(round)
                        .setModelVersion(version)
                        .setSamples(samples)
                        .setAccuracy(0.25)
                        .setLoss(0.5))
                .build();
    }

    @Test
    void whoCannotMeasureIsRefusedWhereItIsNeeded() {
        population.require(Set.of("measure"));
        List<ToParticipant> heard = new ArrayList<>();
        RemotePopulation.Session old = population.open(
                new Link<>() {
                    @Override
                    public void send(java.util.Iterator<ToParticipant> messages) {
                        messages.forEachRemaining(heard::add);
                    }

                    @Override
                    public void end() {}
                },
                Enrolment.Identity.NONE);
        old.receive(ToCoordinator.newBuilder()
                .setHello(Federation.Hello.newBuilder()
                        .setOldestVersion(2)
                        .setNewestVersion(2)
                        .setParticipant("old")
                        .setSamples(5)
                        .addCapabilities("f32"))
                .build());
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0).getRefusal().getReason()).contains("cannot do: [measure]");
    }
}
