package io.edgeai.federated.transport.grpc;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Samples;
import io.edgeai.federated.Update;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.ParticipantRefusedException;
import io.edgeai.federated.transport.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds over sockets of this machine, against the same rounds in process. */
@Timeout(600)
class GrpcFederationTest {
    private static final int CROWD = 4;

    @TempDir
    Path folder;

    private final DenseNetwork network = DenseNetwork.mlp(5, 3, 8);
    private final FederatedDataset data =
            FederatedDataset.partition(Samples.clouds(160, 5, 3, 21), Partitioner.dirichlet(1), CROWD, 21);
    private final List<GrpcParticipant> sites = new ArrayList<>();

    @AfterEach
    void leave() {
        sites.forEach(GrpcParticipant::close);
    }

    private FederatedCoordinator.Builder federation(Strategy strategy) {
        return FederatedCoordinator.builder()
                .model(network)
                .strategy(strategy)
                .selection(Selection.count(3))
                .localEpochs(2)
                .rounds(5)
                .seed(8);
    }

    private static GrpcParticipant.Builder site(int port, FederatedParticipant participant) {
        return GrpcParticipant.builder()
                .port(port)
                .participant(participant)
                .pauses(Duration.ofMillis(20), Duration.ofMillis(200))
                .patience(Duration.ofMinutes(5));
    }

    private void join(GrpcCoordinator door, List<TlsFiles> files) {
        join(door, files, () -> {});
    }

    /**
     * One after the other, so that they have the same numbers as in process.
     *
     * @param heard called for each receipt that one of them gets
     */
    private void join(GrpcCoordinator door, List<TlsFiles> files, Runnable heard) {
        for (int k = 0; k < CROWD; k++) {
            ParticipantData part = data.participants().get(k);
            FederatedParticipant training = FederatedParticipant.training(network, part);
            GrpcParticipant.Builder site = site(door.port(), new Telling(training, heard));
            if (!files.isEmpty()) {
                site.tls(files.get(k));
            }
            sites.add(site.start());
            int expected = k + 1;
            await().atMost(2, MINUTES).until(() -> door.connected() == expected);
        }
    }

    /** Counts how often it says hello, which tells its samples. */
    private record Greeting(AtomicInteger greetings) implements FederatedParticipant {
        @Override
        public String id() {
            return "twin";
        }

        @Override
        public int samples() {
            greetings.incrementAndGet();
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            return Update.of(task.parameters(), 1);
        }
    }

    private record Telling(FederatedParticipant own, Runnable heard) implements FederatedParticipant {
        @Override
        public String id() {
            return own.id();
        }

        @Override
        public int samples() {
            return own.samples();
        }

        @Override
        public Update fit(RoundTask task) {
            return own.fit(task);
        }

        @Override
        public void settled(Receipt receipt) {
            heard.run();
        }
    }

    @Test
    void overSocketsTheModelIsTheOneOfOneProcessToTheBit() {
        Strategy strategy = Strategies.fedAvgM().client(ClientAlgorithm.scaffold());
        FederatedRun here = federation(strategy).data(data).build().run();
        try (GrpcCoordinator door =
                GrpcCoordinator.builder().goodbye(Duration.ofMinutes(2)).start()) {
            join(door, List.of());
            FederatedRun there =
                    federation(strategy).population(door.population()).build().run();
            assertThat(there.lastParameters()).isEqualTo(here.lastParameters());
            assertThat(there.rounds()).allMatch(round -> round.reported() == 3);
            door.finish();
        }
        sites.forEach(GrpcParticipant::await);
        assertThat(sites).allMatch(site -> site.finished().isDone());
    }

