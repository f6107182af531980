package io.edgeai.benchmarks;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.RoundResult;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.Update;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a coordinator costs with many live connections: CPU time and heap of rounds in which all participants take part.
 * Both sides are processes of their own, so that the figures are the coordinator's alone; certificates are PEM files that
 * both sides share.
 *
 * <pre>
 * java -Xmx512m ... io.edgeai.benchmarks.FederationLoad coordinator --port 9443 --participants 2000 --tls FOLDER
 * java ... io.edgeai.benchmarks.FederationLoad participants --port 9443 --participants 2000 --tls FOLDER
 * </pre>
 *
 * The model has 10 parameters a feature and 10 more, 100,000 by default; {@code --features 999} makes it 10,000.
 * {@code FOLDER} holds {@code own.crt} and {@code own.key}; without {@code --tls} connections are plain.
 */
public final class FederationLoad {
    private static final int CLASSES = 10;

    private FederationLoad() {}

    public static void main(String[] arguments) throws InterruptedException {
        Arguments options = Arguments.of(arguments);
        if (arguments.length > 0 && arguments[0].equals("participants")) {
            participants(options);
        } else {
            System.out.println(coordinator(options));
        }
    }

    private static String coordinator(Arguments options) throws InterruptedException {
        int participants = options.number("--participants", 1000);
        GrpcCoordinator.Builder settings = GrpcCoordinator.builder()
                .port(options.number("--port", 9443))
                .enrolment(Enrolment.open())
                .uploadPatience(Duration.ofMinutes(10))
                .uploadsAtOnce(options.number("--uploads", 32));
        String tls = options.text("--tls", "");
        if (!tls.isEmpty()) {
            settings.tls(files(tls));
        }
        try (GrpcCoordinator door = settings.start()) {
            while (door.connected() < participants) {
                boolean unused = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
            }
            long idleHeap = heap();
            CpuClock clock = CpuClock.start();
            List<Double> cpu = new ArrayList<>();
            long[] last = {clock.nanos()};
            FederatedRun run = FederatedCoordinator.builder()
                    .model(DenseNetwork.softmax(options.number("--features", 9_999), CLASSES))
                    .strategy(Strategies.fedAvg())
                    .selection(Selection.all())
                    .population(door.population())
                    .rules(RoundRules.defaults()
                            .minimumReports(participants)
                            .selectionWindow(Duration.ofMinutes(5))
                            .inArrivalOrder())
                    .rounds(options.number("--rounds", 3))
                    .onRound(round -> {
                        cpu.add((clock.nanos() - last[0]) / 1e9);
                        last[0] = clock.nanos();
                    })
                    .build()
                    .run();
            long heap = heap();
            door.finish();
            return line(participants, run, cpu, idleHeap, heap);
        }
    }

    private static String line(int participants, FederatedRun run, List<Double> cpu, long idleHeap, long heap) {
        RoundResult last = run.rounds().get(run.rounds().size() - 1);
        return String.format(
                Locale.ROOT,
                "| %d connections × %d floats | CPU seconds of each round %s | reported %d | heap in use with all connected"
                        + " %d MiB, after the rounds %d MiB, largest allowed %d MiB |",
                participants,
                run.lastParameters().length,
                cpu,
                last.reported(),
                idleHeap >> 20,
                heap >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void participants(Arguments options) {
        String tls = options.text("--tls", "");
        ExecutorService threads = Executors.newFixedThreadPool(2, EdgeThreads.named("load"));
        List<GrpcParticipant> all = new ArrayList<>();
        for (int i = 0; i < options.number("--participants", 1000); i++) {
            GrpcParticipant.Builder settings = GrpcParticipant.builder()
                    .port(options.number("--port", 9443))
                    .executor(threads)
                    .participant(FederatedParticipant.of("p" + i, 1, task -> Update.of(task.parameters(), 1)));
            if (!tls.isEmpty()) {
                settings.tls(files(tls));
            }
            all.add(settings.start());
        }
        all.forEach(GrpcParticipant::await);
        threads.shutdown();
    }

    static TlsFiles files(String folder) {
        Path own = Path.of(folder, "own.crt");
        return TlsFiles.showing(own, Path.of(folder, "own.key")).andTrusting(own);
    }
}
