package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.Federated;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.SyntheticData;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.Roster;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import io.edgeai.samples.sites.CommandProcess;
import io.edgeai.samples.sites.Keytool;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Three sites in processes of their own and a coordinator here, which know each other by their certificates. The coordinator
 * learns the sum of their updates and none of them: each site trains for sums of at least three only, and checks the others'
 * signatures against a roster that did not come from the coordinator.
 */
public final class S24_Sites {
    private static final int SITES = 3;
    private static final int FEATURES = 10;
    private static final int CLASSES = 4;
    private static final long SEED = 3;

    private S24_Sites() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s24"), Terminal.system());
    }

    static Federated run(Path home, Terminal terminal) throws IOException {
        // Each side shows a certificate and trusts the other's.
        Keytool keytool = new Keytool(home);
        List<String> names = SyntheticData.generate(SITES, FEATURES, CLASSES, 1, 1, SEED).participants().stream()
                .map(part -> part.id())
                .toList();
        TlsFiles own = keytool.make("coordinator");
        List<TlsFiles> theirs = names.stream().map(keytool::make).toList();
        Path certificates = keytool.together("sites.crt", theirs);

        // What the sites train on; each process reads its own part only.
        Path config = Files.writeString(
                home.resolve("federation.json"),
                """
                {"seed": %d, "data": {"type": "synthetic", "participants": %d, "features": %d, "classes": %d}}
                """
                        .formatted(SEED, SITES, FEATURES, CLASSES));

        try (EdgeAI edge = EdgeAI.builder().home(home.resolve("registry")).build();
                GrpcCoordinator door = GrpcCoordinator.builder()
                        .tls(own.andTrusting(certificates))
                        .roster(Roster.ofCertificates(certificates))
                        .start();
                CommandProcess one = site(home, config, door.port(), names.get(0));
                CommandProcess two = site(home, config, door.port(), names.get(1));
                CommandProcess three = site(home, config, door.port(), names.get(2))) {
            Federated learned = edge.federate("shapes")
                    .plan(plan -> plan.model(DenseNetwork.softmax(FEATURES, CLASSES))
                            .strategy(Strategies.fedProx(0.1))
                            .selection(Selection.all())
                            .rules(RoundRules.defaults()
                                    .minimumReports(SITES)
                                    .selectionWindow(Duration.ofMinutes(2))
                                    .reportingWindow(Duration.ofMinutes(1)))
                            .models(Codec.f16())
                            .journal(home.resolve("rounds.journal")) // a killed coordinator goes on from here
                            .rounds(8)
                            .localEpochs(5)
                            .learningRate(0.02)
                            .evaluation(
                                    SyntheticData.generate(SITES, FEATURES, CLASSES, 1, 1, SEED)
                                            .pooledTest(),
                                    1)
                            .onRound(round -> terminal.line(String.format(
                                    Locale.ROOT,
                                    "round %d: %d of %d sites, accuracy %.3f",
                                    round.round(),
                                    round.reported(),
                                    round.selected(),
                                    round.accuracy()))))
                    .secureAggregation(SecureAggregation.of(SITES))
                    .remote(door)
                    .registerEvery(4)
                    .run();
            terminal.line("sites ended with " + one.await(60) + ", " + two.await(60) + " and " + three.await(60)
                    + ", learned " + learned.version().ref());
            return learned;
        }
    }

    private static CommandProcess site(Path home, Path config, int port, String name) throws IOException {
        return CommandProcess.start(
                home.resolve(name + ".log"),
                List.of(
                        "participant",
                        config.toString(),
                        "--name",
                        name,
                        "--port",
                        Integer.toString(port),
                        "--certificate",
                        home.resolve(name + ".crt").toString(),
                        "--key",
                        home.resolve(name + ".key").toString(),
                        "--trust",
                        home.resolve("coordinator.crt").toString(),
                        "--roster",
                        home.resolve("sites.crt").toString(),
                        "--require-survivors",
                        Integer.toString(SITES)));
    }
}
