package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.server.EdgeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line drives a bandit on a server. */
class BanditOnServerTest {
    @TempDir
    Path dir;

    private EdgeAI edge;
    private EdgeServer server;
    private Path token;

    @BeforeEach
    void open() throws IOException {
        edge = EdgeAI.builder().home(dir.resolve("home")).build();
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        ModelVersion first = edge.registry().register("m", model, r -> {});
        edge.registry().promote(first.ref(), "test");
        assertThat(edge.registry().register("m", model, r -> {}).number()).isEqualTo(2);
        server = edge.server().token("secret").start();
        token = Files.writeString(dir.resolve("token"), "secret\n");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Console run(String command, String... more) {
        String[] place = {"bandit", command, "m", "--server", server.uri().toString(), "--token-file"};
        return Console.run(Stream.of(place, new String[] {token.toString()}, more)
                .flatMap(Arrays::stream)
                .toArray());
    }

    private static String ok(Console console) {
        assertThat(console.code()).as(console.err()).isZero();
        return console.out();
    }

    @Test
    void itIsBegunFedLookedAtAndDecided() throws IOException {
        assertThat(ok(run("start", "--version", "1", "--version", "2", "--floor", "0.1", "--every", "5")))
                .isEqualTo("a bandit on m began: [m@1, m@2]\n");
        assertThat(ok(run("reward", "--version", "1", "--reward", "0"))).isEqualTo("1 rewards were added\n");
        Console early = run("decide");
        assertThat(early.code()).isEqualTo(1);
        assertThat(early.out())
                .startsWith("No version of model (m) is the best with a probability of 0.95: m@1: 1 rewards");
        Path file = Files.writeString(
                dir.resolve("rewards.json"),
                "[" + "{\"version\":2,\"reward\":1},".repeat(9) + "{\"version\":2,\"reward\":0.5}]");
        assertThat(ok(run("reward", "--file", file.toString()))).isEqualTo("10 rewards were added\n");
        JsonNode status = Answers.json(run("status", "--json"), 0);
        assertThat(status.at("/arms/1/rewards").doubleValue()).isEqualTo(10);
        assertThat(status.at("/arms/1/mean").doubleValue()).isEqualTo(0.95);
        assertThat(status.get("inForce").booleanValue()).isTrue();
        assertThat(ok(run("status"))).containsPattern("(?m)^m@2 +10\\.00 +0\\.9500 ");
        for (int i = 0; i < 5; i++) {
            ok(run("reward", "--version", "1", "--reward", "0"));
        }
        assertThat(ok(run("decide"))).startsWith("m@2 answers all requests: m@1: 6 rewards");
        assertThat(edge.registry().active("m").number()).isEqualTo(2);
        edge.close();
        Console kept = Console.run("bandit", "status", "m", "--home", dir.resolve("home"), "--json");
        JsonNode after = Answers.json(kept, 0);
        assertThat(after.get("arms")).as("what it has earned stays").hasSize(2);
        assertThat(after.has("inForce")).isFalse();
        assertThat(after.at("/arms/0/rewards").doubleValue()).isEqualTo(6);
    }

    @Test
    void itIsStoppedForWhomOneLikes() {
        ok(run("start", "--version", "1", "--version", "2"));
        assertThat(ok(run("stop", "--version", "2"))).startsWith("m@2 answers all requests: the bandit was stopped");
        assertThat(edge.registry().active("m").number()).isEqualTo(2);
    }

    @Test
    void whatIsWrongIsSaid() {
        Answers.refused(Console.run("bandit"), "No bandit command was given");
        Answers.refused(Console.run("bandit", "start", "m"), "No server is named");
        Answers.refused(run("start", "--version", "1"), "needs two arms or more");
        Answers.refused(run("start", "--version", "1", "--version", "9"), "Model (m) has no version (9)");
        Answers.refused(run("reward", "--version", "1"), "--reward (null)");
        Answers.refused(run("reward", "--version", "1", "--reward", "1"), "No bandit on model (m) runs here");
        Answers.refused(run("status"), "No bandit on model (m) runs here");
        Answers.refused(
                Console.run("bandit", "status", "m", "--home", dir.resolve("home")), "Of model (m) no bandit is kept");
        Answers.refused(Console.run("bandit", "status", "n", "--home", dir.resolve("home")), "There is no model (n)");
    }
}
