package io.edgeai.benchmarks;

import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.SyntheticData;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.Enrolment;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import io.edgeai.federated.transport.grpc.GrpcParticipant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * CPU seconds of rounds of softmax regression over gRPC on the loopback interface: a coordinator and all its participants in
 * one process, each with a connection of its own, 10 of them a round. Both sides, TLS and training are counted, the JIT's
 * threads are not. Without options 100 made-up users over plain connections.
 *
 * <pre>
 * java ... io.edgeai.benchmarks.FederationLoopback --data FOLDER --tls FOLDER --rounds 100
 * </pre>
 *
 * The folder of {@code --data} is the one of {@link FederationCost}, 1,000 users of MNIST; the one of {@code --tls} holds
 * {@code own.crt} and {@code own.key}, with which both sides show themselves.
 */
public final class FederationLoopback {
    private FederationLoopback() {}

    /**
     * What it took.
     *
     * @param connecting CPU seconds until all were connected
     * @param rounds CPU seconds of all rounds
     * @param elapsed seconds of all rounds by the clock on the wall
     */
    record Cost(int participants, double connecting, double rounds, double elapsed, FederatedRun run) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %d connections | connecting %.2f CPU seconds | %d rounds %.2f CPU seconds, %.2f elapsed |",
                    participants,
                    connecting,
                    run.rounds().size(),
                    rounds,
                    elapsed);
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Arguments options = Arguments.of(arguments);
        String data = options.text("--data", "");
        FederatedDataset users = data.isEmpty()
                ? SyntheticData.generate(options.number("--participants", 100), 784, 10, 1, 1, 7)
                : FederationCost.users(Path.of(data));
        String tls = options.text("--tls", "");
        TlsFiles files = tls.isEmpty() ? null : FederationLoad.files(tls);
        Cost cost = measure(users, options.number("--rounds", 100), files);
        System.out.println(cost);
        System.out.printf(
                Locale.ROOT,
                "accuracy %.4f%n",
                cost.run().model().evaluate(users.pooledTest()).accuracy());
    }

    static Cost measure(FederatedDataset users, int rounds, @Nullable TlsFiles tls) throws InterruptedException {
        DenseNetwork network = DenseNetwork.softmax(users.features(), users.classes());
        GrpcCoordinator.Builder settings =
                GrpcCoordinator.builder().port(0).enrolment(Enrolment.open()).mostParticipants(users.size());
        if (tls != null) {
            settings.tls(tls);
        }
        CpuClock clock = CpuClock.start();
        List<GrpcParticipant> sites = new ArrayList<>();
        try (GrpcCoordinator door = settings.start()) {
            long begin = clock.nanos();
            for (ParticipantData user : users.participants()) {
                GrpcParticipant.Builder site = GrpcParticipant.builder()
                        .port(door.port())
                        .executor(Runnable::run)
                        .participant(FederatedParticipant.training(network, user));
                if (tls != null) {
                    site.tls(tls);
                }
                sites.add(site.start());
                awaitConnections(door, sites.size());
            }
            long connected = clock.nanos();
            long connectedAt = System.nanoTime();
            FederatedRun run = FederationCost.federation(users, rounds)
                    .population(door.population())
                    .rules(RoundRules.defaults().selectionWindow(Duration.ofMinutes(5)))
                    .build()
                    .run();
            Cost cost = new Cost(
                    sites.size(),
                    (connected - begin) / 1e9,
                    (clock.nanos() - connected) / 1e9,
                    (System.nanoTime() - connectedAt) / 1e9,
                    run);
            door.finish();
            sites.forEach(GrpcParticipant::await);
            return cost;
        } finally {
            sites.forEach(GrpcParticipant::close);
        }
    }

    /** One after the other, so that they are numbered as in one process. */
    private static void awaitConnections(GrpcCoordinator door, int count) throws InterruptedException {
        while (door.connected() < count) {
            boolean unused = new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
        }
    }
}
