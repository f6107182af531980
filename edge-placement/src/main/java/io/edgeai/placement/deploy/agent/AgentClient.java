package io.edgeai.placement.deploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.deploy.site.ChunkLane;
import io.edgeai.placement.deploy.site.Chunks;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteAccess;
import io.edgeai.placement.deploy.site.SiteJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to a {@link SiteAgent}. A chunk may take a minute, a check of the whole ten; a site that does not answer is
 * a {@link RemoteUnavailableException}, which is retriable. A connection that ends before its answer, as one may that an
 * agent found idle, is tried once more, except for calls that say what was live before, and for calibration. Thread-safe.
 */
public final class AgentClient implements SiteAccess {
    private static final Duration CHUNK = Duration.ofMinutes(1);
    private static final Duration WHOLE = Duration.ofMinutes(10);
    private static final Duration MEASURED = Duration.ofMinutes(2);
    private static final String CALIBRATION = "calibration";

    private final URI site;
    private final @Nullable String token;
    private final HttpClient http;
    private final boolean plain;

    /**
     * @param site address of the agent, e.g. {@code http://10.0.0.7:8700}
     * @param token its token, null where it has none
     */
    public AgentClient(URI site, @Nullable String token) {
        this(
                site,
                token,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build(),
                "http".equals(site.getScheme()));
    }

    /** Shares a client between sites, e.g. one with TLS settings. */
    public AgentClient(URI site, @Nullable String token, HttpClient http) {
        this(site, token, http, false);
    }

    private AgentClient(URI site, @Nullable String token, HttpClient http, boolean plain) {
        if (site.getHost() == null || !("http".equals(site.getScheme()) || "https".equals(site.getScheme()))) {
            throw new InvalidInputException("Address (" + site + ") is no agent. Maybe http://host:8700.");
        }
        this.site = site;
        this.token = token;
        this.http = http;
        this.plain = plain;
    }

    @Override
    public List<Digest> artifacts() {
        List<Digest> all = new ArrayList<>();
        JsonNode answer = call("GET", "artifacts", BodyPublishers.noBody(), CHUNK);
        answer.path("artifacts").forEach(hex -> all.add(new Digest(hex.asText())));
        return all;
    }

    @Override
    public List<Integer> begin(Chunks chunks) {
        List<Integer> missing = new ArrayList<>();
        String path = "artifacts/" + chunks.digest().hex();
        call("PUT", path, BodyPublishers.ofString(chunks.toJson()), CHUNK)
                .path("missing")
                .forEach(index -> missing.add(index.asInt()));
        return missing;
    }

    @Override
    public void write(Digest artifact, int index, byte[] bytes, int length) {
        call("PUT", chunk(artifact, Integer.toString(index)), BodyPublishers.ofByteArray(bytes, 0, length), CHUNK);
    }

    private static String chunk(Digest artifact, String index) {
        return "artifacts/" + artifact.hex() + "/chunks/" + index;
    }

    @Override
    public ChunkLane lane(Digest artifact, int longest) {
        ChunkLane whole = SiteAccess.super.lane(artifact, longest);
        return plain ? new PlainLane(site.resolve("/v1/" + chunk(artifact, "")), token, CHUNK, whole) : whole;
    }

    @Override
    public void commit(Digest artifact) {
        call("POST", "artifacts/" + artifact.hex() + "/commit", BodyPublishers.noBody(), WHOLE);
    }

    @Override
    public void patch(Digest artifact, Digest base, Digest delta) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("base", base.hex())
                .put("delta", delta.hex())
                .toString();
        call("POST", "artifacts/" + artifact.hex() + "/patch", BodyPublishers.ofString(body), WHOLE);
    }

    @Override
    public Optional<Release> release(String service) {
        return release(call("GET", address(service), BodyPublishers.noBody(), CHUNK), "release");
    }

    @Override
    public Optional<Release> activate(Release release) {
        BodyPublisher body = BodyPublishers.ofString(release.toJson());
        return release(call("PUT", address(release.service()), body, WHOLE), "before");
    }

    @Override
    public Optional<Release> deactivate(String service) {
        return release(call("DELETE", address(service), BodyPublishers.noBody(), WHOLE), "before");
    }

    @Override
    public boolean healthy(String service) {
        return call("GET", address(service), BodyPublishers.noBody(), CHUNK)
                .path("healthy")
                .asBoolean();
    }

    /** Of an agent that does not count, all or none. */
    @Override
    public int ready(String service) {
        JsonNode answer = call("GET", address(service), BodyPublishers.noBody(), CHUNK);
        int all = release(answer, "release").map(Release::replicas).orElse(0);
        return answer.path("ready").asInt(answer.path("healthy").asBoolean() ? all : 0);
    }

    /**
     * Has the site run the calibration networks, each for about that time of its processor, and waits for it: about 6 times
     * as long where the site has nothing else to do, two minutes at most.
     *
     * @param each 1 ms to 1 s; 150 ms are enough where nothing else runs
     * @throws io.edgeai.core.error.OverloadedException while the site measures itself for another, or is too busy
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine there runs ONNX
     */
    public CalibrationTimes calibrate(Duration each) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("eachMillis", each.toMillis())
                .toString();
        return CalibrationRoute.times(call("POST", CALIBRATION, BodyPublishers.ofString(body), MEASURED));
    }

    private static String address(String service) {
        return "services/" + URLEncoder.encode(service, StandardCharsets.UTF_8);
    }

    private static Optional<Release> release(JsonNode answer, String field) {
        JsonNode release = answer.path(field);
        return release.isObject() ? Optional.of(Release.fromJson(release)) : Optional.empty();
    }

    private JsonNode call(String method, String path, BodyPublisher body, Duration limit) {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.resolve("/v1/" + path))
                .timeout(limit)
                .method(method, body);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer;
        try {
            answer = answer(request.build());
        } catch (IOException e) {
            throw new RemoteUnavailableException(
                    "Site (" + site + ") does not answer: " + e + ". Maybe its agent is not running.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("Waiting for site (" + site + ") was interrupted.", e);
        }
        if (answer.statusCode() / 100 == 2) {
            return answer.body().isEmpty()
                    ? JsonNodeFactory.instance.objectNode()
                    : SiteJson.object("answer of " + site, answer.body());
        }
        throw ErrorCodes.failure(answer.statusCode(), "Site (" + site + "): " + message(answer.body()));
    }

    private HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (HttpTimeoutException | ConnectException e) {
            throw e;
        } catch (IOException e) {
            String path = request.uri().getRawPath();
            if (path.startsWith("/v1/services/") || path.equals("/v1/" + CALIBRATION)) {
                throw e;
            }
            return http.send(request, BodyHandlers.ofString());
        }
    }

    private static String message(String body) {
        try {
            return SiteJson.object("answer", body).path("error").asText(body);
        } catch (InvalidInputException e) {
            return body;
        }
    }
}
