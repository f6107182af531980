package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.EdgeAI;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment that is begun, fed and ended over HTTP; version n of the model multiplies by n + 1. */
class HttpExperimentTest {
    private static final String AT = "/v2/models/a/experiment";
    private static final String START = "{\"versions\":[{\"version\":1,\"weight\":1},{\"version\":2,\"weight\":1}],"
            + "\"metrics\":[{\"name\":\"score\",\"direction\":\"HIGHER_IS_BETTER\"}],\"sharpestAt\":100}";

    @TempDir
    private Path home;

    private EdgeAI edge;
    private Client client;

    @BeforeEach
    void begin() {
        edge = open();
        TestModels.times(edge, "a", 2, true);
        TestModels.times(edge, "a", 3, false);
        client = new Client(edge.server().start().uri());
    }

    /** Time stands still, so that no version is slower than another. */
    private EdgeAI open() {
        return EdgeAI.builder().home(home).ticker(() -> 0).build();
    }

    private void restart() {
        edge.close();
        edge = open();
        client = new Client(edge.server().start().uri());
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private JsonNode start() {
        return json(client.post(AT + "/start", START), 200);
    }

    /** The version that answers, by what it says of itself and by what it makes of 1. */
    private int ask(String parameters) {
        String body = TestModels.request(1, 1).replaceFirst("\\{", "{\"parameters\":{" + parameters + "},");
        JsonNode answer = json(client.post("/v2/models/a/infer", body), 200);
        int version = answer.get("model_version").asInt();
        assertThat(answer.at("/outputs/0/data/0").intValue()).isEqualTo(version + 1);
        return version;
    }

    private int askFor(String unit) {
        return ask("\"unit_id\":\"" + unit + "\"");
    }

    private int told(String unit, double score) {
        JsonNode answer = json(client.post(AT + "/outcome", outcome(unit, score)), 200);
        return answer.get("counted").intValue();
    }

    private static String outcome(String unit, double score) {
        return "{\"unit_id\":\"" + unit + "\",\"metric\":\"score\",\"value\":" + score + "}";
    }

    /** Asks for units and tells their outcomes; gives how many met each version. */
    private Map<Integer, Long> run(int units, double better) {
        Map<Integer, Long> met = new HashMap<>();
        StringBuilder outcomes = new StringBuilder("[");
        for (int i = 0; i < units; i++) {
            int version = askFor("u" + i);
            met.merge(version, 1L, Long::sum);
            outcomes.append(i == 0 ? "" : ",").append(outcome("u" + i, i % 2 + (version == 2 ? better : 0)));
        }
        JsonNode answer = json(client.post(AT + "/outcome", outcomes + "]"), 200);
        assertThat(answer.get("told").intValue()).isEqualTo(units);
        assertThat(answer.get("counted").intValue()).isEqualTo(units);
        return met;
    }

    @Test
    void aUnitAlwaysMeetsTheSameVersionAndCountsOnce() {
        assertThat(start().get("inForce").booleanValue()).isTrue();
        Map<Integer, Long> met = run(60, 0);
        assertThat(met.keySet()).containsExactlyInAnyOrder(1, 2);
        for (int i = 0; i < 60; i++) {
            assertThat(askFor("u" + i)).isEqualTo(askFor("u" + i));
            assertThat(told("u" + i, 7)).as("told again").isZero();
        }
        JsonNode status = json(client.get(AT), 200);
        assertThat(status.at("/units/a@1").longValue()).isEqualTo(met.get(1));
        assertThat(status.at("/units/a@2").longValue()).isEqualTo(met.get(2));
        JsonNode score = comparison(status, "score");
        assertThat(score.get("pairs").longValue()).isEqualTo(Math.min(met.get(1), met.get(2)));
        assertThat(score.get("outcome").textValue()).isEqualTo("UNDECIDED");
    }

    private static JsonNode comparison(JsonNode status, String metric) {
        for (JsonNode row : status.get("comparisons")) {
            if (row.get("metric").textValue().equals(metric)) {
                return row;
            }
        }
        throw new AssertionError(metric + " is not in " + status);
    }

    @Test
    void whatIsBetterIsPromotedOnceTheStatisticsSaySo() {
        start();
        assertThat(json(client.post(AT + "/decide", ""), 409).get("error").textValue())
                .contains("a@2: open", "Maybe wait for more units");
        run(300, 2);
        assertThat(edge.registry().active("a").number()).isEqualTo(1);
        JsonNode ended = json(client.post(AT + "/decide", ""), 200);
        assertThat(ended.get("version").textValue()).isEqualTo("2");
        assertThat(ended.get("reason").textValue()).contains("better in score");
        assertThat(edge.registry().active("a").number()).isEqualTo(2);
        assertAllMeet(2);
        restart();
        assertAllMeet(2);
    }

    private void assertAllMeet(int version) {
        for (int i = 0; i < 20; i++) {
            assertThat(askFor("u" + i)).isEqualTo(version);
        }
        assertThat(json(client.get(AT), 404).get("error").textValue()).contains("No experiment on model (a) runs here");
    }

    @Test
    void theControlStaysWhereTheOtherIsWorse() {
        start();
        run(300, -2);
        JsonNode ended = json(client.post(AT + "/decide", ""), 200);
        assertThat(ended.get("version").textValue()).isEqualTo("1");
        assertThat(ended.get("reason").textValue()).contains("the control stays", "worse in score");
        assertAllMeet(1);
    }

    @Test
    void goesOnAfterARestart() {
        start();
        Map<Integer, Long> met = run(100, 0);
        JsonNode before = json(client.get(AT), 200);
        Map<Integer, Integer> versions = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            versions.put(i, askFor("u" + i));
        }
        restart();
        assertThat(json(client.get(AT), 200)).isEqualTo(before);
        for (int i = 0; i < 100; i++) {
            assertThat(askFor("u" + i)).isEqualTo(versions.get(i));
            assertThat(told("u" + i, 9)).isZero();
        }
        assertThat(json(client.get(AT), 200)).isEqualTo(before);
        int version = askFor("another");
        assertThat(told("another", 1)).isEqualTo(1);
        assertThat(json(client.get(AT), 200).at("/units/a@" + version).longValue())
                .isEqualTo(met.getOrDefault(version, 0L) + 1);
    }

