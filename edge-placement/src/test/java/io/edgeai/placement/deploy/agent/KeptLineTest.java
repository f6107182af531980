package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.site.Release;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connection that the agent keeps is kept: a client that sends its next request on one that is about to be closed
 * meets a broken line, the more often the busier the machine.
 */
class KeptLineTest {
    private static final String TOKEN = "a secret of sixteen or more";

    @TempDir
    private Path folder;

    @Test
    void oneConnectionCarriesEveryKindOfRequestAgainAndAgain() throws IOException {
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site")).start();
                Socket line = new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII));
            for (String request : List.of(
                    "GET /v1/artifacts 200",
                    "GET /v1/services/s 200",
                    "DELETE /v1/services/s 200",
                    "POST /v1/artifacts/abc/commit 400",
                    "GET /v1/nothing 400",
                    "PUT /v1/artifacts/abc 400",
                    "GET /v1/artifacts 200")) {
                String[] parts = request.split(" ");
                assertThat(status(line, in, parts[0], parts[1])).as(request).startsWith("HTTP/1.1 " + parts[2]);
            }
        }
    }

    /** Sends a request with a body of two bytes where the method has one, and reads its answer to the end. */
    private static String status(Socket line, BufferedReader in, String method, String path) throws IOException {
        boolean body = method.startsWith("P");
        line.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: site\r\n" + (body ? "Content-Length: 2\r\n" : "")
                                + "\r\n" + (body ? "{}" : ""))
                        .getBytes(StandardCharsets.US_ASCII));
        String status = String.valueOf(in.readLine());
        int length = 0;
        for (String head = in.readLine(); head != null && !head.isEmpty(); head = in.readLine()) {
            if (head.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
                length = Integer.parseInt(head.substring("content-length: ".length()));
            }
        }
        assertThat(in.skip(length)).isEqualTo(length);
        return status;
    }

    @Test
    void whyALongChunkIsRefusedIsHeard() {
        byte[] chunk = new byte[3 << 20];
        try (SiteAgent agent =
                SiteAgent.builder(folder.resolve("site")).token(TOKEN).start()) {
            AgentClient stranger = new AgentClient(agent.uri(), TOKEN + "x");
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> stranger.write(new Digest("ab".repeat(32)), 0, chunk, chunk.length))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("token");
            }
        }
    }

    /** The calls of a roll-out in their order, by more threads than the agent and the machine have. */
    @Test
    void noLineBreaksWhileEverybodyIsBusy() throws Exception {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 1000, 1), 1000);
        AtomicInteger calls = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(16);
        try (SiteAgent agent =
                SiteAgent.builder(folder.resolve("site")).threads(4).start()) {
            SiteTarget.of(new AgentClient(agent.uri(), null)).fetch(artifact, Progress.NONE);
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < 16; c++) {
                String service = "service-" + c;
                running.add(clients.submit(() -> {
                    AgentClient client = new AgentClient(agent.uri(), null);
                    for (int i = 0; i < 12; i++) {
                        client.release(service);
                        client.activate(new Release(service, "v" + i, artifact.digest(), 1));
                        client.healthy(service);
                        client.deactivate(service);
                        calls.addAndGet(4);
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(calls).hasValue(16 * 12 * 4);
    }

    /** An agent may end an idle connection just as it is used again; what may be repeated is asked for once more. */
    @Test
    void aLineThatBrokeBeforeTheAnswerIsTriedOnceMoreWhereNothingIsAskedOfWhatWasBefore() throws Exception {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 1000, 1), 1000);
        Release release = new Release("s", "v1", artifact.digest(), 1);
        assertThat(answeredAfterBreaks(1, client -> client.begin(artifact.chunks())))
                .isEqualTo(2);
        assertThat(answeredAfterBreaks(1, client -> client.commit(artifact.digest())))
                .isEqualTo(2);
        assertThat(answeredAfterBreaks(
                        1, client -> client.patch(artifact.digest(), artifact.digest(), artifact.digest())))
                .isEqualTo(2);
        assertThatThrownBy(() -> answeredAfterBreaks(2, client -> client.commit(artifact.digest())))
                .isInstanceOf(RemoteUnavailableException.class);
        assertThatThrownBy(() -> answeredAfterBreaks(1, client -> client.activate(release)))
                .isInstanceOf(RemoteUnavailableException.class);
        assertThatThrownBy(() -> answeredAfterBreaks(1, client -> client.deactivate("s")))
                .isInstanceOf(RemoteUnavailableException.class);
    }

    private interface Call {
        void on(AgentClient client);
    }

    /** A server that ends so many connections without an answer, then says yes; how many came. */
    private static int answeredAfterBreaks(int breaks, Call call) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> serve(server, breaks, connections));
        try {
            call.on(new AgentClient(URI.create("http://127.0.0.1:" + server.getLocalPort()), null));
        } finally {
            server.close();
            serving.get();
        }
        return connections.get();
    }

    private static void serve(ServerSocket server, int breaks, AtomicInteger connections) {
        while (connections.get() <= breaks) {
            try (Socket line = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.US_ASCII));
                String head = read(in);
                while (!head.isEmpty()) {
                    head = read(in);
                }
                if (connections.incrementAndGet() > breaks) {
                    line.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 14\r\nConnection: close\r\n\r\n{\"missing\":[]}"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                return; // closed by the test
            }
        }
    }

    private static String read(BufferedReader in) {
        try {
            String line = in.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }
}
