package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.server.EdgeServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line drives an experiment on a server, which another client asks. */
class ExperimentOnServerTest {
    private static final String[] TWO = {"--split", "1=1", "--split", "2=1"};

    @TempDir
    Path dir;

    private final HttpClient http = HttpClient.newHttpClient();
    private EdgeAI edge;
    private EdgeServer server;
    private Path token;

    @BeforeEach
    void open() throws IOException {
        edge = EdgeAI.builder().home(dir.resolve("home")).ticker(() -> 0).build();
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
        String[] place = {"experiment", command, "m", "--server", server.uri().toString(), "--token-file"};
        return Console.run(Stream.of(place, new String[] {token.toString()}, more)
                .flatMap(Arrays::stream)
                .toArray());
    }

    /** The version that a unit meets. */
    private int ask(String unit) {
        String body = "{\"parameters\":{\"unit_id\":\"" + unit + "\"},\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],"
                + "\"datatype\":\"FP32\",\"data\":[1,2,3]}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.uri() + "/v2/models/m/infer"))
                .header("Authorization", "Bearer secret")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            String answer = http.send(request, BodyHandlers.ofString()).body();
            assertThat(answer).contains("\"model_version\":\"");
            return answer.contains("\"model_version\":\"2\"") ? 2 : 1;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void start(String... more) {
        Console begun = run(
                "start",
                Stream.of(TWO, new String[] {"--metric", "score=higher"}, more)
                        .flatMap(Arrays::stream)
                        .toArray(String[]::new));
        assertThat(begun.code()).as(begun.err()).isZero();
        assertThat(begun.out()).contains("m@1 with weight 1.0, m@2 with weight 1.0");
    }

    @Test
    void aWholeExperiment() throws IOException {
        start("--sharpest-at", "50");
        List<String> outcomes = new ArrayList<>();
        long second = 0;
        for (int i = 0; i < 120; i++) {
            int version = ask("u" + i);
            second += version == 2 ? 1 : 0;
            outcomes.add("{\"unit_id\":\"u" + i + "\",\"metric\":\"score\",\"value\":" + (i % 2 + 3 * version) + "}");
        }
        Console early = run("decide");
        assertThat(early.code()).isEqualTo(1);
        assertThat(early.out()).contains("m@2: open");
        assertThat(Answers.json(run("decide", "--json"), 1).get("reason").textValue())
                .contains("m@2: open");
        Path file = Files.writeString(dir.resolve("outcomes.json"), outcomes.toString());
        assertThat(run("outcome", "--file", file.toString()).out()).contains("120 of 120 outcomes counted");
        JsonNode again = Answers.json(
                run("outcome", "--unit", "u1", "--metric", "score", "--value", "9", "--covariate", "1", "--json"), 0);
        assertThat(again.get("counted").intValue()).isZero();
        JsonNode status = Answers.json(run("status", "--json"), 0);
        assertThat(status.at("/units/m@2").longValue()).isEqualTo(second);
        assertThat(status.at("/units/m@1").longValue()).isEqualTo(120 - second);
        assertThat(run("status").out()).contains("m@2: better, since it is better in score", "units fit");
        assertThat(run("decide").out()).contains("m@2 answers all requests: m@2: better");
        assertThat(edge.registry().active("m").number()).isEqualTo(2);
        assertThat(ask("u1") + ask("u2") + ask("u3")).isEqualTo(6);
        Answers.refused(run("status"), "No experiment on model (m) runs here");
    }

    @Test
    void isStoppedWithTheVersionThatIsNamed() throws IOException {
        Path definition = Files.writeString(
                dir.resolve("d.json"),
                "{\"versions\":[{\"version\":2,\"weight\":1},{\"version\":1,\"weight\":1}],\"guardErrors\":0.01}");
        assertThat(Answers.json(run("start", "--definition", definition.toString(), "--json"), 0)
                        .get("units")
                        .fieldNames())
                .toIterable()
                .containsExactly("m@2", "m@1");
        assertThat(run("stop").out()).contains("m@2 answers all requests: the experiment was stopped");
        start();
        assertThat(Answers.json(run("stop", "--version", "1", "--json"), 0)
                        .get("version")
                        .textValue())
                .isEqualTo("1");
        assertThat(edge.registry().active("m").number()).isEqualTo(1);
    }

    @Test
    void saysWhereItIsOver() {
        start();
        edge.registry()
                .lifecycle()
                .quarantine(edge.registry().versions("m").get(1).ref(), "test");
        assertThat(run("status").out()).contains("requests are not dealt by it now");
        Answers.refused(run("outcome", "--unit", "u", "--metric", "score", "--value", "1"), "deals no requests now");
    }

    /** What a server keeps, the registry's folder tells too. */
    @Test
    void isReadFromTheFolderOnceTheServerIsGone() {
        start();
        for (int i = 0; i < 10; i++) {
            assertThat(ask("u" + i)).isPositive();
        }
        edge.close();
        JsonNode kept =
                Answers.json(Console.run("experiment", "status", "m", "--home", dir.resolve("home"), "--json"), 0);
        assertThat(kept.at("/units/m@1").longValue() + kept.at("/units/m@2").longValue())
                .isEqualTo(10);
        assertThat(kept.has("inForce")).isFalse();
    }

    @Test
    void refusesWhatCannotBe() throws IOException {
        Answers.refused(Console.run("experiment", "start", "m"), "No server is named");
        Answers.refused(
                Console.run("experiment", "stop", "m", "--server", "localhost:8000"), "--server (localhost:8000)");
        Answers.refused(Console.run("experiment", "stop", "m", "--server", "http://a b"), "--server (http://a b)");
        Answers.refused(Console.run("experiment", "status", "m", "--token-file", token), "Maybe name it by --server");
        Answers.refused(Console.run("experiment", "decide", "m", "--server", server.uri()), "bears no valid token");
        Answers.refused(run("start", "--split", "1=1"), "An experiment of (1) versions");
        Answers.refused(run("start", "--split", "1=1", "--split", "2=1", "--metric", "x=up"), "Direction (up)");
        Answers.refused(run("start", "--split", "1=1", "--split", "7=1"), "has no version (7)");
        Answers.refused(run("start", "--split", "1=1", "--definition", token.toString()), "Maybe keep one of them");
        Answers.refused(run("start", "--definition", dir.resolve("none").toString()), "does not exist");
        Answers.refused(run("start", "--definition", token.toString()), "is no JSON");
        start();
        Answers.refused(run("start", TWO), "runs already");
        Answers.refused(run("outcome", "--unit", "u"), "An outcome needs --unit (u), --metric (null)");
        Answers.refused(run("outcome", "--file", "x", "--unit", "u"), "Maybe keep one of them");
        server.close();
        Answers.refused(run("status"), "No answer comes from (");
    }

    @Test
    void anEndpointOfAProgramIsLeftAlone() {
        server.close();
        ModelEndpoint own = edge.serve("m");
        server = edge.server().token("secret").endpoint("m", own).start();
        Answers.refused(run("start", TWO), "an endpoint of the program's own");
        assertThat(own.closed()).isFalse();
    }
}
