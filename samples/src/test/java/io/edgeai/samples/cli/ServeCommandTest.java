package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.remote.RemoteSession;
import io.edgeai.samples.Console;
import io.edgeai.samples.EdgeProcess;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.Patience;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[3,4,5]}]}";

    @TempDir
    private Path dir;

    private Path home;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        home = dir.resolve("home");
        model = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
    }

    @Test
    void aProcessServesUntilItIsTerminated() throws Exception {
        try (EdgeProcess server = EdgeProcess.start(
                dir.resolve("err.txt"),
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--grpc-port",
                0,
                "--provider",
                "directml,cpu",
                "--max-batch",
                8,
                Patience.DEADLINE,
                "--json")) {
            JsonNode line = JSON.readTree(server.firstLine());

            assertThat(line.get("models")).hasSize(1);
            assertThat(line.get("maxBatch").intValue()).isEqualTo(8);
            assertThat(line.get("provider").textValue()).isIn("directml", "cpu");
            assertThat(get(line.get("dashboard").textValue())).contains("<title>EdgeAI monitor</title>");
            assertThat(infer(line.get("uri").textValue(), "none").body()).contains("\"data\":[7.0,9.0,11.0]");
            assertThat(overGrpc(line.get("grpcPort").intValue())).containsExactly(7, 9, 11);
            server.terminate();

            assertThat(home.resolve(DashboardCommand.HISTORY)).isNotEmptyDirectory();
            assertThat(server.errors()).isEmpty();
        }
    }

    @Test
    void aTokenFromAFileIsAskedFor() throws Exception {
        Path token = Files.writeString(dir.resolve("token"), "s3cret\n");
        Console console = Console.create();
        Thread serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--token-file",
                token,
                Patience.DEADLINE));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);

        assertThat(console.out()).startsWith("serving affine on http://127.0.0.1:");
        String uri = console.out().lines().findFirst().orElseThrow().substring("serving affine on ".length());
        assertThat(infer(uri, "wrong").statusCode()).isEqualTo(401);
        assertThat(infer(uri, "s3cret").statusCode()).isEqualTo(200);
        serving.interrupt();
        serving.join();

        assertThat(console.code()).isZero();
    }

    /** What was promised stands at /metrics; 100 rows of training data are taken, and another file is refused. */
    @Test
    void objectivesAndTrainingDataAreTaken() throws Exception {
        Path training = Files.writeString(dir.resolve("train.csv"), "a,b,c\n" + "1,2,3\n".repeat(100));
        Console console = Console.create();
        Thread serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--objective",
                "affine=99.9%",
                "--objective",
                "affine=99%<20ms",
                "--drift-reference",
                "affine=" + training,
                Patience.DEADLINE));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
        assertThat(console.out()).as(console.err()).startsWith("serving affine on ");
        String uri = console.out().lines().findFirst().orElseThrow().substring("serving affine on ".length());
        assertThat(get(uri + "/metrics"))
                .contains("edgeai_objective_target{model=\"affine\",objective=\"errors\"} 0.999")
                .contains("edgeai_objective_target{model=\"affine\",objective=\"latency 20 ms\"} 0.99");
        serving.interrupt();
        serving.join();

        Console wrong = Console.run("serve", "--home", home, "--drift-reference", "affine=" + model);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("affine.onnx").contains("Maybe");
    }

    @Test
    void aFileIsRegisteredOnce() throws Exception {
        for (int i = 0; i < 2; i++) {
            Console console = Console.create();
            Thread serving = new Thread(
                    () -> console.execute("serve", "--home", home, "--port", 0, "--model", "affine=" + model));
            serving.start();
            patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
            serving.interrupt();
            serving.join();
            assertThat(console.code()).as(console.err()).isZero();
        }

        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.versions("affine")).hasSize(1);
        }
    }

    /** The key is made by the JDK's keytool; the client trusts nobody, so it stops where it sees the certificate. */
    @Test
    void aKeyStoreMakesItTls() throws Exception {
        Path keys = dir.resolve("keys.p12");
        Path password = Files.writeString(dir.resolve("password"), "changeit\n");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        "changeit",
                        "-dname",
                        "CN=localhost")
                .start();
        assertThat(keytool.waitFor()).isZero();
        Console console = Console.create();
        Thread serving = new Thread(() -> console.execute(
                "serve",
                "--home",
                home,
                "--port",
                0,
                "--model",
                "affine=" + model,
                "--max-concurrent",
                2,
                "--keystore",
                keys,
                "--keystore-password-file",
                password));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);

        assertThat(console.out()).startsWith("serving affine on https://127.0.0.1:");
        String uri = console.out().lines().findFirst().orElseThrow().substring("serving affine on ".length());
        assertThatThrownBy(() -> infer(uri, "none")).isInstanceOf(SSLHandshakeException.class);
        serving.interrupt();
        serving.join();
        assertThat(console.code()).isZero();
    }

    @Test
    void aModelWithoutAnActiveVersionIsNamed() throws Exception {
        Console.run("registry", "register", "idle", model, "--home", home);
        Console console = Console.create();
        Thread serving =
                new Thread(() -> console.execute("serve", "--home", home, "--port", 0, "--model", "affine=" + model));
        serving.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
        serving.interrupt();
        serving.join();

        assertThat(console.out()).startsWith("serving affine on ");
        assertThat(console.err()).contains("note: Model (idle) is not served. Maybe promote a version");
    }

    @Test
    void whatIsMissingOrHalfGivenIsRefused() {
        refused("There is no registry in", "serve", "--home", home);
        refused("(abacus) is not known", "serve", "--model", "a=" + model, "--home", home, "--provider", "abacus");
        refused("Only one of --keystore", "serve", "--model", "a=" + model, "--home", home, "--keystore", "k.p12");
        refused(
                "none.txt) of --token-file",
                "serve",
                "--model",
                "a=" + model,
                "--home",
                home,
                "--token-file",
                "none.txt");
        refused("(2048) is not in 1 to 2047", "serve", "--model", "a=" + model, "--home", home, "--max-body", 2048);
        refused("--deadline (soon)", "serve", "--model", "a=" + model, "--home", home, "--deadline", "soon");
        refused("Port (65536)", "serve", "--model", "a=" + model, "--home", home, "--port", 65536);
        refused("Port (65537)", "serve", "--model", "a=" + model, "--home", home, "--port", 0, "--dashboard", 65537);
    }

    private static void refused(String message, Object... command) {
        Console console = Console.run(command);
        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).startsWith("edgeai: ").contains(message).hasLineCount(1);
    }

    /** As a browser opens a link. */
    private static String get(String link) throws IOException, InterruptedException {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()
                .send(HttpRequest.newBuilder(URI.create(link)).build(), BodyHandlers.ofString())
                .body();
    }

    private static HttpResponse<String> infer(String uri, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v2/models/affine/infer"))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static float[] overGrpc(int port) {
        try (RemoteSession session = RemoteSession.builder()
                .port(port)
                .model("affine")
                .connectWithin(Duration.ofMinutes(3))
                .open()) {
            return session.run(Map.of("x", Tensor.of(new float[] {3, 4, 5}, 1, 3)))
                    .values()
                    .iterator()
                    .next()
                    .floats();
        }
    }
}
