package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.answers.AnswerSource;
import io.edgeai.core.answers.JournalSettings;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import io.edgeai.samples.Console;
import io.edgeai.samples.EdgeProcess;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own is asked, and killed; afterwards the files say who answered. */
class AnsweredCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INPUTS =
            "\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}";

    @TempDir
    private Path dir;

    private final HttpClient http = HttpClient.newHttpClient();
    private Path home;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        home = dir.resolve("home");
        model = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
    }

    private void ask(String uri, String members) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/affine/infer"))
                .POST(HttpRequest.BodyPublishers.ofString("{" + members + INPUTS))
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    private Console answered(Object... words) {
        Object[] all = new Object[words.length + 4];
        all[0] = "registry";
        all[1] = "answered";
        System.arraycopy(words, 0, all, 2, words.length);
        all[all.length - 2] = "--home";
        all[all.length - 1] = home;
        return Console.run(all);
    }

    @Test
    void whatAServerAnsweredIsKnownAfterItWasKilled() throws Exception {
        try (EdgeProcess server = EdgeProcess.start(
                dir.resolve("err.txt"),
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--dashboard",
                -1,
                "--model",
                "affine=" + model,
                "--answers",
                "--node",
                "hall-a",
                Patience.DEADLINE,
                "--json")) {
            String uri = JSON.readTree(server.firstLine()).get("uri").textValue();
            ask(uri, "\"id\":\"r-1\",\"parameters\":{\"unit_id\":\"u\"},");
            ask(uri, "");
            ask(uri, "\"id\":\"0b6c2fd4-6c5c-4d6a-9a0e-9b1b4c3c0001\",");
            patiently()
                    .until(() ->
                            answered("0b6c2fd4-6c5c-4d6a-9a0e-9b1b4c3c0001").code() == 0);
        } // by SIGKILL

        String sha256 = Digest.of(Files.readAllBytes(model)).hex();
        Console text = answered("r-1");
        assertThat(text.code()).as(text.err()).isZero();
        assertThat(text.out().lines().toList().get(0))
                .endsWith("  affine@1 as active of 100 % in default on hall-a, unit 0bfe935e70c321c7");
        assertThat(text.out().lines().toList().get(1)).isEqualTo("  sha256 " + sha256 + ", kept");

        JsonNode json = JSON.readTree(answered("r-1", "--json").out());
        assertThat(json.get("matches").intValue()).isEqualTo(1);
        assertThat(json.get("dropped").intValue()).isZero();
        assertThat(json.get("unreadableBytes").intValue()).isZero();
        JsonNode answer = json.get("answers").get(0);
        assertThat(answer.get("version").textValue()).isEqualTo("affine@1");
        assertThat(answer.get("sha256").textValue()).isEqualTo(sha256);
        assertThat(answer.get("bytes").textValue()).isEqualTo("kept");
        assertThat(answer.get("unit").textValue()).isEqualTo("0bfe935e70c321c7");
        assertThat(answer.get("at").textValue())
                .isGreaterThanOrEqualTo(json.get("since").textValue());

        Console none = answered("r-2");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).startsWith("nothing is kept of (r-2)\nkept since 20");
    }

    @Test
    void whatBecameOfTheBytesIsSaid() throws Exception {
        Path other = Graphs.write(Graphs.perceptron(), dir.resolve("other.onnx"));
        for (String word : new String[] {"a", "b", "c"}) {
            assertThat(Console.run("registry", "register", word, model, "--home", home)
                            .code())
                    .isZero();
        }
        keep("kept", "a", model);
        keep("erased", "b", model);
        keep("different", "c", other);
        keep("unknown", "d", model);
        for (String move : new String[] {"retire", "erase"}) {
            assertThat(Console.run("registry", move, "b@1", "--reason", "old", "--home", home)
                            .code())
                    .isZero();
        }
        for (String bytes : new String[] {"kept", "erased", "different", "unknown"}) {
            Console said = answered(bytes, "--answers", dir.resolve("copy"));
            assertThat(said.out()).as(bytes).contains(", " + bytes + "\n");
            assertThat(said.code()).as(bytes).isEqualTo(bytes.equals("different") ? 1 : 0);
        }
        Console both = answered("kept", "--answers", dir.resolve("copy"), "--answers", dir.resolve("copy"));
        assertThat(both.out().lines().filter(line -> line.contains("a@1"))).hasSize(2);
    }

    private void keep(String request, String name, Path bytes) {
        try (AnswerJournal journal = AnswerJournal.open(JournalSettings.in(dir.resolve("copy")))) {
            journal.keep(
                    request,
                    null,
                    new AnswerSource(VersionRef.of(name, 1), Digest.of(bytes), "default", AnswerRole.ACTIVE, 1));
        }
    }

    @Test
    void whereNothingIsKeptItIsSaidHowToKeepIt() {
        Console.run("registry", "register", "a", model, "--home", home);
        Console none = answered("r");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.out()).isEqualTo("no answers are kept here; 'edgeai serve --answers' keeps them\n");
        assertThat(Files.exists(home.resolve("answers"))).isFalse();
    }

    @Test
    void wrongSettingsAreRefused() {
        for (Object[] wrong : new Object[][] {{"--answers-mb", 0}, {"--answers-days", 0}, {"--node", ""}}) {
            Console refused = Console.run(
                    "serve", "--home", home, "--model", "a=" + model, "--answers", "--port", 0, wrong[0], wrong[1]);
            assertThat(refused.code()).as(refused.err()).isEqualTo(2);
            assertThat(refused.err()).contains("Maybe");
        }
    }
}