    @Test
    void withCertificatesOnBothSidesEverybodyIsWhoItSays() throws Exception {
        Certificates certificates = new Certificates(folder);
        TlsFiles server = certificates.make("coordinator");
        List<TlsFiles> own = new ArrayList<>();
        for (ParticipantData part : data.participants()) {
            own.add(certificates.make(part.id()));
        }
        TlsFiles stranger = certificates.make("stranger");
        Path trusted = certificates.together(own);
        List<TlsFiles> files =
                own.stream().map(one -> one.andTrusting(server.certificates())).toList();
        try (GrpcCoordinator door =
                GrpcCoordinator.builder().tls(server.andTrusting(trusted)).start()) {
            join(door, files);
            FederatedRun there = federation(Strategies.fedAvg())
                    .population(door.population())
                    .build()
                    .run();
            assertThat(there.lastParameters())
                    .isEqualTo(federation(Strategies.fedAvg())
                            .data(data)
                            .build()
                            .run()
                            .lastParameters());

            FederatedParticipant liar = FederatedParticipant.of("somebody", 1, task -> Update.of(task.parameters(), 1));
            try (GrpcParticipant site =
                    site(door.port(), liar).tls(files.get(0)).start()) {
                assertThatThrownBy(site::await)
                        .isInstanceOfSatisfying(
                                ParticipantRefusedException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_ENROLLED))
                        .hasMessageContaining("participant (somebody) shows the certificate of ("
                                + data.participants().get(0).id() + ")");
            }
            assertNotAnswered(door, liar, stranger.andTrusting(server.certificates()));
            assertNotAnswered(door, liar, TlsFiles.trusting(server.certificates()));
            assertNotAnswered(door, liar, own.get(0).andTrusting(stranger.certificates()));
            assertThat(door.population().members()).hasSize(CROWD);
        }
    }

    private static void assertNotAnswered(GrpcCoordinator door, FederatedParticipant who, TlsFiles files) {
        try (GrpcParticipant site = site(door.port(), who)
                .tls(files)
                .patience(Duration.ofMillis(300))
                .start()) {
            assertThatThrownBy(site::await)
                    .isInstanceOf(RemoteUnavailableException.class)
                    .hasMessageContaining("Maybe it is not running, or wants another certificate.");
        }
    }

    /**
     * One hangs, one leaves in the middle and comes back, one sends too much: the others' round goes on. Its window is over,
     * by a clock of its own, when the others and the one that sends too much have heard what became of their updates.
     */
    @Test
    void slowFlappingAndOversizedSendersDoNotStallARound() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Duration window = Duration.ofSeconds(2);
        AtomicLong clock = new AtomicLong();
        AtomicInteger receipts = new AtomicInteger();
        Runnable heard = () -> {
            if (receipts.incrementAndGet() % (CROWD + 1) == 0) {
                clock.addAndGet(window.toNanos());
            }
        };
        try (GrpcCoordinator door = GrpcCoordinator.builder().start()) {
            join(door, List.of(), heard);
            sites.add(site(door.port(), FederatedParticipant.of("hangs", 1, task -> {
                        awaitQuietly(release);
                        return Update.of(task.parameters(), 1);
                    }))
                    .start());
            FederatedParticipant oversized =
                    FederatedParticipant.of("oversized", 1, task -> Update.of(new float[task.size() + 1_000_000], 1));
            sites.add(site(door.port(), new Telling(oversized, heard)).start());
            FlappingSite flapping = new FlappingSite(door.port());
            await().atMost(2, MINUTES).until(() -> door.connected() == CROWD + 3);
            FederatedRun run = federation(Strategies.fedAvg())
                    .selection(Selection.all())
                    .rules(RoundRules.defaults().minimumReports(CROWD).reportingWindow(window))
                    .ticker(clock::get)
                    .population(door.population())
                    .rounds(2)
                    .build()
                    .run();
            flapping.close();
            release.countDown();
            assertThat(run.rounds()).allMatch(round -> round.reported() >= CROWD && round.late() >= 1);
            assertThat(run.rounds().get(0).failures())
                    .extracting(failure -> failure.participant())
                    .contains("oversized");
            assertThat(run.rounds().get(0).failures().toString())
                    .contains("parameters, not " + network.layout().size());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On a port below those that systems give by themselves, which nobody takes while its coordinator is gone. */
    private static GrpcCoordinator undisturbed() {
        int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000);
        while (true) {
            try {
                return GrpcCoordinator.builder().port(port).start();
            } catch (RuntimeUnavailableException e) {
                port++; // somebody has it already
            }
        }
    }

    /** The door of a coordinator that was stopped opens again on the same port: participants find it by themselves. */
    @Test
    void participantsComeBackToACoordinatorThatWasGone() throws Exception {
        Path journal = folder.resolve("run.journal");
        int port;
        CompletableFuture<Thread> running = new CompletableFuture<>();
        CountDownLatch third = new CountDownLatch(3);
        GrpcCoordinator first = undisturbed();
        try {
            port = first.port();
            join(first, List.of());
            CompletableFuture<FederatedRun> run = federation(Strategies.fedAvgM())
                    .population(first.population())
                    .journal(journal)
                    .rounds(2000)
                    .onRound(round -> {
                        running.complete(Thread.currentThread());
                        third.countDown();
                    })
                    .build()
                    .start();
            assertThat(third.await(2, MINUTES)).isTrue();
            run.cancel(false);
        } finally {
            first.close();
        }
        running.join().join(MINUTES.toMillis(2)); // it has the journal until it notices
        try (GrpcCoordinator second = GrpcCoordinator.builder()
                .port(port)
                .goodbye(Duration.ofMinutes(2))
                .start()) {
            FederatedRun run = federation(Strategies.fedAvgM())
                    .population(second.population())
                    .rules(RoundRules.defaults().minimumReports(3).selectionWindow(Duration.ofMinutes(2)))
                    .journal(journal)
                    .rounds(40)
                    .build()
                    .run();
            assertThat(run.rounds()).hasSizeGreaterThanOrEqualTo(40);
            assertThat(run.rounds()).allMatch(round -> round.reported() == 3);
            await().atMost(2, MINUTES).until(() -> second.connected() == CROWD);
            second.finish();
        }
        sites.forEach(GrpcParticipant::await);
        assertThat(sites).allMatch(site -> site.finished().isDone());
    }

    /** Regression: who had heard nothing for longer than its patience gave up as soon as its connection broke. */
    @Test
    void silenceOfACoordinatorThatIsThereTriesNobodysPatience() {
        AtomicInteger greetings = new AtomicInteger();
        FederatedParticipant twin = new Greeting(greetings);
        try (GrpcCoordinator door = GrpcCoordinator.builder().start();
                GrpcParticipant impatient =
                        site(door.port(), twin).patience(Duration.ofNanos(1)).start()) {
            await().atMost(2, MINUTES).until(() -> door.connected() == 1);
            // Whoever comes under the same name takes its connection, and it takes that back.
            sites.add(site(door.port(), new Greeting(new AtomicInteger())).start());
            await().atMost(2, MINUTES)
                    .until(() -> greetings.get() > 1 || impatient.finished().isDone());
            assertThat(impatient.finished()).isNotDone();
        }
    }

    @Test
    void modelsDoNotTravelUnencryptedByAccident() {
        assertThatThrownBy(() -> GrpcCoordinator.builder().host("0.0.0.0").start())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe give tls(…)");
        assertThatThrownBy(() -> GrpcCoordinator.builder().tls(TlsFiles.ofTheJvm()))
                .hasMessageContaining("shows certificates and asks for them");
        assertThatThrownBy(() -> GrpcParticipant.builder().port(1).start()).hasMessageContaining("Maybe set both");
    }
}
