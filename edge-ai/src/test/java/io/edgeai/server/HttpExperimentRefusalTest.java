package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of experiments is refused over HTTP, and how it is said. */
class HttpExperimentRefusalTest {
    private static final String AT = "/v2/models/a/experiment";
    private static final String TWO = "{\"versions\":[{\"version\":1,\"weight\":1},{\"version\":2,\"weight\":1}]";
    private static final List<String> CHANGES = List.of("/start", "/outcome", "/stop", "/decide");

    @TempDir
    private Path home;

    private EdgeAI edge;
    private Client client;
    private ModelVersion second;

    @BeforeEach
    void start() {
        edge = EdgeAI.builder().home(home).build();
        TestModels.times(edge, "a", 2, true);
        second = TestModels.times(edge, "a", 3, false);
        client = new Client(edge.server().start().uri());
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private void refused(HttpResponse<String> answer, int status, String why) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("{\"error\":\"").contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                              | Member (definition) is (missing)",
                "{                                                               | The body is no JSON",
                "{} {}                                                           | The body is no JSON",
                "[]                                                              | Member (definition) is ([])",
                "{}                                                              | compares nothing",
                "{'versions':[{'version':1}]}                                    | An experiment of (1) versions",
                "{'versions':[{'version':1},{'version':1}]}                      | occurs twice",
                "{'versions':[{'version':1},{'version':2,'weight':0}]}           | Weight (0.0)",
                "{'versions':[{'version':1},{'version':2,'weight':1e999}]}       | Weight (Infinity)",
                "{'versions':[{'version':1},{'version':2,'weight':'9'}]}         | Member (weight) is",
                "{'versions':[{'version':1},{'version':0}]}                      | Member (version) is (0)",
                "{'versions':[{'version':1},{'version':1.5}]}                    | Member (version) is (1.5)",
                "{'versions':[{'version':1},{'number':2}]}                       | Member (number) of (versions) is unknown",
                "{'versions':{'1':9}}                                            | Member (versions) is",
                "TWO,'metrics':[{'name':'x','direction':'up'}]}                  | Direction (up) is unknown",
                "TWO,'metrics':[{'direction':'lower'}]}                          | Member (name) is (missing)",
                "TWO,'metrics':[{'name':'errors','direction':'lower'}]}          | a metric occurs twice",
                "TWO,'alpha':1}                                                  | alpha (1.0) must be above 0",
                "TWO,'guardErrors':1}                                            | guardErrors (1.0)",
                "TWO,'guardErrors':-0.1}                                         | guardErrors (-0.1)",
                "TWO,'maxPairs':-1}                                              | maxPairs (-1)",
                "TWO,'maxPairs':1.5}                                             | Member (maxPairs) is (1.5)",
                "TWO,'maxPairs':1e30}                                            | Member (maxPairs) is",
                "TWO,'alpa':0.1}                                                 | Member (alpa) of (definition) is unknown",
                "TWO,'alpha':0.1,'alpha':0.2}                                    | The body is no JSON: Duplicate",
            })
    void definitionsThatPlanNoExperiment(String body, String why) {
        String sent = body.replace('\'', '"').replace("TWO", TWO);
        refused(client.post(AT + "/start", sent), 400, why);
        refused(client.get(AT), 404, "No experiment");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                              | Member (outcome) is (missing)",
                "{'metric':'score','value':1}                                    | Member (unit_id) is (missing)",
                "{'unit_id':1.5,'metric':'score','value':1}                      | Member (unit_id) is (1.5)",
                "{'unit_id':'','metric':'score','value':1}                       | A unit_id is empty",
                "{'unit_id':'u','value':1}                                       | Member (metric) is (missing)",
                "{'unit_id':'u','metric':'score'}                                | Member (value) is (missing)",
                "{'unit_id':'u','metric':'score','value':'1'}                    | Member (value) is",
                "{'unit_id':'u','metric':'score','value':1e999}                  | must be finite",
                "{'unit_id':'u','metric':'score','value':1,'covariate':1e999}    | must be finite",
                "{'unit_id':'u','metric':'other','value':1}                      | Metric (other) is none of the experiment's [score]",
                "{'unit_id':'u','metric':'errors','value':1}                     | Metric (errors) is none",
                "{'unit_id':'u','metric':'score','value':1,'at':2}               | Member (at) of (outcome) is unknown",
            })
    void outcomesThatAreNone(String body, String why) {
        String metrics = ",\"metrics\":[{\"name\":\"score\",\"direction\":\"higher\"}]}";
        assertThat(client.post(AT + "/start", TWO + metrics).statusCode()).isEqualTo(200);
        String right = "{\"unit_id\":\"first\",\"metric\":\"score\",\"value\":1}";
        String sent = body.replace('\'', '"');
        refused(client.post(AT + "/outcome", sent), 400, why);
        if (!body.isEmpty()) {
            refused(client.post(AT + "/outcome", "[" + right + "," + sent + "]"), 400, why);
        }
        assertThat(client.post(AT + "/outcome", right).body())
                .as("none of a list with a wrong one was counted")
                .contains("\"counted\":1");
    }

    @Test
    void whereNoExperimentRuns() {
        refused(client.get(AT), 404, "No experiment on model (a) runs here. Maybe begin one");
        refused(client.post(AT + "/outcome", "{\"unit_id\":\"u\",\"metric\":\"m\",\"value\":1}"), 404, "No experiment");
        refused(client.post(AT + "/stop", ""), 404, "No experiment");
        refused(client.post(AT + "/decide", ""), 404, "No experiment");
        refused(client.get("/v2/models/nobody/experiment"), 404, "There is no model (nobody)");
        refused(client.post("/v2/models/nobody/experiment/start", TWO + "}"), 404, "There is no model (nobody)");
        refused(client.get(AT + "/start"), 405, "Maybe use POST");
        refused(client.post(AT, ""), 405, "Maybe use GET");
        refused(client.get(AT + "/other"), 404, "There is nothing at");
        refused(client.get(AT + "/start/1"), 404, "There is nothing at");
    }

    @Test
    void versionsThatMayNotAnswer() {
        refused(
                client.post(AT + "/start", TWO.replace("\"version\":2", "\"version\":9") + "}"),
                404,
                "Model (a) has no version (9)");
        edge.registry().lifecycle().quarantine(second.ref(), "test");
        refused(client.post(AT + "/start", TWO + "}"), 409, "a@2");
        refused(client.get(AT), 404, "No experiment");
    }

    @Test
    void oneAtATimeAndOnlyItsVersionsWin() {
        assertThat(client.post(AT + "/start", TWO + "}").statusCode()).isEqualTo(200);
        refused(client.post(AT + "/start", TWO + "}"), 409, "runs already. Maybe end it first");
        TestModels.times(edge, "a", 5, false);
        refused(client.post(AT + "/stop", "{\"version\":3}"), 400, "Version (a@3) takes no part");
        refused(client.post(AT + "/stop", "{\"winner\":2}"), 400, "Member (winner) of (body) is unknown");
        assertThat(client.get(AT).statusCode()).isEqualTo(200);
    }

    @Test
    void anEndpointOfTheProgramsOwn() {
        ModelEndpoint own = edge.serve("a");
        try (EdgeServer server = edge.server().endpoint("a", own).start()) {
            Client other = new Client(server.uri());
            refused(other.post(AT + "/start", TWO + "}"), 409, "an endpoint of the program's own");
            refused(other.get(AT), 404, "No experiment");
        }
    }

    @Test
    void whoBearsNoToken() {
        try (EdgeServer server = edge.server().token("secret").start()) {
            Client guarded = new Client(server.uri());
            for (String change : CHANGES) {
                refused(guarded.post(AT + change, TWO + "}"), 401, "bears no valid token");
                refused(guarded.post(AT + change, TWO + "}", "Authorization", "Bearer secre"), 401, "token");
            }
            refused(guarded.get(AT), 401, "bears no valid token");
            refused(guarded.get(AT, "Authorization", "Bearer secret"), 404, "No experiment");
            assertThat(guarded.post(AT + "/start", TWO + "}", "Authorization", "Bearer secret")
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
