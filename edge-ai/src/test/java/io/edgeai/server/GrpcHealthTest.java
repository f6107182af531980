package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.EdgeAI;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health checks by the client that gRPC brings for them. */
class GrpcHealthTest {
    @TempDir
    Path home;

    private EdgeAI edge;
    private ManagedChannel channel;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "double", 2, true);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        edge.close();
    }

    private ServingStatus status(EdgeServer server, String service) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort().orElseThrow())
                .usePlaintext()
                .build();
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @Test
    void aServerWithItsModelsServesAndNeedsNoTokenToSaySo() {
        EdgeServer server = edge.server().grpcPort(0).token("s3cret").start();
        assertThat(status(server, "")).isEqualTo(ServingStatus.SERVING);
        channel.shutdownNow();
        assertThat(status(server, "inference.GRPCInferenceService")).isEqualTo(ServingStatus.SERVING);
        assertThat(new Client(server.uri())
                        .get("/metrics", "Authorization", "Bearer s3cret")
                        .body())
                .contains("{code=\"OK\",protocol=\"grpc\",route=\"ready\"} 2\n");
    }

    @Test
    void aModelThatCannotBeServedMakesItNotServe() {
        EdgeServer server =
                edge.server().models("double", "missing").grpcPort(0).start();
        assertThat(status(server, "")).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void anotherServiceIsNotFound() {
        EdgeServer server = edge.server().grpcPort(0).start();
        assertThatThrownBy(() -> status(server, "double"))
                .hasMessageContaining("ModelReady")
                .extracting(failure -> Status.fromThrowable(failure).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
    }
}
