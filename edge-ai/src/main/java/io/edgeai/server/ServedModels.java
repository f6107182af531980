package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.serving.Caller;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.serving.NamedAnswer;
import io.edgeai.core.serving.Priority;
import io.edgeai.core.serving.protocol.Parameters;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models that a server has loaded, by name. Looking up and predicting take no lock; loading and unloading wait for each
 * other. Thread-safe. Closing closes the endpoints that were opened here.
 */
final class ServedModels implements AutoCloseable {
    /** A year: what is longer is as good as none. */
    private static final long MOST_MICROS = Duration.ofDays(365).toNanos() / 1000;

    private final ModelHost host;
    private final Map<String, Served> models = new ConcurrentHashMap<>();
    /** Why a model could not be loaded when it last was to be. */
    private final Map<String, String> failed = new ConcurrentHashMap<>();

    /** What was to be served from the start. */
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    private final Object changing = new Object();
    private boolean closed;

    ServedModels(ModelHost host) {
        this.host = host;
    }

    /** Serves an endpoint that somebody else closes. */
    void add(String model, ModelEndpoint endpoint) {
        synchronized (changing) {
            models.put(model, models.getOrDefault(model, Served.NOTHING).named(endpoint, false));
        }
    }

    /** {@link #load Loads} a model without which the server is not ready. */
    void want(String model) {
        wanted.add(model);
        load(model, Optional.empty());
    }

    /** Opens the model's active version, or one that is named. Loading what is loaded does nothing. */
    void load(String model, Optional<VersionRef> version) {
        synchronized (changing) {
            requireOpen();
            Served before = models.getOrDefault(model, Served.NOTHING);
            try {
                models.put(model, version.isPresent() ? loaded(before, version.get()) : loaded(before, model));
                failed.remove(model);
            } catch (EdgeException e) {
                if (known(model)) {
                    failed.put(model, String.valueOf(e.getMessage()));
                }
                throw e;
            }
        }
    }

    private Served loaded(Served before, String model) {
        return before.named().filter(endpoint -> !endpoint.closed()).isPresent()
                ? before
                : before.named(host.serve(model), true);
    }

    private Served loaded(Served before, VersionRef version) {
        return before.pinned().containsKey(version.number())
                ? before
                : before.pinned(version.number(), host.serve(version));
    }

    /** @throws Refusal where a model's requests are answered by an endpoint of the host's own, which others cannot change */
    void requireOwned(String model) {
        Served served = models.getOrDefault(model, Served.NOTHING);
        if (!served.owned()) {
            throw new Refusal(
                    409,
                    "Model (" + model + ") is served by an endpoint of the program's own. Maybe begin the experiment"
                            + " there, by edge.serve(name, s -> s.split(…).experiment()).");
        }
    }

    /**
     * Lets a model's requests be answered by a fresh endpoint, opened as its host says now. The one before closes once its
     * requests in flight are answered; those that come meanwhile wait for nobody.
     */
    void reopen(String model) {
        Optional<ModelEndpoint> before;
        synchronized (changing) {
            requireOpen();
            Served served = models.getOrDefault(model, Served.NOTHING);
            models.put(model, served.named(host.serve(model), true));
            failed.remove(model);
            before = served.named();
        }
        before.ifPresent(ModelEndpoint::close);
    }

    private void requireOpen() {
        if (closed) {
            throw new LifecycleException("The server is closing. Maybe ask another one.");
        }
    }

    /**
     * Takes a model, or only a named version of it, out of service once its requests in flight are answered.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where it is neither loaded nor in the registry
     */
    void unload(String model, Optional<VersionRef> version) {
        List<ModelEndpoint> gone = new ArrayList<>();
        synchronized (changing) {
            Served before = models.get(model);
            if (before == null) {
                requireKnown(model);
            } else if (version.isPresent()) {
                int number = version.get().number();
                Served after = before.without(number);
                Optional.ofNullable(before.pinned().get(number)).ifPresent(gone::add);
                models.put(model, after);
            } else {
                gone.addAll(before.toClose());
                models.remove(model);
            }
            if (before != null && models.containsKey(model) && models.get(model).empty()) {
                models.remove(model);
            }
            failed.remove(model);
            if (!models.containsKey(model)) {
                wanted.remove(model);
            }
        }
        gone.forEach(ModelEndpoint::close);
    }

