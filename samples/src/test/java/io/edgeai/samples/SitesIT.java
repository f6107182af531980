package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.Federated;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.samples.cli.RoundLines;
import io.edgeai.samples.sites.CommandProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators and participants in processes of their own. */
@Timeout(240)
class SitesIT {
    private static final String CONFIG =
            """
            {"strategy": "fedavg", "rounds": 60, "seed": 3, "selection": {"fraction": 1}, "epochs": 2,
             "data": {"type": "synthetic", "participants": 2, "features": 8, "classes": 3, "alpha": 0, "beta": 0}}
            """;

    @TempDir
    Path home;

    @Test
    void fourProcessesLearnTogetherAndNobodySeesAnUpdate() throws IOException {
        Console console = Console.create();
        Federated learned = S24_Sites.run(home, console.terminal());

        assertThat(learned.run().rounds()).hasSize(8).allMatch(round -> round.reported() == 3);
        // The order in which sites come decides how the sum is rounded, and 38 images are few: single rounds go up and
        // down.
        assertThat(learned.run().rounds()).anyMatch(round -> round.accuracy() > 0.6);
        assertThat(learned.version().ref()).hasToString("shapes@3");
        assertThat(console.out()).contains("round 8: 3 of 3 sites", "sites ended with 0, 0 and 0, learned shapes@3");
    }

    /** The command line's coordinator is killed in the middle; another goes on, and the sites find it. */
    @Test
    void aCoordinatorThatIsKilledIsReplacedByAnother() throws Exception {
        Path config = Files.writeString(home.resolve("config.json"), CONFIG);
        int port = freePort();
        try (CommandProcess one = participant(config, port, "0");
                CommandProcess two = participant(config, port, "1")) {
            CommandProcess first = coordinator(config, port, "first");
            RoundLines.await(first.output(), 10);
            first.kill();
            first.await(10);
            CommandProcess second = coordinator(config, port, "second");
            assertThat(second.await(120)).isZero();
            List<Integer> before = RoundLines.numbers(first.output());
            List<Integer> after = RoundLines.numbers(second.output());
            assertThat(after.get(0)).isBetween(before.size(), before.size() + 2);
            assertThat(after.get(after.size() - 1)).isEqualTo(60);
            assertThat(one.await(30)).isZero();
            assertThat(two.await(30)).isZero();
        }
        assertThat(OnnxReader.read(home.resolve("second.onnx")).outputs()).hasSize(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private CommandProcess coordinator(Path config, int port, String name) throws IOException {
        return CommandProcess.start(
                home.resolve(name + ".log"),
                List.of(
                        "coordinator",
                        config.toString(),
                        "--port",
                        Integer.toString(port),
                        "--minimum",
                        "2",
                        "--models",
                        "f16",
                        "--journal",
                        home.resolve("rounds.journal").toString(),
                        "-o",
                        home.resolve(name + ".onnx").toString()));
    }

    private CommandProcess participant(Path config, int port, String name) throws IOException {
        return CommandProcess.start(
                home.resolve(name + ".log"),
                List.of(
                        "federate",
                        "participant",
                        config.toString(),
                        "--name",
                        name,
                        "--port",
                        Integer.toString(port)));
    }
}
