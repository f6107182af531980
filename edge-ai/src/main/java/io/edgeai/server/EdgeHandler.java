package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.serving.protocol.ProtocolJson;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import io.edgeai.server.http.HttpHandler;
import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestBody;
import io.edgeai.server.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request: route, token, admission, body, handler, and back by way of failures, packing and figures. Health
 * and metrics are answered whatever else runs. Thread-safe.
 */
final class EdgeHandler implements HttpHandler {
    private static final List<String> EXTENSIONS =
            List.of("binary_tensor_data", "classification", "model_repository", "model_repository(unload_dependents)");

    private final ModelHost host;
    private final String version;
    private final AccessToken token;
    private final Admission admission;
    private final Bodies bodies;
    private final ServedModels models;
    private final ProtocolJson json = new ProtocolJson();
    private final Failures failures = new Failures(json);
    private final ServerFigures figures = new ServerFigures();
    private final InferenceHandler inference;
    private final ModelHandler modelHandler;

    EdgeHandler(
            ModelHost host,
            String version,
            ServedModels models,
            AccessToken token,
            Admission admission,
            Bodies bodies) {
        this.host = host;
        this.version = version;
        this.models = models;
        this.token = token;
        this.admission = admission;
        this.bodies = bodies;
        this.inference = new InferenceHandler(models);
        this.modelHandler = new ModelHandler(host, models, json);
    }

    /** What is asked of models, for other protocols than HTTP. */
    ModelHandler models() {
        return modelHandler;
    }

    /** What is counted, for other protocols than HTTP to be counted with it. */
    ServerFigures figures() {
        return figures;
    }

    @Override
    public HttpResponse handle(RequestHead head, RequestBody body) {
        Handling handling = new Handling();
        HttpResponse response;
        try {
            response = Packing.packed(handling.answer(head, body), head);
        } catch (RuntimeException | Error e) {
            response = failures.answer(e);
        }
        figures.answered(handling.route, response.status(), response.body().length);
        Admission.Visit visit = handling.visit;
        if (visit == null) {
            return response;
        }
        visit.answered();
        return response.whenSent(visit::left);
    }

    /** One request on its way. */
    private final class Handling {
        private @Nullable String route;
        private Admission.@Nullable Visit visit;

        HttpResponse answer(RequestHead head, RequestBody body) {
            Route found = Route.of(head.method(), head.path());
            route = ServerFigures.name(found);
            if (found.action() == Route.Action.LIVE) {
                return HttpResponse.json(200, json.live(true));
            }
            if (found.action() == Route.Action.READY) {
                boolean ready = !admission.closed() && models.ready();
                return HttpResponse.json(ready ? 200 : 503, json.ready(ready));
            }
            token.require(head);
            return switch (found.action()) {
                case SERVER -> HttpResponse.json(200, json.server("edgeai", version, EXTENSIONS));
                case METRICS ->
                    HttpResponse.of(
                            200,
                            OpenMetrics.CONTENT_TYPE,
                            figures.text(host.monitor(), admission.inFlight(), admission.waiting())
                                    .getBytes(StandardCharsets.UTF_8));
                case MODEL -> modelHandler.metadata(found);
                case MODEL_READY -> modelHandler.ready(found);
                default -> admitted(found, head, body);
            };
        }

        private HttpResponse admitted(Route found, RequestHead head, RequestBody body) {
            visit = admission.enter(found.action() == Route.Action.INFER);
            byte[] bytes = bodies.read(head, body);
            figures.received(bytes.length);
            return switch (found.action()) {
                case INFER -> inference.infer(found, head, bytes);
                case INDEX -> modelHandler.index(bytes);
                case LOAD -> modelHandler.load(found, bytes);
                case UNLOAD -> modelHandler.unload(found, bytes);
                default -> throw new EdgeException("Action (" + found.action() + ") has no handler.");
            };
        }
    }
}
