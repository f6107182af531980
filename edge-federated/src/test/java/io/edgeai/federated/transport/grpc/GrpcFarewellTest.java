package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.federated.Buffering;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Samples;
import io.edgeai.federated.Update;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.RemotePopulation;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end reaches sites that were not there when it came, or they give up. */
@Timeout(600)
class GrpcFarewellTest {
    private static final Set<Thread.State> STANDING =
            Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    @TempDir
    Path folder;

    private static GrpcParticipant.Builder site(int port, String id) {
        return GrpcParticipant.builder()
                .port(port)
                .participant(FederatedParticipant.of(id, 1, task -> Update.of(task.parameters(), 1)))
                .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                .patience(Duration.ofMinutes(5));
    }

    private static GrpcCoordinator patient() {
        return GrpcCoordinator.builder().goodbye(Duration.ofMinutes(5)).start();
    }

    private static Thread closing(GrpcCoordinator door) {
        Thread closing = new Thread(door::close);
        closing.start();
        await().atMost(2, MINUTES).until(() -> STANDING.contains(closing.getState()));
        return closing;
    }

    private static FederatedCoordinator.Builder federation(GrpcCoordinator door, boolean asynchronous, int rounds) {
        FederatedCoordinator.Builder federation = FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(5, 3))
                .population(door.population())
                .evaluation(Samples.clouds(20, 5, 3, 21), 1)
                .rounds(rounds);
        return asynchronous ? federation.asynchronous(Buffering.of(1, 1)) : federation;
    }

    @Test
    void theDoorStaysOpenForWhoIsOnItsWayBack() throws InterruptedException {
        GrpcCoordinator door = patient();
        int port = door.port();
        assertThat(((RemotePopulation) door.population()).expect("late", 1)).isPresent();
        door.finish();
        Thread closing = closing(door);
        try (GrpcParticipant late = site(port, "late").start()) {
            late.await();
            assertThat(late.welcomed()).isCompleted();
        }
        closing.join(MINUTES.toMillis(5));
        assertThat(closing.isAlive()).isFalse();
    }

    /** The journal says who took part, also to a process that finds the run over. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoOpensTheDoorAgainTellsThoseOfTheJournal(boolean asynchronous) throws InterruptedException {
        Path journal = folder.resolve("run.journal");
        try (GrpcCoordinator door = patient();
                GrpcParticipant one = site(door.port(), "one").start()) {
            await().atMost(2, MINUTES).until(() -> door.connected() == 1);
            federation(door, asynchronous, 2).journal(journal).build().run();
            assertThat(one.finished()).isNotDone();
        }
        GrpcCoordinator again = patient();
        int port = again.port();
        assertThat(federation(again, asynchronous, 2)
                        .journal(journal)
                        .build()
                        .run()
                        .rounds())
                .hasSize(2);
        again.finish();
        Thread closing = closing(again);
        try (GrpcParticipant one = site(port, "one").start()) {
            one.await();
        }
        closing.join(MINUTES.toMillis(5));
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void goodbyeOfZeroWaitsForNobody() {
        GrpcCoordinator door = GrpcCoordinator.builder().goodbye(Duration.ZERO).start();
        RemotePopulation population = (RemotePopulation) door.population();
        assertThat(population.expect("late", 1)).isPresent();
        door.finish();
        door.close();
        assertThat(population.farewell()).isNotDone();
    }

    @Test
    void aSiteWhoseCoordinatorIsGoneForGoodGivesUp() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (GrpcParticipant site =
                site(port, "one").patience(Duration.ofNanos(1)).start()) {
            assertThatThrownBy(site::await)
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("did not answer within (PT0.000000001S)")
                    .hasMessageContaining("Maybe it is not running");
            assertThat(site.welcomed()).isNotDone();
        }
    }
}
