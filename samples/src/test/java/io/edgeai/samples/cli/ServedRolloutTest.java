package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.Patience;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that runs while the registry is told of canaries and shadows, all by the command line. */
class ServedRolloutTest {
    @TempDir
    Path dir;

    private final Console console = Console.create();
    private final HttpClient client = HttpClient.newHttpClient();
    private Thread serving;
    private String uri;

    @BeforeEach
    void serve() {
        Path good = Graphs.write(Graphs.affine(), dir.resolve("good.onnx"));
        Path bad = Graphs.write(Graphs.failing(), dir.resolve("bad.onnx"));
        serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                dir.resolve("home"),
                "--port",
                0,
                "--dashboard",
                -1,
                "--model",
                "affine=" + good,
                Patience.DEADLINE));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
        assertThat(console.out()).as(console.err()).startsWith("serving affine on ");
        uri = console.out().lines().findFirst().orElseThrow().substring("serving affine on ".length());
        registry("register", "affine", bad);
        registry("validate", "affine@2");
    }

    @AfterEach
    void stop() throws InterruptedException {
        serving.interrupt();
        serving.join();
    }

    private Console registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = dir.resolve("home");
        Console done = Console.run(all);
        assertThat(done.code()).as(done.err()).isZero();
        return done;
    }

    private JsonNode status() {
        return Answers.json(registry("status", "affine", "--json"), 0).get(0);
    }

    private int ask() throws Exception {
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/affine/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void aBadCanaryIsTakenBackByTheServerAndTheStatusSaysWhy() throws Exception {
        registry("canary", "affine@2", "--percent", "50");
        assertThat(status().get("canary").textValue()).isEqualTo("affine@2");
        assertThat(status().get("percent").intValue()).isEqualTo(50);
        patiently().until(() -> {
            for (int i = 0; i < 20; i++) {
                ask();
            }
            return status().get("canary").isNull();
        });
        for (int i = 0; i < 40; i++) {
            assertThat(ask()).as("request %d after the rollback", i).isEqualTo(200);
        }
        patiently().until(() -> "ROLLED_BACK"
                .equals(status().at("/evidence/status").asText()));
        assertThat(status().at("/evidence/version").textValue()).isEqualTo("affine@2");
        assertThat(status().at("/evidence/errors").longValue()).isPositive();
        assertThat(status().get("lastRollback").textValue()).contains("affine@2: ", "failed (");
        assertThat(registry("status").out())
                .contains("affine: affine@1 answers\n", "affine@2 rolled back after", "last rollback ");
        assertThat(registry("show", "affine@2").out()).contains("ROLLED_BACK");
    }

    @Test
    void aShadowFailsUnseen() throws Exception {
        registry("shadow", "affine@2");
        patiently().until(() -> status().path("shadow").asText().startsWith("affine@2 in the shadow"));
        for (int i = 0; i < 100; i++) {
            assertThat(ask()).isEqualTo(200);
        }
        assertThat(registry("status", "affine").out()).contains("  shadow affine@2 sees copies\n");
        registry("withdraw", "affine@2");
        assertThat(status().get("shadows")).isEmpty();
    }
}
