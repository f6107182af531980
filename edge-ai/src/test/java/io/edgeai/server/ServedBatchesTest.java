package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.edgeai.EdgeAI;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask at the same time share runs of the model, whatever protocol they speak. */
class ServedBatchesTest {
    private static final int CLIENTS = 12;

    @TempDir
    private Path home;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private EdgeAI edge;
    private ModelVersion version;

    @BeforeEach
    void start() {
        edge = EdgeAI.builder().home(home).build();
        version = TestModels.times(edge, "double", 2, true);
    }

    @AfterEach
    void stop() {
        edge.close();
        threads.shutdownNow();
    }

    private ModelEndpoint endpoint(OneSlot session) {
        return ModelEndpoint.builder()
                .split(TrafficSplit.all(version.ref()))
                .opener(ref -> session)
                .ticker(session.clock::get)
                .build();
    }

    /** Tries batches of up to sixteen, so that nothing is tried while the clients are there. */
    private static void learn(ModelEndpoint endpoint) {
        for (int size = 2; size <= 16; size *= 2) {
            List<Map<String, Tensor>> requests = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                requests.add(Map.of("x", Tensor.of(new float[] {i, 0}, 1, 2)));
            }
            assertThat(endpoint.predictAll(requests)).hasSize(size);
        }
    }

    /** One client holds the model's only slot; the others come, and stand in line when it is let go. */
    private <T> List<T> crowd(OneSlot session, IntFunction<T> client) throws InterruptedException {
        session.hold();
        List<CompletableFuture<T>> clients = new ArrayList<>();
        clients.add(CompletableFuture.supplyAsync(() -> client.apply(0), threads));
        session.awaitHeld();
        for (int i = 1; i <= CLIENTS; i++) {
            int number = i;
            clients.add(CompletableFuture.supplyAsync(() -> client.apply(number), threads));
        }
        patiently().until(() -> session.inLine.size() == CLIENTS);
        session.clock.addAndGet(Duration.ofSeconds(1).toNanos());
        session.letGo();
        return clients.stream().map(CompletableFuture::join).toList();
    }

    private static void assertShared(OneSlot session) {
        assertThat(session.runs.stream().mapToInt(List::size).sum())
                .as("rows run: each once")
                .isEqualTo(CLIENTS + 1);
        assertThat(session.runs.get(0)).containsExactly(0f);
        assertThat(session.runs)
                .as("runs: the one that held the slot, and one for all others")
                .hasSize(2);
    }

    @Test
    void clientsOverHttpShareRuns() throws Exception {
        OneSlot session = new OneSlot(Dim.symbolic("N"));
        try (ModelEndpoint endpoint = endpoint(session)) {
            learn(endpoint);
            EdgeServer server =
                    edge.server().maxConcurrent(32).endpoint("double", endpoint).start();
            List<String> answers = crowd(session, i -> new Client(server.uri())
                    .post("/v2/models/double/infer", TestModels.request(i, 1))
                    .body());
            for (int i = 0; i <= CLIENTS; i++) {
                assertThat(answers.get(i)).contains("\"shape\":[1,2]").contains("\"data\":[" + 2f * i + ",2.0]");
            }
            assertShared(session);
        }
    }

    @Test
    void clientsOverGrpcShareRuns() throws Exception {
        OneSlot session = new OneSlot(Dim.symbolic("N"));
        try (ModelEndpoint endpoint = endpoint(session)) {
            learn(endpoint);
            EdgeServer server = edge.server()
                    .maxConcurrent(32)
                    .grpcPort(0)
                    .endpoint("double", endpoint)
                    .start();
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", server.grpcPort().orElseThrow())
                    .usePlaintext()
                    .build();
            try {
                List<float[]> answers = crowd(
                        session,
                        i -> WireClient.floats((ByteString) new WireClient(channel)
                                .call("ModelInfer", WireClient.infer("double", "", i, 1))
                                .get(6)
                                .get(0)));
                for (int i = 0; i <= CLIENTS; i++) {
                    assertThat(answers.get(i)).containsExactly(2 * i, 2);
                }
            } finally {
                channel.shutdownNow();
            }
            assertShared(session);
        }
    }

    /** Triton's levels: 1 goes first, 3 last, and what is no level is in between. */
    @Test
    void aClientSaysHowUrgentItsRequestIs() throws Exception {
        OneSlot session = new OneSlot(Dim.of(1)); // runs each alone, in the order of the line
        try (ModelEndpoint endpoint = endpoint(session)) {
            EdgeServer server =
                    edge.server().maxConcurrent(32).endpoint("double", endpoint).start();
            session.hold();
            List<CompletableFuture<Integer>> clients = new ArrayList<>();
            clients.add(infer(server, 0, ""));
            session.awaitHeld();
            String[] levels = {"3", "7", "1"};
            for (int i = 1; i <= levels.length; i++) {
                clients.add(infer(server, i, "\"parameters\":{\"priority\":" + levels[i - 1] + "},"));
                int waiting = i;
                patiently().until(() -> session.inLine.size() == waiting);
            }
            session.clock.addAndGet(Duration.ofSeconds(1).toNanos());
            session.letGo();
            assertThat(clients).allSatisfy(client -> assertThat(client.join()).isEqualTo(200));
            assertThat(session.runs).containsExactly(List.of(0f), List.of(3f), List.of(2f), List.of(1f));
            assertThat(infer(server, 1, "\"parameters\":{\"priority\":\"high\"},")
                            .join())
                    .as("a level is a number")
                    .isEqualTo(400);
        }
    }

    private CompletableFuture<Integer> infer(EdgeServer server, int value, String parameters) {
        String body = "{" + parameters + TestModels.request(value, 0).substring(1);
        return CompletableFuture.supplyAsync(
                () -> new Client(server.uri())
                        .post("/v2/models/double/infer", body)
                        .statusCode(),
                threads);
    }
}
