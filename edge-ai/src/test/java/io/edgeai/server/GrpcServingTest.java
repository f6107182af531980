package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.EdgeAI;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.remote.RemoteSession;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gRPC side of a server, called with messages that are written field by field. */
class GrpcServingTest {
    private static final byte[] NOTHING = {};

    @TempDir
    Path home;

    private EdgeAI edge;
    private ModelVersion one;
    private ManagedChannel channel;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(home).build();
        one = TestModels.times(edge, "double", 2, true);
        TestModels.times(edge, "double", 3, false);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        edge.close();
    }

    private WireClient client(EdgeServer server) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort().orElseThrow())
                .usePlaintext()
                .build();
        return new WireClient(channel);
    }

    private WireClient client() {
        return client(edge.server().grpcPort(0).start());
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Test
    void theServerIsLiveAndReadyAndSaysWhoItIs() {
        WireClient client = client();
        assertThat(client.call("ServerLive", NOTHING).get(1)).containsExactly(1L);
        assertThat(client.call("ServerReady", NOTHING).get(1)).containsExactly(1L);
        assertThat(client.call("ServerMetadata", NOTHING).get(1)).containsExactly(text("edgeai"));
    }

    @Test
    void aModelThatWasToBeServedAndIsNotMakesTheServerNotReady() {
        WireClient client =
                client(edge.server().models("double", "missing").grpcPort(0).start());
        assertThat(client.call("ServerReady", NOTHING)).as("false is left out").isEmpty();
        assertThat(client.call("ServerLive", NOTHING).get(1)).containsExactly(1L);
    }

    @Test
    void aModelSaysItsVersionsPlatformAndTensors() {
        var metadata = client().call("ModelMetadata", WireClient.model("double", ""));
        assertThat(metadata.get(1)).containsExactly(text("double"));
        assertThat(metadata.get(2)).containsExactly(text("1"));
        assertThat(metadata.get(3)).containsExactly(text("onnx_onnxv1"));
        assertThat(metadata.get(4)).hasSize(1);
        assertThat(metadata.get(5)).hasSize(1);
    }

    @Test
    void whatAnswersIsTheActiveVersionAndItSaysWhich() {
        WireClient client = client();
        var first = client.call("ModelInfer", WireClient.infer("double", "", 1, 2, 3, 4));
        assertThat(first.get(2)).containsExactly(text("1"));
        assertThat(WireClient.floats((ByteString) first.get(6).get(0))).containsExactly(2, 4, 6, 8);

        edge.registry().promote(edge.registry().get("double@2").ref(), "better");
        var second = client.call("ModelInfer", WireClient.infer("double", "2", 1, 2));
        assertThat(second.get(2)).containsExactly(text("2"));
        assertThat(WireClient.floats((ByteString) second.get(6).get(0))).containsExactly(3, 6);
    }

    @Test
    void aUnitMeetsOneVersionOfASplit() {
        TrafficSplit shares = TrafficSplit.all(one.ref()).and(VersionRef.of("double", 2), 1);
        try (ModelEndpoint split = edge.serve("double", serving -> serving.split(one, 1))) {
            split.split(shares);
            WireClient client =
                    client(edge.server().endpoint("double", split).grpcPort(0).start());
            for (int i = 0; i < 30; i++) {
                String unit = "part-" + i;
                int dealt = shares.arms().get(shares.armOf(unit)).version().number();
                assertThat(client.call("ModelInfer", WireClient.inferFor(unit, "double", 1, 2))
                                .get(2))
                        .containsExactly(text(String.valueOf(dealt)));
            }
            assertThat(client.code("ModelInfer", WireClient.inferFor(true, "double", 1, 2)))
                    .isEqualTo("INVALID_ARGUMENT");
        }
    }

    @Test
    void aModelIsReadyOnlyWhereItAnswers() {
        WireClient client = client();
        assertThat(client.call("ModelReady", WireClient.model("double", "")).get(1))
                .containsExactly(1L);
        for (String[] absent : new String[][] {{"double", "2"}, {"double", "x"}, {"other", ""}, {"../x", ""}}) {
            assertThat(client.call("ModelReady", WireClient.model(absent[0], absent[1])))
                    .as(String.join("@", absent))
                    .isEmpty();
        }
    }

    @Test
    void whatCannotBeAnsweredSaysWhyByItsCode() {
        WireClient client = client();
        assertThat(client.code("ModelInfer", WireClient.infer("other", "", 1, 2)))
                .isEqualTo("NOT_FOUND");
        assertThat(client.code("ModelInfer", WireClient.infer("double", "9", 1, 2)))
                .isEqualTo("NOT_FOUND");
        assertThat(client.code("ModelInfer", WireClient.infer("double", "2", 1, 2)))
                .as("there, not loaded")
                .isEqualTo("UNAVAILABLE");
        assertThat(client.code("ModelInfer", WireClient.model("double", ""))).isEqualTo("INVALID_ARGUMENT");
        assertThat(client.code("ModelMetadata", WireClient.model("other", ""))).isEqualTo("NOT_FOUND");
        assertThat(client.code("RepositoryIndex", NOTHING)).isEqualTo("UNIMPLEMENTED");
    }

    @Test
    void aRemoteSessionBearsTheToken() {
        EdgeServer server = edge.server().grpcPort(0).token("s3cret").start();
        client(server);
        RemoteSession.Builder remote =
                RemoteSession.builder().port(server.grpcPort().orElseThrow()).model("double");
        assertThatThrownBy(remote::open).isInstanceOf(EdgeException.class).hasMessageContaining("token");
        assertThatThrownBy(() -> remote.token("wrong").open()).isInstanceOf(EdgeException.class);
        try (RemoteSession session = remote.token("s3cret").open()) {
            Tensor x = Tensor.of(new float[] {1, 2}, 1, 2);
            assertThat(session.run(Map.of("x", x)).get("y").floats()).containsExactly(2, 4);
        }
        assertThatThrownBy(() -> remote.token("two words"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageNotContaining("two words");
    }

    @Test
    void everyCallButHealthBearsTheToken() {
        WireClient client = client(edge.server().grpcPort(0).token("s3cret").start());
        byte[] infer = WireClient.infer("double", "", 1, 2);
        assertThat(client.code("ModelInfer", infer)).isEqualTo("UNAUTHENTICATED");
        assertThat(client.authorization("Bearer wrong").code("ModelInfer", infer))
                .isEqualTo("UNAUTHENTICATED");
        assertThat(client.code("ServerMetadata", NOTHING)).isEqualTo("UNAUTHENTICATED");
        assertThat(client.code("ServerLive", NOTHING)).isEqualTo("OK");
        assertThat(client.code("ServerReady", NOTHING)).isEqualTo("OK");
        assertThat(client.authorization("bearer s3cret").code("ModelInfer", infer))
                .isEqualTo("OK");
    }

    @Test
    void aMessageBeyondTheLimitIsRefused() {
        WireClient client = client(edge.server().grpcPort(0).maxBodyBytes(2000).start());
        assertThat(client.code("ModelInfer", WireClient.infer("double", "", new float[480])))
                .isEqualTo("OK");
        assertThat(client.code("ModelInfer", WireClient.infer("double", "", new float[500])))
                .isEqualTo("RESOURCE_EXHAUSTED");
    }

    @Test
    void whoeverIsTooMuchIsTurnedAwayOverEitherProtocol() {
        Gate gate = new Gate();
        ModelEndpoint endpoint = TestModels.endpoint(one, gate);
        EdgeServer server = edge.server()
                .endpoint("slow", endpoint)
                .grpcPort(0)
                .maxConcurrent(1)
                .maxQueue(0)
                .start();
        WireClient client = client(server);
        byte[] request = WireClient.infer("slow", "", 1, 2);
        CompletableFuture<String> inside = CompletableFuture.supplyAsync(() -> client.code("ModelInfer", request));
        gate.arrived.acquireUninterruptibly();

        assertThat(new Client(server.uri())
                        .post("/v2/models/slow/infer", TestModels.request(1, 2))
                        .statusCode())
                .isEqualTo(503);
        gate.open();
        assertThat(inside.join()).isEqualTo("OK");
        endpoint.close();
    }

    /** One who has half an hour is still there when its request arrives, however busy the machine is. */
    @Test
    void aClientWhoLeavesEarlyIsNotWaitedFor() {
        Gate gate = new Gate();
        ModelEndpoint endpoint = TestModels.endpoint(one, gate);
        WireClient client =
                client(edge.server().endpoint("slow", endpoint).grpcPort(0).start());
        byte[] request = WireClient.infer("slow", "", 1, 2);
        Duration half = Duration.ofMinutes(30);
        CompletableFuture<String> patient = CompletableFuture.supplyAsync(
                () -> client.within(half.toMillis()).code("ModelInfer", request));
        gate.arrived.acquireUninterruptibly();
        assertThat(Duration.ofNanos(gate.longest))
                .as("what the session was given")
                .isBetween(half.dividedBy(2), half);

        assertThat(client.within(100).code("ModelInfer", request)).isEqualTo("DEADLINE_EXCEEDED");
        gate.open();
        assertThat(patient.join()).isEqualTo("OK");
        endpoint.close();
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
        assertThatThrownBy(() -> edge.server().grpcPort(65_536))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(65536)");
        assertThat(edge.server().start().grpcPort()).isEmpty();
    }
}
