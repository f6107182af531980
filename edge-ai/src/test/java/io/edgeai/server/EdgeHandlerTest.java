package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestBody;
import io.edgeai.server.http.RequestHead;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order in which a request is judged, without a socket: what is refused early costs nothing later. */
class EdgeHandlerTest {
    private static final RequestBody UNREAD = () -> {
        throw new AssertionError("the body was read");
    };

    @TempDir
    private Path home;

    private final Admission admission = new Admission(1, 0, Duration.ofMinutes(1));
    private final Gate gate = new Gate();
    private EdgeAI edge;
    private ModelEndpoint endpoint;
    private EdgeHandler handler;

    @BeforeEach
    void build() {
        edge = EdgeAI.builder().home(home).build();
        endpoint = TestModels.endpoint(TestModels.times(edge, "gate", 1, false), gate);
        ModelHost host = new OneModel();
        ServedModels models = new ServedModels(host);
        models.add("gate", endpoint);
        handler = new EdgeHandler(host, "9.9", models, AccessToken.of("t"), admission, new Bodies(500));
        gate.open();
    }

    @AfterEach
    void close() {
        endpoint.close();
        edge.close();
    }

    private final class OneModel implements ModelHost {
        @Override
        public EdgeModelRegistry registry() {
            return edge.registry();
        }

        @Override
        public EdgeMonitor monitor() {
            return edge.monitor();
        }

        @Override
        public ModelEndpoint serve(String model) {
            throw new InferenceException("no endpoint of (" + model + ")");
        }

        @Override
        public ModelEndpoint serve(VersionRef version) {
            throw new InferenceException("no endpoint of (" + version + ")");
        }
    }

    @Test
    void anUnknownPathIsToldBeforeTheTokenIsAskedFor() {
        assertThat(answer(head("GET", "/nowhere"), UNREAD).status()).isEqualTo(404);
        assertThat(answer(head("PUT", "/v2"), UNREAD).status()).isEqualTo(405);
    }

    @Test
    void aStrangersBodyIsNotReadAndTakesNoPlace() {
        HttpResponse response = answer(head("POST", "/v2/models/gate/infer"), UNREAD);

        assertThat(response.status()).isEqualTo(401);
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void aRequestTooManyIsNotReadEither() {
        Admission.Visit other = admission.await();

        HttpResponse refused = answer(bearing("POST", "/v2/models/gate/infer"), UNREAD);
        other.answered();
        HttpResponse taken = answer(bearing("POST", "/v2/models/gate/infer"), body(TestModels.request(1, 2)));

        assertThat(refused.status()).isEqualTo(503);
        assertThat(taken.status()).isEqualTo(200);
    }

    @Test
    void onesPlaceIsFreeOnceTheAnswerIsKnownAndOnesStayEndsWhenItHasLeft() {
        HttpResponse first = answer(bearing("POST", "/v2/models/gate/infer"), body(TestModels.request(1, 2)));
        HttpResponse second = answer(bearing("POST", "/v2/models/gate/infer"), body(TestModels.request(1, 2)));

        assertThat(second.status()).as("the limit is 1").isEqualTo(200);
        assertThat(admission.inFlight()).isEqualTo(2);
        first.sent();
        second.sent();
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void aFailureLeavesAsAnAnswerDoes() {
        for (String text : new String[] {"{", "x".repeat(501)}) {
            answer(bearing("POST", "/v2/models/gate/infer"), body(text)).sent();
        }
        gate.failWith(new IllegalStateException("unforeseen"));
        HttpResponse response = answer(bearing("POST", "/v2/models/gate/infer"), body(TestModels.request(1, 2)));
        response.sent();

        assertThat(response.status()).isEqualTo(500);
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void anErrorOfTheMachineIsAnsweredAndLeavesToo() {
        HttpResponse response = answer(bearing("POST", "/v2/models/gate/infer"), () -> {
            throw new StackOverflowError();
        });
        response.sent();

        assertThat(response.status()).isEqualTo(500);
        assertThat(admission.inFlight()).isZero();
    }

    @Test
    void whileItClosesNothingIsReadyAndNothingEnters() {
        assertThat(answer(head("GET", "/v2/health/ready"), UNREAD).status()).isEqualTo(200);
        admission.close(Duration.ZERO);

        assertThat(answer(head("GET", "/v2/health/live"), UNREAD).status()).isEqualTo(200);
        assertThat(answer(head("GET", "/v2/health/ready"), UNREAD).status()).isEqualTo(503);
        assertThat(answer(bearing("POST", "/v2/models/gate/infer"), UNREAD).status())
                .isEqualTo(503);
        assertThat(answer(bearing("POST", "/v2/repository/index"), UNREAD).status())
                .isEqualTo(503);
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(text(answer(bearing("GET", "/v2"), UNREAD))).contains("\"version\":\"9.9\"");
    }

    @Test
    void whatCannotBeOpenedIsToldAndKeptForTheIndex() {
        HttpResponse load = answer(bearing("POST", "/v2/repository/models/gate/load"), body(""));
        HttpResponse version = answer(
                bearing("POST", "/v2/repository/models/gate/load"), body("{\"parameters\":{\"version\":\"1\"}}"));

        assertThat(load.status()).as("there is an endpoint already").isEqualTo(200);
        assertThat(version.status()).isEqualTo(500);
        assertThat(text(version)).isEqualTo("{\"error\":\"no endpoint of (gate@1)\"}");
    }

    private HttpResponse answer(RequestHead head, RequestBody body) {
        List<HttpResponse> answers = new ArrayList<>();
        handler.handle(head, body, answers::add);
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private static RequestHead head(String method, String path) {
        return new RequestHead(method, path, Map.of());
    }

    private static RequestHead bearing(String method, String path) {
        return new RequestHead(method, path, Map.of("authorization", "Bearer t"));
    }

    private static RequestBody body(String text) {
        return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(HttpResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
