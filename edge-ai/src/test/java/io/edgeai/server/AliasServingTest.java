package io.edgeai.server;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.EdgeAI;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Version n of the model multiplies by n + 1; version 1 is active, and the alias "best" points at version 2. */
class AliasServingTest {
    private static final String INFER = "/v2/models/double:best/infer";

    @TempDir
    Path home;

    private EdgeAI edge;
    private ModelVersion one;
    private ModelVersion two;
    private ModelVersion three;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(home).build();
        one = TestModels.times(edge, "double", 2, true);
        two = TestModels.times(edge, "double", 3, false);
        three = TestModels.times(edge, "double", 4, false);
        edge.registry().annotations().alias("best", two.ref(), "fewest misses");
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static String answer(int version) {
        return "{\"model_name\":\"double:best\",\"model_version\":\"" + version
                + "\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[" + (version + 1)
                + ".0," + 2 * (version + 1) + ".0]}]}";
    }

    @Test
    void aliasIsServedBesideTheActiveVersionAndFollowedWhereverItGoes() {
        Client client = new Client(edge.server().aliases("double:best").start().uri());
        assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(client.post(INFER, TestModels.request(1, 2)).body()).isEqualTo(answer(2));
        assertThat(client.post("/v2/models/double%3Abest/infer", TestModels.request(1, 2))
                        .body())
                .isEqualTo(answer(2));
        assertThat(client.post("/v2/models/double/infer", TestModels.request(1, 2))
                        .body())
                .contains("\"model_version\":\"1\"");
        assertThat(client.get("/v2/models/double:best").body())
                .startsWith("{\"name\":\"double:best\",\"versions\":[\"2\"]");
        assertThat(client.get("/v2/models/double:best/ready").statusCode()).isEqualTo(200);

        edge.registry().promote(three.ref(), "newest");
        assertThat(client.post(INFER, TestModels.request(1, 2)).body())
                .as("a promotion")
                .isEqualTo(answer(2));
        try (EdgeModelRegistry elsewhere = EdgeModelRegistry.open(home)) {
            elsewhere.annotations().alias("best", three.ref(), "moved by another process");
        }
        patiently()
                .until(() -> client.post(INFER, TestModels.request(1, 2)).body().equals(answer(3)));
        edge.registry().annotations().unalias("double", "best", "nobody asks");
        assertThat(client.post(INFER, TestModels.request(1, 2)).body()).isEqualTo(answer(3));
    }

    @Test
    void aliasIsLoadedAndUnloadedByItsName() {
        Client client = new Client(edge.server().start().uri());
        assertThat(client.post(INFER, TestModels.request(1, 2)).statusCode()).isEqualTo(503);
        assertThat(client.post(INFER, TestModels.request(1, 2)).body())
                .contains("/v2/repository/models/double:best/load");
        assertThat(client.post("/v2/repository/models/double:best/load", "{}").statusCode())
                .isEqualTo(200);
        assertThat(client.post(INFER, TestModels.request(1, 2)).body()).isEqualTo(answer(2));
        assertThat(client.post("/v2/repository/models/double:best/unload", "{}").statusCode())
                .isEqualTo(200);
        assertThat(client.post(INFER, TestModels.request(1, 2)).statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/models/none:best/infer",
                "/v2/models/double:/infer",
                "/v2/models/:best/infer",
                "/v2/models/double:1st/infer",
                "/v2/models/double:best:best/infer",
                "/v2/models/double:best/versions/2/infer",
                "/v2/repository/models/double:worst/load"
            })
    void whatIsNoAliasIsNotThere(String path) {
        Client client = new Client(edge.server().start().uri());
        assertThat(client.post(path, TestModels.request(1, 2)).statusCode()).isEqualTo(404);
    }

    @Test
    void aServerIsNotReadyWithoutAnAliasItShallServe() {
        EdgeServer server = edge.server().aliases("double:worst").start();
        assertThat(new Client(server.uri()).get("/v2/health/ready").statusCode())
                .isEqualTo(503);
        assertThatThrownBy(() -> edge.server().aliases("double"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe double:best");
    }

    @Test
    void overGrpcToo() {
        EdgeServer server = edge.server().aliases("double:best").grpcPort(0).start();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", server.grpcPort().orElseThrow())
                .usePlaintext()
                .build();
        try {
            var answer = new WireClient(channel).call("ModelInfer", WireClient.infer("double:best", "", 1, 2));
            assertThat(answer.get(2)).containsExactly(ByteString.copyFromUtf8("2"));
            assertThat(WireClient.floats((ByteString) answer.get(6).get(0))).containsExactly(3, 6);
        } finally {
            channel.shutdownNow();
        }
    }

    /** An alias may be put anywhere; what may get no requests gets none, and the version before goes on. */
    @Test
    void anAliasOnWhatMayNotAnswerLeavesTheVersionBefore() {
        edge.registry().annotations().alias("best", one.ref(), "back");
        ModelEndpoint endpoint = edge.serve("double", s -> s.alias("best"));
        edge.registry().lifecycle().retire(two.ref(), "old");
        edge.registry().annotations().alias("best", two.ref(), "by mistake");
        edge.registry().annotations().alias("other", three.ref(), "a mark in time");
        ModelEndpoint later = edge.serve("double", s -> s.alias("other"));
        edge.registry().annotations().alias("other", one.ref(), "back");
        patiently().until(() -> later.split().arms().get(0).version().equals(one.ref()));
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(2, 2);
        edge.registry().annotations().alias("best", three.ref(), "mended");
        patiently().until(() -> endpoint.predict(new float[] {1, 1})[0] == 4);
    }

    @Test
    void whatGoesWithNoAliasIsRefused() {
        assertThatThrownBy(() -> edge.serve("double", s -> s.alias("worst")))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("no alias (worst)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> edge.serve("double", s -> s.alias("best").split(one, 1)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.serve("double", s -> s.alias("best").recorded()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.serve("double", s -> s.alias("best").canary(two)))
                .isInstanceOf(InvalidInputException.class);
    }
}
