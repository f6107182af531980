package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.EdgeAI;
import io.edgeai.Patience;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does when asked for too much, by strangers, or while it closes. */
class HttpLimitsTest {
    private static final String INFER = "/v2/models/gate/infer";
    private static final String HALF = "POST " + INFER + " HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\n{";

    @TempDir
    private Path home;

    private final Gate gate = new Gate();
    private EdgeAI edge;
    private ModelEndpoint endpoint;

    @BeforeEach
    void build() {
        edge = EdgeAI.builder().home(home).build();
        ModelVersion version = TestModels.times(edge, "gate", 1, false);
        endpoint = TestModels.endpoint(version, gate);
    }

    @AfterEach
    void close() {
        gate.open();
        edge.close();
        endpoint.close();
    }

    private EdgeServer.Builder server() {
        return edge.server().endpoint("gate", endpoint);
    }

    private static void isToComeBack(HttpResponse<String> refused, String why) {
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains(why);
    }

    @Test
    void requestsBeyondLimitAndLineAreTurnedAwayAtOnceAndHealthIsNot() {
        try (EdgeServer server = server().maxConcurrent(1).maxQueue(0).start()) {
            Client client = new Client(server.uri());
            CompletableFuture<HttpResponse<String>> first =
                    CompletableFuture.supplyAsync(() -> client.post(INFER, TestModels.request(1, 2)));
            gate.arrived.acquireUninterruptibly();

            HttpResponse<String> second = client.post(INFER, TestModels.request(1, 2));

            isToComeBack(second, "All (1) requests");
            assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(200);
            assertThat(client.get("/metrics").body()).contains("edgeai_server_requests_in_flight 1\n");
            gate.open();
            assertThat(first.join().body()).contains("\"data\":[7.0,7.0]");
            assertThat(client.post(INFER, TestModels.request(1, 2)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeAnybodyReadsIt() {
        gate.open();
        try (EdgeServer server = server().maxBodyBytes(200).start()) {
            Client client = new Client(server.uri());
            String small = TestModels.request(1, 2);

            assertThat(client.post(INFER, small).statusCode()).isEqualTo(200);
            HttpResponse<String> large = client.post(INFER, small + " ".repeat(300_000));

            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(large.body()).contains("longer than (200) bytes");
        }
    }

    /** The client must get to send all of it, or it would see a broken connection instead of an answer. */
    @Test
    void aClientThatSendsWithoutAskingHearsThatItWasTooMuch() {
        try (EdgeServer server = server().maxBodyBytes(20_000_000).start()) {
            HttpResponse<byte[]> answer = new Client(server.uri()).postBytes(INFER, new byte[39_000_000]);

            assertThat(answer.statusCode()).isEqualTo(413);
        }
    }

    @Test
    void aBodyOfUnknownLengthIsCounted() throws IOException {
        try (EdgeServer server = server().maxBodyBytes(10).start()) {
            String answer = raw(
                    server,
                    "POST " + INFER + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                            + "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("longer than (10) bytes");
        }
    }

    @Test
    void whatIsNoHttpIsAnsweredInTheFormOfAllErrors() throws IOException {
        try (EdgeServer server = server().start()) {
            assertThat(raw(server, "GET /v2/models/a%2fb HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("{\"error\":")
                    .doesNotContain("Jetty");
            assertThat(raw(server, "GET /v2 HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(100_000) + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void oneConnectionServesManyRequests() throws IOException {
        try (EdgeServer server = server().start()) {
            String one = "GET /v2/health/live HTTP/1.1\r\nHost: h\r\n";

            String answers = raw(server, one + "\r\n" + one + "\r\n" + one + "Connection: close\r\n\r\n");

            assertThat(answers.split("\\{\"live\":true\\}", -1)).hasSize(4);
        }
    }

    /** What a refused body holds must never be taken for the next request. */
    @Test
    void aBodyThatNobodyReadIsNotTakenForARequest() throws IOException {
        try (EdgeServer server = server().token("s3cret").start()) {
            String hidden = "GET /v2/health/ready HTTP/1.1\r\nHost: h\r\n\r\n";

            String answers = raw(
                    server,
                    "POST " + INFER + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden
                            + "GET /v2/health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

            assertThat(answers)
                    .startsWith("HTTP/1.1 401 ")
                    .contains("{\"live\":true}")
                    .doesNotContain("ready");
        }
    }

    @Test
    void requestsBeyondTheLimitWaitForAPlace() {
        Duration patient = Duration.ofHours(1);
        try (EdgeServer server =
                server().maxConcurrent(1).maxQueue(2).queueTimeout(patient).start()) {
            Client client = new Client(server.uri());
            List<CompletableFuture<HttpResponse<String>>> requests = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                requests.add(CompletableFuture.supplyAsync(
                        () -> client.post(INFER, TestModels.request(1, 2)), task -> new Thread(task).start()));
            }
            gate.arrived.acquireUninterruptibly();
            patiently().until(() -> client.get("/metrics").body().contains("edgeai_server_requests_waiting 2\n"));

            assertThat(client.post(INFER, TestModels.request(1, 2)).body()).contains("(2) wait");
            assertThat(client.get("/metrics").body()).contains("edgeai_server_requests_in_flight 1\n");
            gate.open();
            for (CompletableFuture<HttpResponse<String>> request : requests) {
                assertThat(request.join().body()).contains("\"data\":[7.0,7.0]");
            }
        }
    }

    @Test
    void whoWaitedForTooLongIsToldToComeBack() {
        try (EdgeServer server =
                server().maxConcurrent(1).queueTimeout(Duration.ofMillis(1)).start()) {
            Client client = new Client(server.uri());
            CompletableFuture<HttpResponse<String>> first =
                    CompletableFuture.supplyAsync(() -> client.post(INFER, TestModels.request(1, 2)));
            gate.arrived.acquireUninterruptibly();

            HttpResponse<String> second = client.post(INFER, TestModels.request(1, 2));
            isToComeBack(second, "within (PT0.001S)");
            gate.open();
            assertThat(first.join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
        try (EdgeServer server = server().maxConcurrent(1).start()) {
            String body = TestModels.request(1, 2);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                String request = "POST " + INFER + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length();
                socket.getOutputStream().write((request + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
                gate.arrived.acquireUninterruptibly();
            }
            gate.open();
            Client client = new Client(server.uri());

            patiently().until(() -> client.get("/metrics").body().contains("edgeai_server_requests_in_flight 0\n"));
            assertThat(client.post(INFER, body).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatGoesAwayWhileItWaitsLeavesItsTurnToTheNext() throws IOException {
        try (EdgeServer server =
                server().maxConcurrent(1).queueTimeout(Duration.ofHours(1)).start()) {
            Client client = new Client(server.uri());
            CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(
                    () -> client.post(INFER, TestModels.request(1, 2)), task -> new Thread(task).start());
            gate.arrived.acquireUninterruptibly();
            try (Socket gone = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                gone.getOutputStream().write(HALF.getBytes(StandardCharsets.UTF_8));
                patiently().until(() -> client.get("/metrics").body().contains("edgeai_server_requests_waiting 1\n"));
            }
            CompletableFuture<HttpResponse<String>> third = CompletableFuture.supplyAsync(
                    () -> client.post(INFER, TestModels.request(1, 2)), task -> new Thread(task).start());
            patiently().until(() -> client.get("/metrics").body().contains("edgeai_server_requests_waiting 2\n"));
            gate.open();

            assertThat(first.join().statusCode()).isEqualTo(200);
            assertThat(third.join().statusCode()).isEqualTo(200);
            patiently().until(() -> client.get("/metrics").body().contains("edgeai_server_requests_in_flight 0\n"));
        }
    }

    @Test
    void aBodyThatBreaksOffIsRefusedAndForgotten() throws IOException {
        try (EdgeServer server = server().start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(HALF.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("could not be read");
        }
    }

    /** The request must be there before its connection counts as idle, for which any machine has 8 seconds. */
    @Test
    void aBodyThatStopsIsRefusedWhenItsConnectionIsIdle() throws IOException {
        try (EdgeServer server = server().idleTimeout(Duration.ofSeconds(8)).start()) {
            assertThat(raw(server, HALF)).startsWith("HTTP/1.1 400 ").contains("could not be read");
        }
    }

    @Test
    void withATokenOnlyHealthIsOpenToEverybody() {
        gate.open();
        try (EdgeServer server = server().token("s3cret").start()) {
            Client client = new Client(server.uri());

            assertThat(client.get("/v2/health/live").statusCode()).isEqualTo(200);
            for (String path : new String[] {"/v2", "/metrics", "/v2/models/gate", "/v2/models/gate/ready"}) {
                assertThat(client.get(path).statusCode()).as(path).isEqualTo(401);
            }
            assertThat(client.post(INFER, TestModels.request(1, 2), "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(client.post(INFER, TestModels.request(1, 2), "Authorization", "Bearer s3cret")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void closingWaitsForRequestsInFlight() {
        EdgeServer server = server().closeTimeout(Patience.LONGEST).start();
        Client client = new Client(server.uri());
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> client.post(INFER, TestModels.request(1, 2)));
        gate.arrived.acquireUninterruptibly();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        patiently().until(() -> client.get("/v2/health/ready").statusCode() == 503);
        assertThat(client.post(INFER, TestModels.request(1, 2)).statusCode()).isEqualTo(503);
        assertThat(closing).isNotDone();
        gate.open();

        assertThat(answer.join().statusCode()).isEqualTo(200);
        closing.join();
        assertThatThrownBy(() -> client.get("/v2/health/live")).isInstanceOf(AssertionError.class);
        assertThat(endpoint.closed())
                .as("an endpoint of the user's own stays open")
                .isFalse();
    }

    @Test
    void closingDoesNotWaitForEver() {
        EdgeServer server = server().closeTimeout(Duration.ZERO).start();
        Client client = new Client(server.uri());
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> client.post(INFER, TestModels.request(1, 2)));
        gate.arrived.acquireUninterruptibly();

        server.close();
        server.close();

        assertThat(server.closed()).isTrue();
        assertThat(answer.handle((response, failure) -> failure).join()).isNotNull();
    }

    /** Regression: an interrupted thread could not stop the library's threads and got an exception instead. */
    @Test
    void aThreadThatIsInterruptedClosesAsAnyOther() {
        EdgeServer server = server().closeTimeout(Patience.LONGEST).start();
        Client client = new Client(server.uri());
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> client.post(INFER, TestModels.request(1, 2)));
        gate.arrived.acquireUninterruptibly();

        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            server.close();
            return Thread.interrupted();
        });
        patiently().until(() -> client.get("/v2/health/ready").statusCode() == 503);
        gate.open();

        assertThat(closing.join()).as("the interrupt is kept").isTrue();
        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void anInstanceClosesItsServers() {
        EdgeServer server = server().start();

        edge.close();

        assertThat(server.closed()).isTrue();
    }

    @Test
    void whatTheEngineReportsBecomesAStatus() {
        try (EdgeServer server = server().start()) {
            Client client = new Client(server.uri());
            gate.failWith(new InferenceTimeoutException("Run passed its deadline (PT0.05S)."));
            HttpResponse<String> late = client.post(INFER, TestModels.request(1, 2));
            gate.failWith(new InferenceException("The engine failed."));
            HttpResponse<String> failed = client.post(INFER, TestModels.request(1, 2));

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(late.body()).isEqualTo("{\"error\":\"Run passed its deadline (PT0.05S).\"}");
            assertThat(failed.statusCode()).isEqualTo(500);
        }
    }

    @Test
    void aPortThatIsTakenSaysSo() {
        try (EdgeServer server = server().start()) {
            assertThatThrownBy(() -> server().port(server.port()).start())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .hasMessageContaining("Maybe the port is taken");
        }
    }

    @Test
    void settingsOutOfRangeFailWhereTheyAreMade() {
        EdgeServer.Builder builder = edge.server();

        assertThatThrownBy(() -> builder.port(65536)).hasMessageContaining("(65536)");
        assertThatThrownBy(() -> builder.maxBodyBytes(0)).hasMessageContaining("(0)");
        assertThatThrownBy(() -> builder.maxConcurrent(0)).hasMessageContaining("(0)");
        assertThatThrownBy(() -> builder.maxQueue(-1)).hasMessageContaining("(-1)");
        assertThatThrownBy(() -> builder.queueTimeout(Duration.ZERO)).hasMessageContaining("(PT0S)");
        assertThatThrownBy(() -> builder.closeTimeout(Duration.ofSeconds(-1))).hasMessageContaining("(PT-1S)");
        assertThatThrownBy(() -> builder.token(" ")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> builder.idleTimeout(Duration.ZERO).start()).isInstanceOf(InvalidInputException.class);
    }

    /** All that a server sends on one connection until it closes it. */
    private static String raw(EdgeServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
