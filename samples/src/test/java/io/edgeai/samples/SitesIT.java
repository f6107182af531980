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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coordinators and participants in processes of their own. */
@Timeout(900)
class SitesIT {
    private static final long LONG = 300;
    private static final String CONFIG =
            """
            {"strategy": "fedavg", "rounds": %d, "seed": 3, %s, "epochs": 2,
             "data": {"type": "synthetic", "participants": 2, "features": 8, "classes": 3, "alpha": 0, "beta": 0}}
            """;

    private static final String ROUNDS = "\"selection\": {\"fraction\": 1}";
    private static final String ASYNCHRONOUS = "\"asynchronous\": {\"concurrency\": 2, \"buffer\": 2}";

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

    /**
     * The command line's coordinator is killed in the middle; another goes on, and the sites find it. The first would never come
     * to its end, so that it is the middle however late the kill comes. Without rounds one site may do all the work of the second
     * while the other is still on its way back: it hears the end all the same.
     */
    @ParameterizedTest
    @ValueSource(strings = {ROUNDS, ASYNCHRONOUS})
    void aCoordinatorThatIsKilledIsReplacedByAnother(String how) throws Exception {
        Path endless = config("endless.json", 1_000_000, how);
        int port = quietPort();
        try (CommandProcess one = participant(endless, port, "0");
                CommandProcess two = participant(endless, port, "1")) {
            CommandProcess first = coordinator(endless, port, "first", how);
            takesPart(one, "0");
            takesPart(two, "1");
            RoundLines.await(first.output(), RoundLines.numbers(first.output()).size() + 10);
            first.kill();
            first.await(LONG);
            List<Integer> before = RoundLines.numbers(first.output());
            int rounds = before.size() + 20;
            CommandProcess second = coordinator(config("short.json", rounds, how), port, "second", how);
            assertThat(second.await(LONG)).isZero();
            List<Integer> after = RoundLines.numbers(second.output());
            assertThat(after.get(0)).isBetween(before.size(), before.size() + 2);
            assertThat(after.get(after.size() - 1)).isEqualTo(rounds);
            assertThat(one.await(LONG)).isZero();
            assertThat(two.await(LONG)).isZero();
        }
        assertThat(OnnxReader.read(home.resolve("second.onnx")).outputs()).hasSize(1);
    }

    private static void takesPart(CommandProcess site, String name) {
        Patience.patiently()
                .until(() -> Files.exists(site.output())
                        && Files.readString(site.output()).contains("participant (" + name + ") takes part"));
    }

    private Path config(String name, int rounds, String how) throws IOException {
        return Files.writeString(home.resolve(name), CONFIG.formatted(rounds, how));
    }

    /** A free one below those that systems give by themselves: nobody takes it while no coordinator is there. */
    private static int quietPort() {
        int port = 10_000 + (int) (ProcessHandle.current().pid() % 10_000);
        while (true) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                port++; // somebody has it already
            }
        }
    }

    private CommandProcess coordinator(Path config, int port, String name, String how) throws IOException {
        return CommandProcess.start(
                home.resolve(name + ".log"),
                List.of(
                        "coordinator",
                        config.toString(),
                        "--port",
                        Integer.toString(port),
                        "--minimum",
                        how.equals(ROUNDS) ? "2" : "1",
                        "--models",
                        "f16",
                        "--goodbye",
                        Long.toString(LONG),
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