    /**
     * Answers a request.
     *
     * @param id by which it may be asked for later; empty for none
     * @param parameters of the request: {@code unit_id} always meets the same version while a split stands, {@code timeout}
     *     is what the client waits, in microseconds, {@code priority} is a level as {@link #priority} reads it
     * @param longest what its client waits by another way, where that is shorter than the endpoint's deadline
     * @throws LifecycleException where the endpoint is being unloaded
     */
    NamedAnswer predict(
            Route route, String id, Map<String, Tensor> inputs, Parameters parameters, @Nullable Duration longest) {
        Served served = require(route);
        ModelEndpoint endpoint = route.version().isEmpty()
                ? served.any()
                : answering(served, route.version().get());
        Caller caller = Caller.request(id)
                .unit(parameters.text("unit_id").orElse(null))
                .within(shorter(longest, parameters.count("timeout", 0)))
                .priority(priority(parameters.count("priority", 0)));
        NamedAnswer answer;
        try {
            answer = endpoint.answer(caller, inputs);
        } catch (LifecycleException e) {
            if (served.equals(models.getOrDefault(route.model(), served))) {
                throw e;
            }
            return predict(route, id, inputs, parameters, longest); // it was reopened between the look-up and the call
        }
        if (route.version().isPresent()
                && !answer.version().equals(route.version().get())) {
            throw new LifecycleException("Version (" + route.version().get()
                    + ") was replaced while it answered. Maybe load it by its number.");
        }
        return answer;
    }

    /** As by Triton for a model of three levels, the second by default: 1 goes first; what is no level is the default. */
    private static Priority priority(long level) {
        return level == 1 ? Priority.HIGH : level == 3 ? Priority.LOW : Priority.NORMAL;
    }

    private static @Nullable Duration shorter(@Nullable Duration longest, long micros) {
        if (micros == 0) {
            return longest;
        }
        Duration asked = Duration.of(Math.min(micros, MOST_MICROS), ChronoUnit.MICROS);
        return longest == null || asked.compareTo(longest) < 0 ? asked : longest;
    }

    /** The endpoint whose every answer comes from this version, now. */
    private ModelEndpoint answering(Served served, VersionRef version) {
        ModelEndpoint pinned = served.pinned().get(version.number());
        if (pinned != null) {
            return pinned;
        }
        return served.named()
                .filter(endpoint -> Served.only(endpoint).equals(Optional.of(version)))
                .orElseThrow(() -> {
                    host.registry().get(version);
                    return notLoaded(
                            "Version (" + version + ")",
                            version.model().name(),
                            "{\"parameters\":{\"version\":\"" + version.number() + "\"}}");
                });
    }

    private Served require(Route route) {
        Served served = models.get(route.model());
        if (served == null) {
            requireKnown(route.model());
            throw notLoaded("Model (" + route.model() + ")", route.model(), "{}");
        }
        return served;
    }

    private boolean known(String name) {
        return !host.registry().versions(ServedName.parse(name).model().name()).isEmpty();
    }

    void requireKnown(String model) {
        if (!known(model)) {
            throw new ModelNotFoundException(
                    "There is no model (" + model + "). Maybe see POST /v2/repository/index for those that are.");
        }
    }

    private static Refusal notLoaded(String what, String model, String body) {
        return new Refusal(
                503, what + " is not loaded. Maybe POST " + body + " to /v2/repository/models/" + model + "/load.");
    }

    /** The endpoint to describe: that of the version named, else the one that answers without. */
    ModelEndpoint endpoint(Route route) {
        Served served = require(route);
        return route.version().isPresent() ? answering(served, route.version().get()) : served.any();
    }

    /** Versions of a loaded model that answer, by number. */
    List<Integer> numbers(Route route) {
        return require(route).numbers();
    }

    List<String> names() {
        return models.keySet().stream().sorted().toList();
    }

    /**
     * Whether a model answers.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where it is neither loaded nor in the registry
     */
    boolean ready(Route route) {
        try {
            return !endpoint(route).closed();
        } catch (Refusal | LifecycleException e) {
            return false;
        }
    }

    /** Whether everything is loaded that was to be served from the start and was not unloaded since. */
    boolean ready() {
        return models.keySet().containsAll(wanted);
    }

    /** Why a version does not answer; empty where it does. */
    Optional<String> unavailable(ModelVersion version) {
        String model = version.model().name();
        Served served = models.get(model);
        if (served != null && served.numbers().contains(version.number())) {
            return Optional.empty();
        }
        return Optional.of(failed.getOrDefault(model, "not loaded"));
    }

    @Override
    public void close() {
        List<ModelEndpoint> ours = new ArrayList<>();
        synchronized (changing) {
            closed = true;
            models.values().forEach(served -> ours.addAll(served.toClose()));
            models.clear();
        }
        ours.forEach(ModelEndpoint::close);
    }
}
