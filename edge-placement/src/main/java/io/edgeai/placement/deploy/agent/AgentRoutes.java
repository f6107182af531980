package io.edgeai.placement.deploy.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.site.Chunks;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The protocol, one method an address:
 *
 * <pre>
 * GET    /v1/artifacts                    {"artifacts": [digest, …]}
 * PUT    /v1/artifacts/D                  manifest → {"missing": [index, …]}
 * PUT    /v1/artifacts/D/chunks/I         bytes of the chunk → 204
 * POST   /v1/artifacts/D/commit           → 204
 * POST   /v1/artifacts/D/patch            {"base": digest, "delta": digest} → 204
 * GET    /v1/services/S                   {"release": {…} or null, "healthy": true|false, "ready": replicas}
 * PUT    /v1/services/S                   release → {"before": {…} or null}
 * DELETE /v1/services/S                   → {"before": {…} or null}
 * POST   /v1/calibration                  {"eachMillis": 1 to 1000} → {"set": …, "millis": {network: …, …}}
 * </pre>
 */
final class AgentRoutes implements HttpHandler {
    /** A manifest of the longest artifact in the smallest sensible chunks. */
    private static final int LONGEST_DOCUMENT = 64 << 20;

    /** So much of a body that nobody wants is read, so that its sender hears why and not of a broken connection. */
    private static final int FORGIVEN = 16 << 20;

    /** Kept for the chunks to come: what one sender has on its way, twice. */
    private static final int IDLE_BUFFERS = 4;

    private final LocalSite site;
    private final byte @Nullable [] token;
    private final CalibrationRoute calibration;
    private final Queue<byte[]> buffers = new ArrayBlockingQueue<>(IDLE_BUFFERS);

    AgentRoutes(LocalSite site, @Nullable String token, CalibrationRoute calibration) {
        this.site = site;
        this.calibration = calibration;
        this.token = token == null ? null : ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ObjectNode answer = null;
            int status = 204;
            try {
                if (refused(exchange)) {
                    status = 401;
                    answer = error("The token of this agent is missing or wrong.");
                } else {
                    answer = answer(exchange);
                    status = answer == null ? 204 : 200;
                }
            } catch (EdgeException e) {
                status = ErrorCodes.status(e);
                answer = error(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                status = 500;
                answer = error("The agent failed: " + e);
            }
            if (status >= 400) {
                drain(exchange);
            }
            byte[] body = answer == null ? new byte[0] : answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void drain(HttpExchange exchange) throws IOException {
        byte[] unwanted = new byte[8192];
        long left = FORGIVEN;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = exchange.getRequestBody().read(unwanted);
        }
    }

    private boolean refused(HttpExchange exchange) {
        byte[] wanted = token;
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return wanted != null
                && (given == null || !MessageDigest.isEqual(wanted, given.getBytes(StandardCharsets.UTF_8)));
    }

    private static ObjectNode error(String message) {
        return JsonNodeFactory.instance.objectNode().put("error", message);
    }

    private @Nullable ObjectNode answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        List<String> path = List.of(
                exchange.getRequestURI().getRawPath().substring("/v1/".length()).split("/"));
        if (path.get(0).equals("artifacts")) {
            return artifacts(exchange, method, path);
        }
        if (path.get(0).equals("services") && path.size() == 2) {
            return services(exchange, method, URLDecoder.decode(path.get(1), StandardCharsets.UTF_8));
        }
        if (method.equals("POST") && path.equals(List.of("calibration"))) {
            return calibration.run(document(exchange));
        }
        throw unknown(method, path);
    }

