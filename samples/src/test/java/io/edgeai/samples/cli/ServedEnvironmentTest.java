package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

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

/** A server of the environment {@code lab}, beside a model that is active only in {@code default}. */
class ServedEnvironmentTest {
    @TempDir
    Path dir;

    private final Console console = Console.create();
    private final HttpClient client = HttpClient.newHttpClient();
    private Thread serving;

    @BeforeEach
    void register() {
        Path affine = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
        registry("register", "everywhere", affine);
        registry("register", "here", affine);
        registry("promote", "everywhere@1", "--env", "lab");
        registry("promote", "here@1");
        serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                dir.resolve("home"),
                "--port",
                0,
                "--dashboard",
                -1,
                "--env",
                "lab",
                Patience.DEADLINE));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        serving.interrupt();
        serving.join();
    }

    private String registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = dir.resolve("home");
        Console done = Console.run(all);
        assertThat(done.code()).as(done.err()).isZero();
        return done.out();
    }

    private int ask(String uri, String model) throws Exception {
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/" + model + "/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void whatIsActiveThereIsServedAndNothingElse() throws Exception {
        assertThat(console.out()).as(console.err()).startsWith("serving everywhere on ");
        assertThat(console.err()).contains("Model (here) is not served.");
        String uri = console.out().lines().findFirst().orElseThrow().substring("serving everywhere on ".length());
        assertThat(ask(uri, "everywhere")).isEqualTo(200);
        assertThat(ask(uri, "here")).as("known, but not served").isEqualTo(503);
        assertThat(registry("status", "everywhere", "--env", "lab")).contains("everywhere@1 answers");
        assertThat(registry("status", "everywhere")).contains("everywhere: nothing answers");
        assertThat(registry("promote", "here@1", "--env", "lab", "--reason", "well done"))
                .contains("here@1");
        assertThat(registry("audit", "--at", "2999-01-01T00:00:00Z", "here", "--env", "lab"))
                .contains("here@1");
    }
}
