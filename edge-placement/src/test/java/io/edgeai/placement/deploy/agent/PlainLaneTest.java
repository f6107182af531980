package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.site.ChunkLane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainLaneTest {
    private static final int CHUNK = 50_000;
    private static final String TOKEN = "a secret of sixteen or more";

    @TempDir
    private Path folder;

    /** A server that answers chunks as told; the lane's other way writes down what it was asked for. */
    private List<Integer> goingTheOtherWay(int status, String answer, Duration limit) throws IOException {
        Path file = Models.noise(folder.resolve("model"), 3 * CHUNK, 1);
        List<Integer> other = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                if (status == 0) {
                    end.await();
                }
                exchange.sendResponseHeaders(status == 0 ? 204 : status, answer.isEmpty() ? -1 : answer.length());
                exchange.getResponseBody().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        URI chunks = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/chunks/");
        try (FileChannel channel = FileChannel.open(file);
                ChunkLane lane =
                        new PlainLane(chunks, TOKEN, limit, (index, from, offset, length) -> other.add(index))) {
            for (int i = 0; i < 3; i++) {
                lane.send(i, channel, (long) i * CHUNK, CHUNK);
            }
        } finally {
            end.countDown();
            server.stop(0);
        }
        return other;
    }

    @Test
    void onlyAPlainYesIsTaken() throws IOException {
        Duration minute = Duration.ofMinutes(1);
        assertThat(goingTheOtherWay(204, "", minute)).isEmpty();
        assertThat(goingTheOtherWay(422, "{\"error\": \"damaged\"}", minute)).containsExactly(0, 1, 2);
        assertThat(goingTheOtherWay(200, "{}", minute)).containsExactly(0, 1, 2);
        assertThat(goingTheOtherWay(500, "", minute)).containsExactly(0, 1, 2);
    }

    @Test
    void aServerThatKeepsSilentIsLeftWhenTheTimeIsUp() throws IOException {
        assertThat(goingTheOtherWay(0, "", Duration.ofMillis(20))).containsExactly(0, 1, 2);
    }

    @Test
    void nobodyThereGoesTheOtherWay() throws IOException {
        Path file = Models.noise(folder.resolve("model"), CHUNK, 1);
        List<Integer> other = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file);
                ChunkLane lane = new PlainLane(
                        URI.create("http://127.0.0.1:1/chunks/"),
                        null,
                        Duration.ofSeconds(5),
                        (index, from, offset, length) -> other.add(index))) {
            lane.send(4, channel, 0, CHUNK);
        }
        assertThat(other).containsExactly(4);
    }

    @Test
    void refusalsKeepTheirKinds() throws IOException {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 2 * CHUNK + 1, 2), CHUNK);
        Path other = Models.noise(folder.resolve("other"), 2 * CHUNK + 1, 3);
        try (SiteAgent agent =
                        SiteAgent.builder(folder.resolve("site")).token(TOKEN).start();
                FileChannel wrong = FileChannel.open(other)) {
            AgentClient client = new AgentClient(agent.uri(), TOKEN);
            client.begin(artifact.chunks());
            try (ChunkLane lane = client.lane(artifact.digest(), CHUNK);
                    ChunkLane stranger = new AgentClient(agent.uri(), TOKEN + "x").lane(artifact.digest(), CHUNK)) {
                assertThatThrownBy(() -> lane.send(0, wrong, 0, CHUNK)).isInstanceOf(ModelIntegrityException.class);
                assertThatThrownBy(() -> stranger.send(0, wrong, 0, CHUNK))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("token");
                assertThatThrownBy(() -> lane.send(2, wrong, 2 * CHUNK, CHUNK)).isInstanceOf(IOException.class);
            }
            assertThat(SiteTarget.of(client).fetch(artifact, Progress.NONE).sentChunks())
                    .isEqualTo(3);
            assertThat(agent.site().store().file(artifact.digest())).hasSameBinaryContentAs(artifact.file());
        }
        assertThat(Files.size(other)).isEqualTo(2 * CHUNK + 1);
    }
}