    private @Nullable ObjectNode artifacts(HttpExchange exchange, String method, List<String> path) throws IOException {
        String what = method + " " + (path.size() > 2 ? path.get(2) : path.size());
        switch (what) {
            case "GET 1" -> {
                ObjectNode all = JsonNodeFactory.instance.objectNode();
                ArrayNode digests = all.putArray("artifacts");
                site.artifacts().forEach(digest -> digests.add(digest.hex()));
                return all;
            }
            case "PUT 2" -> {
                Chunks chunks = Chunks.fromJson(document(exchange));
                if (!chunks.digest().hex().equals(path.get(1))) {
                    throw new InvalidInputException(
                            "The manifest is of (" + chunks.digest() + "), not of (" + path.get(1) + ").");
                }
                ObjectNode answer = JsonNodeFactory.instance.objectNode();
                site.begin(chunks).forEach(answer.putArray("missing")::add);
                return answer;
            }
            case "PUT chunks" -> {
                chunk(exchange, new Digest(path.get(1)), index(path));
                return null;
            }
            case "POST commit" -> {
                site.commit(new Digest(path.get(1)));
                return null;
            }
            case "POST patch" -> {
                JsonNode json = SiteJson.object("patch", document(exchange));
                site.patch(
                        new Digest(path.get(1)),
                        new Digest(SiteJson.text("patch", json, "base")),
                        new Digest(SiteJson.text("patch", json, "delta")));
                return null;
            }
            default -> throw unknown(method, path);
        }
    }

    private static int index(List<String> path) {
        try {
            return Integer.parseInt(path.get(3));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new InvalidInputException("Address (" + String.join("/", path) + ") ends in no chunk number.", e);
        }
    }

    private ObjectNode services(HttpExchange exchange, String method, String service) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        switch (method) {
            case "GET" -> {
                put(answer, "release", site.release(service));
                answer.put("healthy", site.healthy(service)).put("ready", site.ready(service));
            }
            case "PUT" -> {
                Release release = Release.fromJson(document(exchange));
                if (!release.service().equals(service)) {
                    throw new InvalidInputException(
                            "The release is of service (" + release.service() + "), not of (" + service + ").");
                }
                put(answer, "before", site.activate(release));
            }
            case "DELETE" -> put(answer, "before", site.deactivate(service));
            default -> throw unknown(method, List.of("services", service));
        }
        return answer;
    }

    private static void put(ObjectNode answer, String name, Optional<Release> release) {
        if (release.isPresent()) {
            answer.set(name, SiteJson.object("release", release.get().toJson()));
        } else {
            answer.putNull(name);
        }
    }

    private static String document(HttpExchange exchange) throws IOException {
        return new String(body(exchange, LONGEST_DOCUMENT), StandardCharsets.UTF_8);
    }

    private void chunk(HttpExchange exchange, Digest artifact, int index) throws IOException {
        int length = length(exchange, site.store().limits().chunkBytes());
        byte[] idle = buffers.poll();
        byte[] buffer = idle != null && idle.length >= length ? idle : new byte[length];
        try {
            readFully(exchange, buffer, length);
            site.write(artifact, index, buffer, length);
        } finally {
            buffers.offer(buffer);
        }
    }

    private static byte[] body(HttpExchange exchange, int longest) throws IOException {
        byte[] body = new byte[length(exchange, longest)];
        readFully(exchange, body, body.length);
        return body;
    }

    private static int length(HttpExchange exchange, int longest) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        long bytes;
        try {
            bytes = length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            bytes = -1;
        }
        if (bytes < 0 || bytes > longest) {
            throw new InvalidInputException("A body of (" + length
                    + ") bytes is not accepted. Maybe give its length, at most " + longest + ".");
        }
        return (int) bytes;
    }

    private static void readFully(HttpExchange exchange, byte[] into, int length) throws IOException {
        int read = exchange.getRequestBody().readNBytes(into, 0, length);
        if (read != length) {
            throw new ModelIntegrityException("A body ended after (" + read + ") of (" + length + ") bytes.");
        }
    }

    private static InvalidInputException unknown(String method, List<String> path) {
        return new InvalidInputException("There is no " + method + " /v1/" + String.join("/", path) + " here.");
    }
}
