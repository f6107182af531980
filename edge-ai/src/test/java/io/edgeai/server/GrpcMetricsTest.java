package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeai.EdgeAI;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls over gRPC in the figures that a scraper reads over HTTP. */
class GrpcMetricsTest {
    /** Field 1 of 9 bytes, of which 2 are there. */
    private static final byte[] CUT_OFF = {0x0A, 9, 'a', 'b'};

    @Test
    void callsOfBothProtocolsAreCountedSideBySide(@TempDir Path home) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            TestModels.times(edge, "double", 2, true);
            EdgeServer server = edge.server().grpcPort(0).start();
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            "127.0.0.1", server.grpcPort().orElseThrow())
                    .usePlaintext()
                    .build();
            WireClient calls = new WireClient(channel);
            Client http = new Client(server.uri());

            byte[] request = WireClient.infer("double", "", 1, 2);
            byte[] unknown = WireClient.infer("other", "", 1, 2);
            assertThat(List.of(
                            calls.code("ModelInfer", request),
                            calls.code("ModelInfer", request),
                            calls.code("ModelInfer", unknown),
                            calls.code("ModelInfer", CUT_OFF),
                            calls.code("ServerLive", new byte[0]),
                            calls.code("ModelReady", WireClient.model("double", "")),
                            calls.code("RepositoryIndex", new byte[0])))
                    .containsExactly("OK", "OK", "NOT_FOUND", "INVALID_ARGUMENT", "OK", "OK", "UNIMPLEMENTED");
            http.post("/v2/models/double/infer", TestModels.request(1, 2));
            channel.shutdown();

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(counted(http))
                    .containsExactlyInAnyOrder(
                            "{code=\"OK\",protocol=\"grpc\",route=\"infer\"} 2",
                            "{code=\"NOT_FOUND\",protocol=\"grpc\",route=\"infer\"} 1",
                            "{code=\"INVALID_ARGUMENT\",protocol=\"grpc\",route=\"infer\"} 1",
                            "{code=\"OK\",protocol=\"grpc\",route=\"live\"} 1",
                            "{code=\"OK\",protocol=\"grpc\",route=\"model_ready\"} 1",
                            "{code=\"UNIMPLEMENTED\",protocol=\"grpc\",route=\"none\"} 1",
                            "{code=\"200\",protocol=\"http\",route=\"infer\"} 1"));
            int ready = WireClient.model("double", "").length;
            assertThat(http.get("/metrics").body())
                    .contains("edgeai_server_received_bytes_total{protocol=\"grpc\"} "
                            + (2 * request.length + unknown.length + CUT_OFF.length + ready) + "\n")
                    .contains("edgeai_server_received_bytes_total{protocol=\"http\"} "
                            + TestModels.request(1, 2).length() + "\n")
                    .contains("edgeai_inferences_total{model=\"double\",version=\"1\"} 3\n");
        }
    }

    /** Counters of requests, without those of the scrapes themselves. */
    private static List<String> counted(Client http) {
        String family = "edgeai_server_requests_total";
        return http.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(family) && !line.contains("route=\"metrics\""))
                .map(line -> line.substring(family.length()))
                .toList();
    }
}
