package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.samples.data.JsonTensors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** A server as those see it that begin, feed and end experiments or bandits on it. Thread-safe. */
final class ExperimentServer {
    /** Beginning and ending open models and warm them up. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int UNDECIDED = 409;

    private final String kind;
    private final URI address;
    private final Optional<String> token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /**
     * A server that is asked nothing yet.
     *
     * @param kind {@code experiment} or {@code bandit}
     * @param address ends with a slash
     */
    ExperimentServer(String kind, URI address, Optional<String> token) {
        this.kind = kind;
        this.address = address;
        this.token = token;
    }

    /**
     * What the server says.
     *
     * @param refused whether it is that the experiment's state does not allow what was asked
     * @param body its answer
     */
    record Reply(boolean refused, JsonNode body) {
        /** Why it refused. */
        String error() {
            return body.path("error").asText();
        }
    }

    ExperimentStanding standing(String model) {
        return standing(status(model));
    }

    /** How it stands, as the server says it. */
    JsonNode status(String model) {
        return given(send(request(model, "").GET().build()));
    }

    ExperimentStanding start(String model, byte[] definition) {
        return standing(post(model, "start", definition));
    }

    JsonNode post(String model, String action, byte[] body) {
        return given(ask(model, action, body));
    }

    Reply ask(String model, String action, byte[] body) {
        return send(request(model, "/" + action)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static ExperimentStanding standing(JsonNode answer) {
        try {
            return JsonTensors.mapperForDocuments().treeToValue(answer, ExperimentStanding.class);
        } catch (JsonProcessingException e) {
            throw new EdgeException("The server's answer is no experiment's. Maybe it is of another release.", e);
        }
    }

    private static JsonNode given(Reply reply) {
        if (reply.refused()) {
            throw new InvalidInputException(reply.error());
        }
        return reply.body();
    }

    private HttpRequest.Builder request(String model, String action) {
        String path = "v2/models/" + ModelId.of(model).name() + "/" + kind + action;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            JsonNode body = body(response);
            if (response.statusCode() == 200 || response.statusCode() == UNDECIDED) {
                return new Reply(response.statusCode() == UNDECIDED, body);
            }
            throw new InvalidInputException(body.path("error")
                    .asText("The server at (" + address + ") answers with status (" + response.statusCode()
                            + "). Maybe it is none of 'edgeai serve'."));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "No answer comes from (" + address + "): " + e + ". Maybe it does not run, or on another port.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EdgeException("Waiting for (" + address + ") was interrupted. Maybe try again.", e);
        }
    }

    /** What is no JSON is of no server of ours, and says nothing. */
    private static JsonNode body(HttpResponse<byte[]> response) throws IOException {
        try {
            return JsonTensors.mapperForDocuments().readTree(response.body());
        } catch (JsonProcessingException e) {
            if (response.statusCode() == 200) {
                throw new IOException("what it sends is no JSON", e);
            }
            return JsonTensors.mapperForDocuments().createObjectNode();
        }
    }
}
