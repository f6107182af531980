package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each route of the protocol through a socket, with the answers that its specification prescribes. */
class HttpProtocolTest {
    private static final String METADATA = "{\"name\":\"double\",\"versions\":[\"1\"],\"platform\":\"onnx_onnxv1\","
            + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}],"
            + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,2]}]}";

    @TempDir
    private static Path home;

    private static EdgeAI edge;
    private static EdgeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "double", 2, true);
        TestModels.times(edge, "double", 3, false);
        server = edge.server().start();
        client = new Client(server.uri());
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void itListensOnTheLoopbackInterfaceOnly() {
        assertThat(server.uri().getHost()).isEqualTo("127.0.0.1");
        assertThat(server.uri().getPort()).isEqualTo(server.port()).isPositive();
    }

    @Test
    void health() {
        assertAnswer(client.get("/v2/health/live"), 200, "{\"live\":true}");
        assertAnswer(client.get("/v2/health/ready"), 200, "{\"ready\":true,\"live\":true}");
    }

    @Test
    void serverMetadata() {
        HttpResponse<String> answer = client.get("/v2");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .startsWith("{\"name\":\"edgeai\",\"version\":\"")
                .endsWith("\"extensions\":[\"binary_tensor_data\",\"classification\",\"model_repository\","
                        + "\"model_repository(unload_dependents)\"]}");
        assertThat(client.get("/v2/").body()).isEqualTo(answer.body());
    }

    @Test
    void modelMetadataAndReadiness() {
        assertAnswer(client.get("/v2/models/double"), 200, METADATA);
        assertAnswer(client.get("/v2/models/double/versions/1"), 200, METADATA);
        assertAnswer(client.get("/v2/models/double/ready"), 200, "{\"name\":\"double\",\"ready\":true}");
        assertAnswer(client.get("/v2/models/double/versions/1/ready"), 200, "{\"name\":\"double\",\"ready\":true}");
        assertAnswer(client.get("/v2/models/double/versions/2/ready"), 503, "{\"name\":\"double\",\"ready\":false}");
    }

    @Test
    void theParametersOfARequestAreHeard() {
        String body = TestModels.request(1, 2).replaceFirst("\\{", "{\"parameters\":{\"unit_id\":%s},");

        assertThat(client.post("/v2/models/double/infer", body.formatted("\"part-4711\""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.post("/v2/models/double/infer", body.formatted("true"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void inference() {
        String request =
                """
                {
                  "id" : "42",
                  "inputs" : [
                    { "name" : "x", "shape" : [ 2, 2 ], "datatype" : "FP32", "data" : [ [ 1, 2 ], [ 3.5, -4 ] ] }
                  ],
                  "outputs" : [ { "name" : "y" } ]
                }""";
        String expected = "{\"model_name\":\"double\",\"model_version\":\"1\",\"id\":\"42\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[2.0,4.0,7.0,-8.0]}]}";

        assertAnswer(client.post("/v2/models/double/infer", request), 200, expected);
        assertAnswer(client.post("/v2/models/double/versions/1/infer", request), 200, expected);
    }

    @Test
    void classification() {
        String request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2,4,3]}],"
                + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":1}}]}";

        assertAnswer(
                client.post("/v2/models/double/infer", request),
                200,
                "{\"model_name\":\"double\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"BYTES\","
                        + "\"shape\":[2,1],\"data\":[\"4.0:1\",\"8.0:0\"]}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/v2/models/triple/infer            | 404 | There is no model (triple).",
                "/v2/models/double/versions/9/infer | 404 | Model (double) has no version (9)",
                "/v2/models/double/versions/2/infer | 503 | Version (double@2) is not loaded. Maybe POST"
            })
    void inferenceOfWhatIsNotThere(String path, int status, String message) {
        HttpResponse<String> answer = client.post(path, TestModels.request(1, 2));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith("{\"error\":\"").contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | is no JSON of this protocol",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,null]}]} | for a number that is missing",
                "{\"inputs\":[{\"name\":\"z\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]} | (z)",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]} | [1, 3]",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"INT32\",\"data\":[1,2]}]} | INT32",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}],\"outputs\":[{\"name\":\"q\"}]} | (q)"
            })
    void badInputIsToldWithTheLibrarysMessage(String request, String message) {
        HttpResponse<String> answer = client.post("/v2/models/double/infer", request);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"").contains(message).doesNotContain("REDACTED");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void pathsAndMethodsThatAreNot() {
        assertThat(client.get("/v3").statusCode()).isEqualTo(404);
        HttpResponse<String> wrong = client.get("/v2/models/double/infer");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void aHeadRequestHasTheHeadersWithoutTheBody() {
        HttpRequest request = client.builder("/v2/models/double")
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(METADATA.length());
    }

    @Test
    void aPromotionChangesWhichVersionAnswers(@TempDir Path other) {
        try (EdgeAI own = EdgeAI.builder().home(other).build();
                EdgeServer serving = startWith(own)) {
            Client asking = new Client(serving.uri());
            ModelVersion second = TestModels.times(own, "m", 5, true);

            HttpResponse<String> answer = asking.post("/v2/models/m/infer", TestModels.request(1, 2));

            assertThat(answer.body())
                    .contains("\"model_version\":\"" + second.number() + "\"")
                    .contains("\"data\":[5.0,10.0]");
            assertThat(asking.post("/v2/models/m/versions/1/infer", TestModels.request(1, 2))
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    private static EdgeServer startWith(EdgeAI own) {
        TestModels.times(own, "m", 2, true);
        return own.server().start();
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String body) {
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }
}
