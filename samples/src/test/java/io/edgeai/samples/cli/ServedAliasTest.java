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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alias is made and moved by the command line while a server follows it. */
class ServedAliasTest {
    private static final String BODY =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}";

    @TempDir
    Path dir;

    private final HttpClient client = HttpClient.newHttpClient();

    private void registry(Object... words) {
        Object[] all = new Object[words.length + 3];
        all[0] = "registry";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--home";
        all[words.length + 2] = dir.resolve("home");
        Console done = Console.run(all);
        assertThat(done.code()).as(done.err()).isZero();
    }

    private String ask(String uri, String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/" + name + "/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    @Test
    void theServerAnswersByTheAliasAndGoesWhereItGoes() throws Exception {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        for (int i = 1; i <= 3; i++) {
            registry("register", "affine", model);
        }
        registry("promote", "affine@1");
        registry("alias", "best", "affine@2");
        Console console = Console.create();
        Thread serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                dir.resolve("home"),
                "--port",
                0,
                "--dashboard",
                -1,
                "--alias",
                "affine:best",
                Patience.DEADLINE));
        serving.setDaemon(true);
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
        assertThat(console.out()).as(console.err()).startsWith("serving affine, affine:best on http://127.0.0.1:");
        String first = console.out().lines().findFirst().orElseThrow();
        String uri = first.substring(first.indexOf("http://"));
        assertThat(ask(uri, "affine")).contains("\"model_version\":\"1\"");
        assertThat(ask(uri, "affine:best"))
                .startsWith("{\"model_name\":\"affine:best\",\"model_version\":\"2\"")
                .contains("[7.0,9.0,11.0]");
        registry("alias", "best", "affine@3");
        patiently().until(() -> ask(uri, "affine:best").contains("\"model_version\":\"3\""));
        serving.interrupt();
        serving.join();
        assertThat(console.code()).isZero();
    }
}
