package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.EdgeAI;
import io.edgeai.core.model.Stage;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.AuditEntry;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bandit that is begun, fed and ended over HTTP; version n of the model multiplies by n + 1. */
class HttpBanditTest {
    private static final String AT = "/v2/models/a/bandit";
    private static final String START = "{\"versions\":[1,2],\"floor\":0.1,\"every\":10}";

    @TempDir
    private Path home;

    private EdgeAI edge;
    private EdgeServer server;
    private Client client;

    @BeforeEach
    void begin() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "a", 2, true);
        TestModels.times(edge, "a", 3, false);
        serve();
    }

    private void serve() {
        server = edge.server().start();
        client = new Client(server.uri());
    }

    private void restart() {
        edge.close();
        edge = EdgeAI.builder().home(home).build();
        serve();
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

    private JsonNode status() {
        return json(client.get(AT), 200);
    }

    /** The version that answers, by what it says of itself and by what it makes of 1. */
    private int ask() {
        JsonNode answer = json(client.post("/v2/models/a/infer", TestModels.request(1, 1)), 200);
        int version = answer.get("model_version").asInt();
        assertThat(answer.at("/outputs/0/data/0").intValue()).isEqualTo(version + 1);
        return version;
    }

    private void reward(int version, double reward, int times) {
        StringBuilder rewards = new StringBuilder("[");
        for (int i = 0; i < times; i++) {
            rewards.append(i == 0 ? "" : ",")
                    .append("{\"version\":")
                    .append(version)
                    .append(",\"reward\":")
                    .append(reward)
                    .append('}');
        }
        JsonNode answer = json(client.post(AT + "/reward", rewards.append(']').toString()), 200);
        assertThat(answer.get("rewards").intValue()).isEqualTo(times);
    }

    private AuditEntry promoted() {
        return edge.registry().audit("a").stream()
                .filter(entry -> entry.action() == AuditAction.PROMOTED)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    @Test
    void whenItBeganAndEndedIsInTheAuditOfEachVersion() {
        start();
        json(client.post(AT + "/stop", "{\"version\":2}"), 200);
        List<AuditEntry> audit = edge.registry().audit("a").stream()
                .filter(entry -> entry.action() == AuditAction.TRIAL_BEGUN || entry.action() == AuditAction.TRIAL_ENDED)
                .toList();
        assertThat(audit)
                .extracting(entry -> entry.ref() + " " + entry.action() + " " + entry.detail())
                .containsExactly(
                        "a@1 TRIAL_BEGUN a bandit began",
                        "a@2 TRIAL_BEGUN a bandit began",
                        "a@1 TRIAL_ENDED a@2 answers: bandit: the bandit was stopped",
                        "a@2 TRIAL_ENDED a@2 answers: bandit: the bandit was stopped");
        assertThat(audit.get(0).evidence()).isEqualTo(START);
        assertThat(audit.get(0).environment()).isEqualTo("default");
        assertThat(edge.registry().history().verify(Set.of()).findings()).isEmpty();
    }

    @Test
    void versionsGetTheRequestsThatTheyEarn() {
        JsonNode begun = start();
        assertThat(begun.get("model").textValue()).isEqualTo("a");
        assertThat(begun.get("inForce").booleanValue()).isTrue();
        assertThat(begun.at("/arms/0/version").textValue()).isEqualTo("a@1");
        assertThat(begun.at("/arms/0/share").doubleValue()).isCloseTo(0.5, within(1e-6));
        assertThat(begun.at("/arms/0/mean").isNull()).isTrue();
        SplittableRandom random = new SplittableRandom(20261127);
        int[] met = new int[3];
        for (int i = 0; i < 400; i++) { // version 2 is clicked on nine times of ten, version 1 once
            int version = ask();
            met[version]++;
            reward(version, random.nextInt(10) < (version == 2 ? 9 : 1) ? 1 : 0, 1);
        }
        assertThat(met[2]).as("all but the beginning and the floor").isGreaterThan(280);
        JsonNode arms = status().get("arms");
        assertThat(arms.at("/0/rewards").intValue()).isEqualTo(met[1]);
        assertThat(arms.at("/1/rewards").intValue()).isEqualTo(met[2]);
        assertThat(arms.at("/0/share").doubleValue()).isCloseTo(0.1, within(1e-6));
        assertThat(arms.at("/1/best").doubleValue()).isCloseTo(1, within(1e-6));

        JsonNode decided = json(client.post(AT + "/decide", ""), 200);
        assertThat(decided.get("version").textValue()).isEqualTo("2");
        assertThat(edge.registry().active("a").number()).isEqualTo(2);
        assertThat(promoted().detail()).startsWith("bandit: a@1: ").contains("best with 1");
        assertThat(ask()).isEqualTo(2);
        json(client.get(AT), 404);
    }

    /** Beta(5, 1) and Beta(1, 3): P(best) = 1 - 5 · B(5, 4) = 0.98214; Beta(3, 1) and Beta(1, 2): 1 - 3 · B(3, 3) = 0.9. */
    @Test
    void onlyWhatIsSurelyTheBestIsPromoted() {
        start();
        reward(1, 1, 2);
        reward(2, 0, 1);
        assertThat(status().at("/arms/0/best").doubleValue()).isCloseTo(0.9, within(1e-5));
        JsonNode refused = json(client.post(AT + "/decide", ""), 409);
        assertThat(refused.get("error").textValue())
                .contains("a@1: 2 rewards, mean 1, best with 0.9")
                .contains("Maybe");
        reward(1, 1, 2);
        reward(2, 0, 1);
        assertThat(status().at("/arms/0/best").doubleValue()).isCloseTo(1 - 5.0 / 280, within(1e-5));
        assertThat(json(client.post(AT + "/decide", ""), 200).get("version").textValue())
                .isEqualTo("1");
        assertThat(edge.registry().active("a").number()).isEqualTo(1);
        assertThat(ask()).isEqualTo(1);
    }

    @Test
    void rewardsOutliveTheProcessAndABeginningAnewForgetsThem() {
        start();
        reward(1, 0.25, 8);
        reward(2, 1, 12);
        JsonNode before = status().get("arms");
        restart();
        assertThat(status().get("arms")).isEqualTo(before);
        assertThat(status().get("inForce").booleanValue()).isTrue();
        assertThat(status().at("/arms/0/mean").doubleValue()).isEqualTo(0.25);
        reward(2, 1, 1);
        assertThat(status().at("/arms/1/rewards").intValue()).isEqualTo(13);

        assertThat(json(client.post(AT + "/stop", ""), 200).get("version").textValue())
                .isEqualTo("1");
        assertThat(ask()).isEqualTo(1);
        assertThat(start().at("/arms/1/rewards").intValue()).isZero();
        assertThat(json(client.post(AT + "/stop", "{\"version\":2}"), 200)
                        .get("version")
                        .textValue())
                .isEqualTo("2");
        assertThat(edge.registry().get("a@1").stage()).isEqualTo(Stage.SUPERSEDED);
        assertThat(promoted().detail()).isEqualTo("bandit: the bandit was stopped");
        restart();
        json(client.get(AT), 404);
        assertThat(ask()).isEqualTo(2);
    }

    @Test
    void aBanditAndAnExperimentDoNotRunBesideEachOther() {
        start();
        String experiment = "{\"versions\":[{\"version\":1},{\"version\":2}]}";
        assertThat(json(client.post("/v2/models/a/experiment/start", experiment), 409)
                        .get("error")
                        .textValue())
                .contains("A bandit on model (a)");
        json(client.post(AT + "/start", START), 409);
        json(client.post(AT + "/stop", ""), 200);
        json(client.post("/v2/models/a/experiment/start", experiment), 200);
        assertThat(json(client.post(AT + "/start", START), 409).get("error").textValue())
                .contains("An experiment on model (a)");
    }

    @Test
    void aQuarantinedVersionEndsTheDealing() {
        start();
        edge.registry().lifecycle().quarantine(edge.registry().get("a@2").ref(), "odd");
        io.edgeai.Patience.patiently().until(() -> !status().get("inForce").booleanValue());
        json(client.post(AT + "/reward", "{\"version\":1,\"reward\":1}"), 409);
        assertThat(ask()).isEqualTo(1);
        json(client.post(AT + "/stop", ""), 200);
        assertThat(ask()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/models/a/bandit/start | {} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1]} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,1]} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,0]} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,2],\"floor\":0.6} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,2],\"every\":0} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,2],\"odd\":1} | 400",
                "/v2/models/a/bandit/start | {\"versions\":[1,7]} | 404",
                "/v2/models/none/bandit/start | {\"versions\":[1,2]} | 404",
                "/v2/models/a/bandit/reward | {\"version\":1,\"reward\":1} | 404",
                "/v2/models/a/bandit/decide | {} | 404",
                "/v2/models/a/bandit/stop | {} | 404",
                "/v2/models/a/bandit/other | {} | 404"
            })
    void whatIsNoBanditIsRefusedAndNothingBegins(String path, String body, int status) {
        JsonNode refused = json(client.post(path, body), status);
        assertThat(refused.get("error").textValue()).contains("Maybe");
        json(client.get(AT), 404);
        assertThat(ask()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"version\":3,\"reward\":1}",
                "{\"version\":1,\"reward\":1.5}",
                "{\"version\":1,\"reward\":-1}",
                "{\"version\":1}",
                "{\"reward\":1}",
                "[{\"version\":1,\"reward\":1},{\"version\":3,\"reward\":1}]",
                "[1]",
                "nonsense"
            })
    void whatIsNoRewardIsRefusedWhole(String body) {
        start();
        json(client.post(AT + "/reward", body), 400);
        assertThat(status().at("/arms/0/rewards").intValue()).isZero();
    }

    @Test
    void whatAProgramServesItselfIsLeftAlone() throws Exception {
        server.close();
        server = edge.server().endpoint("a", edge.serve("a")).start();
        client = new Client(server.uri());
        json(client.post(AT + "/start", START), 409);
        assertThat(Files.exists(home.resolve("bandits/plans/a.json"))).isFalse();
    }
}
