package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.EdgeAI;
import io.edgeai.Serving;
import io.edgeai.core.model.ModelVersion;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments of every kind that a definition can ask for, over HTTP. */
class HttpExperimentKindsTest {
    private static final String AT = "/v2/models/a/experiment";
    private static final String SCORE = ",\"metrics\":[{\"name\":\"score\",\"direction\":\"lower\"}]";

    @TempDir
    private Path home;

    private EdgeAI edge;
    private Client client;

    private void open(Consumer<Serving> serving) {
        edge = EdgeAI.builder().home(home).ticker(() -> 0).serving(serving).build();
    }

    /** Serves this many versions of the model, of which the first is active. */
    private void serve(int versions) {
        open(serving -> {});
        for (int i = 1; i <= versions; i++) {
            TestModels.times(edge, "a", i, i == 1);
        }
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

    private void start(String weights, String more) {
        StringBuilder versions = new StringBuilder();
        String[] each = weights.split(",");
        for (int i = 0; i < each.length; i++) {
            versions.append(i == 0 ? "" : ",").append("{\"version\":" + (i + 1) + ",\"weight\":" + each[i] + "}");
        }
        json(client.post(AT + "/start", "{\"versions\":[" + versions + "]" + SCORE + more + "}"), 200);
    }

    private int ask(String unit) {
        JsonNode answer = json(client.post("/v2/models/a/infer", request(unit)), 200);
        return answer.get("model_version").asInt();
    }

    private static String request(String unit) {
        return TestModels.request(1, 1).replaceFirst("\\{", "{\"parameters\":{\"unit_id\":\"" + unit + "\"},");
    }

    /** @param outcome the members {@code value} and {@code covariate} of a unit that met a version */
    private void run(int units, IntFunction<String> outcome) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < units; i++) {
            all.append(all.isEmpty() ? "[" : ",")
                    .append("{\"unit_id\":\"u" + i + "\",\"metric\":\"score\"," + outcome.apply(ask("u" + i)) + "}");
        }
        assertThat(json(client.post(AT + "/outcome", all + "]"), 200)
                        .get("counted")
                        .intValue())
                .isEqualTo(units);
    }

    private JsonNode score() {
        for (JsonNode row : json(client.get(AT), 200).get("comparisons")) {
            if (row.get("metric").textValue().equals("score")) {
                return row;
            }
        }
        throw new AssertionError("no score");
    }

    /** To ask how it stands is no look, so that it uses nothing up; to decide is one. */
    @Test
    void ofFixedSize() {
        serve(2);
        start("1,1", ",\"maxPairs\":120");
        run(300, version -> "\"value\":" + (version == 2 ? 1 : 4));
        for (int i = 0; i < 3; i++) {
            assertThat(score().get("outcome").textValue()).isEqualTo("UNDECIDED");
        }
        assertThat(score().get("pairs").intValue()).isEqualTo(120);
        JsonNode ended = json(client.post(AT + "/decide", ""), 200);
        assertThat(ended.get("version").textValue()).isEqualTo("2");
    }

    @Test
    void ofFixedSizeWithoutADifference() {
        serve(2);
        start("1,1", ",\"maxPairs\":20");
        run(100, version -> "\"value\":1");
        assertThat(json(client.post(AT + "/decide", ""), 409).get("error").textValue())
                .contains("Nothing is decided on model (a): a@2: ");
        assertThat(edge.registry().active("a").number()).isEqualTo(1);
        assertThat(json(client.get(AT), 200).get("inForce").booleanValue()).isTrue();
    }

    /** 400 units at a share of 0.9: 360 ± 6, and 330 to 390 is five deviations. */
    @Test
    void sharesAreThoseOfTheWeights() {
        serve(2);
        start("0.9,0.1", "");
        int control = 0;
        for (int i = 0; i < 400; i++) {
            control += ask("u" + i) == 1 ? 1 : 0;
        }
        assertThat(control).isBetween(330, 390);
        JsonNode status = json(client.get(AT), 200);
        assertThat(status.at("/units/a@1").intValue()).isEqualTo(control);
        assertThat(status.get("trustworthy").booleanValue()).isTrue();
    }

    @Test
    void ofThreeVersions() {
        serve(3);
        start("1,1,1", ",\"sharpestAt\":60");
        run(360, version -> "\"value\":" + (version == 2 ? 0 : version));
        JsonNode status = json(client.get(AT), 200);
        assertThat(status.at("/verdicts/0/decision").textValue()).isEqualTo("better");
        assertThat(status.at("/verdicts/1/decision").textValue()).isEqualTo("worse");
        assertThat(json(client.post(AT + "/decide", ""), 200).get("version").textValue())
                .isEqualTo("2");
    }

    /** What was known before explains all but a hundredth of what differs from unit to unit. */
    @Test
    void aCovariateNarrowsTheInterval() {
        serve(2);
        double[] widths = new double[2];
        for (int known = 0; known < 2; known++) {
            SplittableRandom random = new SplittableRandom(5);
            boolean told = known == 1;
            start("1,1", ",\"sharpestAt\":100");
            run(600, version -> {
                double before = random.nextDouble() * 10;
                double value = before + random.nextDouble() / 10;
                return "\"value\":" + value + ",\"covariate\":" + (told ? before : 0);
            });
            widths[known] =
                    score().get("high").doubleValue() - score().get("low").doubleValue();
            json(client.post(AT + "/stop", ""), 200);
        }
        assertThat(widths[1]).as("seed 5").isLessThan(widths[0] / 2);
    }

    @Test
    void aVersionThatFailsLeavesTheSplitForGood() {
        open(serving -> {});
        TestModels.times(edge, "a", 1, true);
        assertThat(TestModels.failing(edge, "a").number()).isEqualTo(2);
        client = new Client(edge.server().start().uri());
        start("1,1", ",\"guardErrors\":0.01");
        int failures = 0;
        for (int i = 0; i < 200; i++) {
            failures += client.post("/v2/models/a/infer", request("u" + i)).statusCode() == 200 ? 0 : 1;
        }
        assertThat(failures).isBetween(3, 40);
        assertThat(json(client.get(AT), 200).get("inForce").booleanValue()).isFalse();
        edge.close();
        open(serving -> {});
        client = new Client(edge.server().start().uri());
        for (int i = 0; i < 50; i++) {
            assertThat(ask("u" + i)).isEqualTo(1);
        }
        assertThat(json(client.get(AT), 200).get("inForce").booleanValue()).isFalse();
        json(client.post(AT + "/stop", ""), 200);
    }

    @Test
    void inAnEnvironmentOfItsOwn() {
        open(serving -> serving.environment("hall"));
        ModelVersion first = TestModels.times(edge, "a", 1, true);
        edge.registry().lifecycle().in("hall").promote(first.ref(), "test");
        TestModels.times(edge, "a", 2, false);
        client = new Client(edge.server().start().uri());
        start("1,1", "");
        assertThat(home.resolve("experiments/plans/a@hall.json")).isRegularFile();
        json(client.post(AT + "/stop", "{\"version\":2}"), 200);
        assertThat(ask("u")).isEqualTo(2);
        assertThat(edge.registry().active("a", "hall").number()).isEqualTo(2);
        assertThat(edge.registry().active("a").number()).isEqualTo(1);
        assertThat(home.resolve("experiments/plans/a@hall.json")).doesNotExist();
    }
}
