package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeai.federated.Buffering;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Samples;
import io.edgeai.federated.Update;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.training.DenseNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Participants behind sockets that nobody waits for, and that leave between rounds. */
@Timeout(600)
class GrpcAsynchronousTest {
    private final DenseNetwork network = DenseNetwork.mlp(5, 3, 8);
    private final FederatedDataset data =
            FederatedDataset.partition(Samples.clouds(160, 5, 3, 21), Partitioner.dirichlet(1), 4, 21);
    private final List<GrpcParticipant> sites = new ArrayList<>();

    @AfterEach
    void leave() {
        sites.forEach(GrpcParticipant::close);
    }

    private void join(GrpcCoordinator door, FederatedParticipant participant) {
        sites.add(GrpcParticipant.builder()
                .port(door.port())
                .participant(participant)
                .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                .patience(Duration.ofMinutes(5))
                .start());
    }

    /** Counts what it is told, and how often it says hello, which tells its samples. */
    private record Counted(FederatedParticipant own, AtomicInteger accepted, AtomicInteger greetings)
            implements FederatedParticipant {
        Counted(FederatedParticipant own) {
            this(own, new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public String id() {
            return own.id();
        }

        @Override
        public int samples() {
            greetings.incrementAndGet();
            return own.samples();
        }

        @Override
        public Update fit(RoundTask task) {
            return own.fit(task);
        }

        @Override
        public void settled(Receipt receipt) {
            if (receipt.accepted()) {
                accepted.incrementAndGet();
            }
        }
    }

    private List<Counted> crowd() {
        return data.participants().stream()
                .map(part -> new Counted(FederatedParticipant.training(network, part)))
                .toList();
    }

    private FederatedCoordinator.Builder federation(GrpcCoordinator door) {
        return FederatedCoordinator.builder()
                .model(network)
                .population(door.population())
                .localEpochs(2)
                .rounds(20)
                .seed(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theModelLearnsFromWhoeverComes(boolean coded) {
        List<Counted> crowd = crowd();
        try (GrpcCoordinator door = GrpcCoordinator.builder().start()) {
            crowd.forEach(one -> join(door, one));
            FederatedCoordinator.Builder federation =
                    federation(door).asynchronous(Buffering.of(3, 4)).evaluation(Samples.clouds(160, 5, 3, 21), 1);
            if (coded) {
                federation.compression(Codec.int8()).models(Codec.f16());
            }
            FederatedRun run = federation.build().run();
            door.finish();
            sites.forEach(GrpcParticipant::await);
            assertThat(run.rounds()).hasSize(20).allMatch(move -> move.reported() == 4);
            assertThat(crowd.stream().mapToInt(one -> one.accepted().get()).sum())
                    .isEqualTo(80);
            assertThat(run.best().parameters()).isNotEqualTo(network.initialParameters(8));
            double best = run.rounds().stream()
                    .mapToDouble(RoundResult::accuracy)
                    .max()
                    .orElse(0);
            assertThat(best).as("accuracy, %s", run.rounds()).isGreaterThan(0.8);
            long vectors = 4L * 4 * network.layout().size();
            assertThat(run.rounds()).allMatch(move -> coded ? move.bytesUp() < vectors : move.bytesUp() == vectors);
        }
    }

    /** One never answers; the model moves on, and in the end it is told that nobody waits for it. */
    @Test
    void whoNeverAnswersHoldsNobodyUp() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (GrpcCoordinator door = GrpcCoordinator.builder().start()) {
            join(door, FederatedParticipant.of("stuck", 1, task -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Update.of(task.parameters(), 1);
            }));
            await().atMost(2, MINUTES).until(() -> door.connected() == 1);
            crowd().forEach(one -> join(door, one));
            FederatedRun run =
                    federation(door).asynchronous(Buffering.of(5, 2)).build().run();
            assertThat(run.rounds()).hasSize(20).allMatch(move -> move.failures()
                    .isEmpty());
            door.finish();
        } finally {
            end.countDown();
        }
    }

    /** Between rounds they give their connections back, and each says hello anew for the next. */
    @Test
    void participantsLeaveBetweenRoundsAndComeBackInTime() {
        List<Counted> crowd = crowd();
        try (GrpcCoordinator door =
                GrpcCoordinator.builder().restFrom(Duration.ofMillis(300)).start()) {
            crowd.forEach(one -> join(door, one));
            FederatedRun run = federation(door)
                    .selection(Selection.all())
                    .rounds(3)
                    .rules(RoundRules.defaults()
                            .minimumReports(4)
                            .selectionWindow(Duration.ofMinutes(2))
                            .pace(Duration.ofMillis(1500)))
                    .build()
                    .run();
            door.finish();
            sites.forEach(GrpcParticipant::await);
            assertThat(run.rounds()).hasSize(3).allMatch(round -> round.reported() == 4);
            assertThat(crowd).allSatisfy(one -> {
                assertThat(one.accepted()).hasValue(3);
                assertThat(one.greetings().get()).as("hellos").isGreaterThanOrEqualTo(3);
            });
        }
    }
}
