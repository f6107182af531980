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
import java.util.Objects;
import java.util.function.Consumer;
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
    private final ExperimentHandler experiments;
    private final BanditHandler bandits;

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
        Object trials = new Object();
        this.experiments = new ExperimentHandler(host, models, trials);
        this.bandits = new BanditHandler(host, models, trials);
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
    public void handle(RequestHead head, RequestBody body, Consumer<HttpResponse> answer) {
        new Handling(head, body, answer).begin();
    }

    /** One request on its way. */
    private final class Handling implements Admission.Entrant {
        private final RequestHead head;
        private final RequestBody body;
        private final Consumer<HttpResponse> answer;
        private @Nullable Route route;

        Handling(RequestHead head, RequestBody body, Consumer<HttpResponse> answer) {
            this.head = head;
            this.body = body;
            this.answer = answer;
        }

        void begin() {
            Admission.Turn turn;
            try {
                Route found = Route.of(head.method(), head.path());
                route = found;
                HttpResponse known = withoutPlace(found);
                if (known != null) {
                    send(Packing.packed(known, head));
                    return;
                }
                turn = found.action() == Route.Action.INFER
                        ? admission.ask(this)
                        : new Admission.Turn(this, admission.enter());
            } catch (RuntimeException | Error e) {
                send(failures.answer(e));
                return;
            }
            admission.follow(turn);
        }

        private @Nullable HttpResponse withoutPlace(Route found) {
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
                case METRICS -> HttpResponse.of(200, OpenMetrics.CONTENT_TYPE, metrics());
                case MODEL -> modelHandler.metadata(found);
                case MODEL_READY -> modelHandler.ready(found);
                case EXPERIMENT -> experiments.status(found);
                case BANDIT -> bandits.status(found);
                default -> null;
            };
        }

        private byte[] metrics() {
            return figures.text(host, admission.inFlight(), admission.waiting()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void enter(Admission.Visit visit) {
            HttpResponse response;
            try {
                response = Packing.packed(inPlace(), head);
            } catch (RuntimeException | Error e) {
                response = failures.answer(e);
            }
            visit.answered();
            send(response.whenSent(visit::left));
        }

        @Override
        public void refused(EdgeException why) {
            send(failures.answer(why));
        }

        private HttpResponse inPlace() {
            Route found = Objects.requireNonNull(route);
            byte[] bytes = bodies.read(head, body);
            figures.received(bytes.length);
            return switch (found.action()) {
                case INFER -> inference.infer(found, head, bytes);
                case INDEX -> modelHandler.index(bytes);
                case LOAD -> modelHandler.load(found, bytes);
                case UNLOAD -> modelHandler.unload(found, bytes);
                case EXPERIMENT_START -> experiments.start(found, bytes);
                case EXPERIMENT_OUTCOME -> experiments.outcome(found, bytes);
                case EXPERIMENT_STOP -> experiments.stop(found, bytes);
                case EXPERIMENT_DECIDE -> experiments.decide(found);
                case BANDIT_START -> bandits.start(found, bytes);
                case BANDIT_REWARD -> bandits.reward(found, bytes);
                case BANDIT_STOP -> bandits.stop(found, bytes);
                case BANDIT_DECIDE -> bandits.decide(found);
                default -> throw new EdgeException("Action (" + found.action() + ") has no handler.");
            };
        }

        private void send(HttpResponse response) {
            figures.answered(
                    route == null ? null : ServerFigures.name(route), response.status(), response.body().length);
            answer.accept(response);
        }
    }
}