    @Test
    void anotherExperimentBeginsAnew() {
        start();
        run(50, 0);
        JsonNode ended = json(client.post(AT + "/stop", "{\"version\":2}"), 200);
        assertThat(ended.get("version").textValue()).isEqualTo("2");
        assertAllMeet(2);
        JsonNode anew = start();
        assertThat(anew.at("/units/a@1").longValue() + anew.at("/units/a@2").longValue())
                .isZero();
        assertThat(run(50, 0).values().stream().mapToLong(n -> n).sum()).isEqualTo(50);
        assertThat(json(client.post(AT + "/stop", ""), 200).get("version").textValue())
                .as("the control, though another is active")
                .isEqualTo("1");
        assertAllMeet(1);
    }

    @Test
    void noRequestIsLostWhileExperimentsComeAndGo() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> asking = threads.submit(() -> {
                int asked = 0;
                while (!over.get()) {
                    askFor("u" + asked++);
                }
                return asked;
            });
            for (int i = 0; i < 10; i++) {
                start();
                assertThat(client.post(AT + "/stop", "").statusCode()).isEqualTo(200);
            }
            over.set(true);
            assertThat(asking.get()).isPositive();
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** The active version answers, and the experiment says that it deals nothing. */
    @Test
    void aVersionThatIsQuarantinedEndsTheDealing() {
        start();
        run(20, 0);
        edge.registry()
                .lifecycle()
                .quarantine(edge.registry().versions("a").get(1).ref(), "test");
        for (int i = 0; i < 20; i++) {
            assertThat(askFor("u" + i)).isEqualTo(1);
        }
        assertThat(json(client.post(AT + "/outcome", outcome("new", 1)), 409)
                        .get("error")
                        .textValue())
                .contains("deals no requests now");
        assertThat(json(client.post(AT + "/decide", ""), 409).get("error").textValue())
                .contains("deals no requests now");
        restart();
        assertThat(askFor("u1")).isEqualTo(1);
        assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(json(client.get(AT), 200).get("inForce").booleanValue()).isFalse();
        assertThat(client.post(AT + "/stop", "{\"version\":2}").statusCode()).isEqualTo(409);
        assertThat(client.post(AT + "/stop", "").statusCode()).isEqualTo(200);
        assertAllMeet(1);
    }

    @Test
    void aDefinitionThatIsDamagedIsNamedAndKept() throws IOException {
        start();
        Path plan = home.resolve("experiments/plans/a.json");
        edge.close();
        Files.writeString(plan, "{\"versions\":[]}");
        restart();
        assertThat(client.get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(json(client.get(AT), 500).get("error").textValue()).contains("a.json", "Maybe move it away");
        assertThat(plan).hasContent("{\"versions\":[]}");
    }

    @Test
    void aModelWithoutAnActiveVersionIsOpenedAgain() {
        TestModels.times(edge, "b", 2, false);
        TestModels.times(edge, "b", 3, false);
        json(client.post("/v2/models/b/experiment/start", START), 200);
        restart();
        assertThat(client.get("/v2/models/b/ready").statusCode()).isEqualTo(200);
        json(client.get("/v2/models/b/experiment"), 200);
    }

    /** Nothing is lost by the way, though evidence is kept every half second only. */
    @Test
    void outcomesCountAgainOnceTheModelIsLoadedAgain() {
        start();
        run(20, 0);
        JsonNode before = json(client.get(AT), 200);
        assertThat(client.post("/v2/repository/models/a/unload", "").statusCode())
                .isEqualTo(200);
        json(client.post(AT + "/outcome", outcome("late", 1)), 409);
        assertThat(client.post("/v2/repository/models/a/load", "").statusCode()).isEqualTo(200);
        assertThat(json(client.get(AT), 200)).isEqualTo(before);
        assertThat(told("late", 1)).isEqualTo(1);
    }
}
