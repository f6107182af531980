package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import io.edgeai.core.serving.ModelEndpoint;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model repository extension: index, load and unload. */
class HttpRepositoryTest {
    @TempDir
    private Path home;

    private EdgeAI edge;
    private Client client;

    @BeforeEach
    void start() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "a", 2, true);
        TestModels.times(edge, "a", 3, false);
        TestModels.times(edge, "b", 5, false);
        client = new Client(edge.server().start().uri());
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void theIndexTellsWhatAnswersAndWhyTheOthersDoNot() {
        assertThat(client.post("/v2/repository/index", "").body())
                .isEqualTo("[{\"name\":\"a\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                        + "{\"name\":\"a\",\"version\":\"2\",\"state\":\"UNAVAILABLE\",\"reason\":\"not loaded\"},"
                        + "{\"name\":\"b\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"not loaded\"}]");
        assertThat(client.post("/v2/repository/index", "{\"ready\":true}").body())
                .isEqualTo("[{\"name\":\"a\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
    }

    @Test
    void aVersionThatIsLoadedAnswersBesideTheActiveOne() {
        assertOk(client.post("/v2/repository/models/a/load", "{\"parameters\":{\"version\":\"2\"}}"));

        assertThat(infer("/v2/models/a/versions/1/infer"))
                .contains("\"model_version\":\"1\"")
                .contains("[2.0,4.0]");
        assertThat(infer("/v2/models/a/versions/2/infer"))
                .contains("\"model_version\":\"2\"")
                .contains("[3.0,6.0]");
        assertThat(infer("/v2/models/a/infer")).contains("\"model_version\":\"1\"");
        assertThat(client.get("/v2/models/a").body()).contains("\"versions\":[\"1\",\"2\"]");

        assertOk(client.post("/v2/repository/models/a/unload", "{\"parameters\":{\"version\":2}}"));
        assertThat(client.get("/v2/models/a/versions/2/ready").statusCode()).isEqualTo(503);
        assertThat(client.get("/v2/models/a/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aModelWithoutAnActiveVersionIsServedByTheVersionThatIsLoaded() {
        HttpResponse<String> refused = client.post("/v2/repository/models/b/load", "");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(client.post("/v2/repository/index", "").body())
                .contains("\"name\":\"b\"")
                .doesNotContain("b\",\"version\":\"1\",\"state\":\"READY");
        assertThat(client.get("/v2/health/ready").statusCode())
                .as("a client's mistake does not make the server unready")
                .isEqualTo(200);

        assertOk(client.post("/v2/repository/models/b/load", "{\"parameters\":{\"version\":\"1\"}}"));

        assertThat(infer("/v2/models/b/infer")).contains("[5.0,10.0]");
    }

    @Test
    void whatIsUnloadedIsUnavailableUntilItIsLoadedAgain() {
        assertOk(client.post("/v2/repository/models/a/unload", "{\"parameters\":{\"unload_dependents\":false}}"));

        HttpResponse<String> gone = client.post("/v2/models/a/infer", TestModels.request(1, 2));
        assertThat(gone.statusCode()).isEqualTo(503);
        assertThat(gone.body()).contains("Model (a) is not loaded. Maybe POST {} to /v2/repository/models/a/load.");
        assertThat(client.get("/v2/models/a/ready").body()).isEqualTo("{\"name\":\"a\",\"ready\":false}");
        assertThat(client.get("/v2/models/a").statusCode()).isEqualTo(503);

        assertOk(client.post("/v2/repository/models/a/load", "{}"));
        assertOk(client.post("/v2/repository/models/a/load", "{}"));
        assertThat(infer("/v2/models/a/infer")).contains("[2.0,4.0]");
    }

    @Test
    void whatIsUnknownIsNotFoundAndWhatIsUnknownToDoIsRefused() {
        assertThat(client.post("/v2/repository/models/zzz/load", "").statusCode())
                .isEqualTo(404);
        assertThat(client.post("/v2/repository/models/zzz/unload", "").statusCode())
                .isEqualTo(404);
        assertThat(client.post("/v2/repository/models/a/load", "{\"parameters\":{\"version\":\"7\"}}")
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> config =
                client.post("/v2/repository/models/a/load", "{\"parameters\":{\"config\":\"{}\"}}");
        assertThat(config.statusCode()).isEqualTo(400);
        assertThat(config.body()).contains("Parameter (config)");
    }

    @Test
    void aModelThatCannotBeServedFromTheStartMakesTheServerNotReady() {
        try (EdgeServer server = edge.server().models("a", "b").start()) {
            Client asking = new Client(server.uri());

            assertThat(asking.get("/v2/health/ready").body()).isEqualTo("{\"ready\":false,\"live\":true}");
            assertThat(asking.post("/v2/repository/index", "").body()).containsPattern("\"name\":\"b\"[^}]*active");
            assertOk(asking.post("/v2/repository/models/b/load", "{\"parameters\":{\"version\":\"1\"}}"));
            assertThat(asking.get("/v2/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** 400 requests at even odds: fewer than 100 for one arm has a chance below 1e-24. */
    @Test
    void anEndpointOfOnesOwnSplitsRequestsAndNamesTheVersionOfEach() {
        try (ModelEndpoint split =
                        edge.serve("a", serving -> serving.split(edge.registry().get("a@1"), 1)
                                .split(edge.registry().get("a@2"), 1));
                EdgeServer server = edge.server().endpoint("a", split).start()) {
            Client asking = new Client(server.uri());
            Map<String, Integer> answers = new TreeMap<>();

            for (int i = 0; i < 400; i++) {
                answers.merge(
                        asking.post("/v2/models/a/infer", TestModels.request(1, 2))
                                .body(),
                        1,
                        Integer::sum);
            }

            String answer =
                    "{\"model_name\":\"a\",\"model_version\":\"%d\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\","
                            + "\"shape\":[1,2],\"data\":[%s]}]}";
            assertThat(answers).containsOnlyKeys(answer.formatted(1, "2.0,4.0"), answer.formatted(2, "3.0,6.0"));
            assertThat(answers.values()).allMatch(count -> count >= 100);
            assertThat(asking.get("/v2/models/a").body()).contains("\"versions\":[\"1\",\"2\"]");
        }
    }

    private String infer(String path) {
        HttpResponse<String> answer = client.post(path, TestModels.request(1, 2));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void assertOk(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }
}
