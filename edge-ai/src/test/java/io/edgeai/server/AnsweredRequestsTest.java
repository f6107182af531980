package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.edgeai.EdgeAI;
import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.answers.AnsweredRequest;
import io.edgeai.core.model.ModelVersion;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that bear the protocol's id, through sockets. */
class AnsweredRequestsTest {
    @TempDir
    Path home;

    private EdgeAI edge;
    private ModelVersion one;
    private ModelVersion two;
    private EdgeServer server;
    private Client client;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(home).answers(home.resolve("answers")).build();
        one = TestModels.times(edge, "double", 2, true);
        two = TestModels.times(edge, "double", 3, false);
        server = edge.server().grpcPort(0).start();
        client = new Client(server.uri());
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private void post(String path, String members, int status) {
        String body = TestModels.request(1, 2).replaceFirst("\\{", "{" + members);
        assertThat(client.post(path, body).statusCode()).as(path + " " + body).isEqualTo(status);
    }

    private AnsweredRequest only(String id) {
        List<AnsweredRequest> answers = edge.answered(id).answers();
        assertThat(answers).as(id).hasSize(1);
        return answers.get(0);
    }

    @Test
    void overHttpItIsKnownWhoAnswered() {
        post("/v2/models/double/infer", "\"id\":\"r-1\",\"parameters\":{\"unit_id\":\"u\"},", 200);
        edge.registry().promote(two.ref(), "better");
        post("/v2/models/double/infer", "\"id\":\"r-2\",", 200);
        client.post("/v2/repository/models/double/load", "{\"parameters\":{\"version\":\"1\"}}");
        post("/v2/models/double/versions/1/infer", "\"id\":\"r-3\",", 200);
        post("/v2/models/double/versions/7/infer", "\"id\":\"r-4\",", 404);
        post("/v2/models/double/infer", "\"id\":\"r-5\",\"parameters\":{\"unit_id\":true},", 400);
        post("/v2/models/double/infer", "", 200);
        post("/v2/models/double/infer", "\"id\":\"\",", 200);

        assertThat(only("r-1").source().version()).isEqualTo(one.ref());
        assertThat(only("r-1").source().digest()).isEqualTo(one.digest());
        assertThat(only("r-1").source().role()).isEqualTo(AnswerRole.ACTIVE);
        assertThat(only("r-1").unit()).as("printf u | sha256sum").isEqualTo("0bfe935e70c321c7");
        assertThat(only("r-2").source().version()).isEqualTo(two.ref());
        assertThat(only("r-2").unit()).isEmpty();
        assertThat(only("r-3").source().version()).isEqualTo(one.ref());
        assertThat(only("r-3").source().role()).isEqualTo(AnswerRole.PINNED);
        for (String id : List.of("r-4", "r-5", "")) {
            assertThat(edge.answered(id).answers()).as(id).isEmpty();
        }
        assertThat(client.get("/metrics").body())
                .contains("edgeai_answers_kept_total 3\n")
                .contains("edgeai_answers_dropped_total 0\n");
    }

    @Test
    void overGrpcToo() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", server.grpcPort().orElseThrow())
                .usePlaintext()
                .build();
        try {
            WireClient wire = new WireClient(channel);
            var answer = wire.call("ModelInfer", WireClient.inferAs("g-1", "double", "", 1, 2));
            assertThat(answer.get(3)).containsExactly(ByteString.copyFromUtf8("g-1"));
            wire.call("ModelInfer", WireClient.infer("double", "", 1, 2));
            assertThat(only("g-1").source().version()).isEqualTo(one.ref());
            assertThat(edge.answers().orElseThrow().kept()).isEqualTo(1);
        } finally {
            channel.shutdownNow();
        }
    }
}
