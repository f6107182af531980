package io.edgeai;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswersFound;
import io.edgeai.core.answers.JournalSettings;
import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.concurrent.Once;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.natives.PlacedNatives;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Registration;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.vision.VisionSettings;
import io.edgeai.formats.ModelImporters;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.dashboard.Dashboard;
import io.edgeai.optimize.InferenceOptimizer;
import io.edgeai.optimize.runtime.RuntimeTuner;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.autoscale.Autoscaler;
import io.edgeai.placement.autoscale.ScalingTarget;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.model.Workload;
import io.edgeai.server.EdgeServer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything in one process: a registry on disk, importers, an optimizer, a placement engine, endpoints, a monitor and
 * federated learning, composed so that each tells the others what they need to know. Several instances may live in one
 * JVM, also on one home. Thread-safe. Closing ends its endpoints and threads and leaves the home as it is.
 *
 * <pre>{@code
 * try (EdgeAI edge = EdgeAI.builder().home(Path.of("edge-home")).build()) {
 *     ModelVersion v1 = edge.registry().register("defects", Path.of("defects.onnx"));
 *     edge.registry().promote(v1.ref(), "first release");
 *     float[] scores = edge.serve("defects").predict(image);
 * }
 * }</pre>
 */
public final class EdgeAI implements PlacementCalls, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeAI.class);

    private final EventBus events;
    private final EdgeModelRegistry registry;
    private final EdgeMonitor monitor;
    private final @Nullable AnswerJournal answers;
    private final Once<PlacementEngine> placement;
    private final Once<InferenceOptimizer> optimizer;
    private final Models models;
    private final Tunings tunings;
    private final Estimates estimates;
    private final SiteEstimators siteEstimators;
    private final BatchProfiles profiles;
    private final Consumer<Serving> servingDefaults;
    private final Ticker ticker;
    private final EndpointParts instance;
    private final Following following;
    private final OpenParts open;
    private final Pages pages;
    private final Optional<Reacting> reacting;

    private EdgeAI(Builder builder) {
        this.ticker = builder.ticker;
        this.events = new EventBus((event, failure) -> LOG.warn("A subscriber failed on {}", event, failure));
        this.placement = builder.placement();
        Engines engines = builder.engines();
        this.optimizer =
                new Once<>(() -> InferenceOptimizer.builder().engines(engines).build());
        EdgeMonitor.Builder watches = EdgeMonitor.builder().clock(builder.clock).ticker(ticker);
        builder.monitoring.accept(watches);
        EdgeModelRegistry.Builder stores =
                EdgeModelRegistry.builder().clock(builder.clock).ticker(ticker);
        builder.registry.accept(stores);
        ModelImporters importers = ModelImporters.discover();
        if (builder.placeNatives) {
            PlacedNatives.place(builder.home.resolve("natives"));
        }
        this.registry = stores.home(builder.home).events(events).build();
        List<AutoCloseable> opened = new ArrayList<>(List.of(registry));
        boolean complete = false;
        try {
            this.monitor = watches.events(events).build();
            opened.add(0, monitor);
            this.answers = builder.answers == null ? null : AnswerJournal.open(builder.answers.clock(builder.clock));
            complete = true;
        } finally {
            if (!complete) {
                Closing.all(opened);
            }
        }
        this.models = new Models(registry, engines, importers);
        this.estimates = new Estimates(models, engines);
        this.siteEstimators = new SiteEstimators(models, engines, registry.home());
        this.tunings = new Tunings(models, registry.home());
        this.profiles = new BatchProfiles(registry, models, tunings, ticker);
        this.servingDefaults = builder.serving;
        RecordedWarmUps warmUps = new RecordedWarmUps(registry);
        this.instance = new EndpointParts(
                registry, models, tunings, profiles, warmUps, monitor, events, builder.clock, ticker, answers);
        this.open = new OpenParts(registry.home());
        this.following = new Following(open::endpoints);
        this.pages = new Pages(open::endpoints);
        this.reacting = Optional.ofNullable(builder.reactions).map(chosen -> new Reacting(chosen, this, builder.clock));
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public EdgeModelRegistry registry() {
        return registry;
    }

    /** What happened: stage changes and alerts, as they come. */
    public EventBus events() {
        return events;
    }

    public EdgeMonitor monitor() {
        return monitor;
    }

    @Override
    public PlacementEngine placement() {
        return placement.get();
    }

    /**
     * Registers a model file of any format and, where an importer reads it, its conversion to ONNX as a version derived
     * from it.
     *
     * @return the conversion where there is one, else the registered original
     * @throws io.edgeai.core.error.UnsupportedOperatorException where it cannot be converted; the original stays registered
     */
    public ModelVersion importModel(String model, Path source, Consumer<Registration> spec) {
        return models.importModel(model, source, spec);
    }

    /** {@link #importModel(String, Path, Consumer)} with the defaults of a registration. */
    public ModelVersion importModel(String model, Path source) {
        return importModel(model, source, registration -> {});
    }

    /**
     * Registers a model file and one of the computations that it names, converted to ONNX as a version derived from it,
     * with the tag {@code signature}. Inputs and outputs have the names that the signature gives them.
     *
     * @param signature as the file names it, e.g. {@code serving_default} of TensorFlow Lite
     * @throws io.edgeai.core.error.InvalidInputException where the file names no such computation
     * @throws io.edgeai.core.error.UnsupportedOperatorException where it cannot be converted; the original stays registered
     */
    public ModelVersion importModel(String model, Path source, String signature, Consumer<Registration> spec) {
        return models.importModel(model, source, signature, spec);
    }

    /**
     * Registers a model file once and each of the computations that it names, converted to ONNX, as a version derived
     * from it, with the tag {@code signature}; in the file's order. Where one cannot be converted none is registered.
     *
     * @throws io.edgeai.core.error.InvalidInputException where the file names none
     * @throws io.edgeai.core.error.UnsupportedOperatorException where one cannot be converted; the original stays registered
     */
    public List<ModelVersion> importSignatures(String model, Path source, Consumer<Registration> spec) {
        return models.importSignatures(model, source, spec);
    }

    /** The version as a graph to read or change; foreign formats are imported. A fresh copy each time. */
    public OnnxGraph graph(ModelVersion version) {
        return models.graph(version);
    }

    /** Begins an optimization whose result becomes a version derived from this one. */
    public Optimization optimize(ModelVersion version) {
        return new Optimization(models, tunings, registry, optimizer.get(), version);
    }

    /**
     * Searches the engine's options for a version on this machine: threads, spinning, execution mode, rewriting level and
     * more, about 30 seconds. What is found is kept beside the registry by model, engine version and processor, and
     * {@link #serve} opens the version with it from then on.
     *
     * @param sample inputs of the size it will see
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine here runs ONNX
     */
    public TuningReport tune(ModelVersion version, Map<String, Tensor> sample) {
        return tune(version, sample, Progress.NONE);
    }

    /** {@link #tune(ModelVersion, Map)} that hears of progress and may be cancelled. */
    public TuningReport tune(ModelVersion version, Map<String, Tensor> sample, Progress progress) {
        TuningReport report = RuntimeTuner.builder()
                .runtime(models.runtime(version))
                .ticker(ticker)
                .progress(progress)
                .build()
                .tune(OnnxWriter.toBytes(models.graph(version)), sample);
        return tunings.keep(version, report);
    }

    /**
     * Measures how a version takes to batches of 2 to 64 on this machine, in at most about 3 seconds, and keeps it with the
     * version, so that endpoints batch from their first request on instead of trying. A version whose answers depend on who
     * shares its batch is found out, and never batched again anywhere.
     */
    public BatchProfile measureBatches(ModelVersion version) {
        return profiles.measure(version);
    }

    /**
     * A workload whose variants are these versions of one model, with work and memory from their graphs' cost and
     * accuracy from their tag {@code accuracy}, 1 where they have none. Its latency bound is the deadline of the first
     * version's workload type.
     */
    public Workload workload(ModelVersion first, ModelVersion... others) {
        return workload(Map.of(), first, others);
    }

    /**
     * {@link #workload(ModelVersion, ModelVersion...)} with the time that each version is predicted to take on each kind of
     * hardware that was measured, which placement takes in place of work over speed.
     *
     * @param sites e.g. {@link #estimators()}
     */
    public Workload workload(SiteEstimators sites, ModelVersion first, ModelVersion... others) {
        Map<String, LatencyEstimator> machines = new TreeMap<>();
        sites.hardware().forEach(hardware -> machines.put(hardware, sites.of(hardware)));
        return workload(machines, first, others);
    }

    private Workload workload(Map<String, LatencyEstimator> machines, ModelVersion first, ModelVersion... others) {
        List<ModelVersion> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(others));
        return Workloads.of(models, all, machines);
    }

    /**
     * Predicts what one inference of a version takes on this machine, from its graph. The first call runs five small
     * networks, about a second and a half of one core, to learn how fast the machine is.
     *
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no engine here runs ONNX
     */
    public ModelEstimate estimate(ModelVersion version) {
        return estimates.of(version);
    }

    /**
     * What {@link #estimate} predicts with: for graphs that are not registered, for models measured at another site, or to
     * correct by times seen in use.
     */
    public LatencyEstimator estimator() {
        return estimates.estimator();
    }

    /** Predicts what versions take on the hardware of sites, by what their agents measured; kept in the home. */
    public SiteEstimators estimators() {
        return siteEstimators;
    }

    /**
     * Begins an autoscaler that drives a callback of yours, or a {@link io.edgeai.placement.deploy.ScaledRelease}; the
     * caller starts and closes it.
     */
    public Autoscaler.Builder autoscale(ServiceProfile service, ScalingTarget target) {
        return Autoscaler.builder(service, target).ticker(ticker);
    }

    /** The environment of endpoints whose settings name no other. */
    String environment() {
        Serving defaults = new Serving("");
        servingDefaults.accept(defaults);
        return defaults.environment();
    }

    /** {@link #serve(String, Consumer)} with its defaults. */
    public ModelEndpoint serve(String model) {
        return serve(model, serving -> {});
    }

    /**
     * Opens an endpoint that the monitor watches. Without a split it answers with the model's active version and follows
     * promotions and rollbacks: those made here before the call that makes them returns, those made by another instance or
     * process on the same home within about two seconds. Closing this instance closes it; closing it earlier is fine.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where the model or a version in the split is unknown, or where
     *     no split is given and no version is active
     * @throws LifecycleException after close
     */
    public ModelEndpoint serve(String model, Consumer<Serving> spec) {
        Serving serving = new Serving(model);
        servingDefaults.andThen(spec).accept(serving);
        return open.open(() -> LiveEndpoint.open(serving, instance), this::follow)
                .endpoint();
    }

    private void follow() {
        following.start();
        registry.follow();
    }

    /** {@link #text(String, Consumer)} with the defaults of {@link #serve(String)}. */
    public TextEndpoint text(String model) {
        return text(model, serving -> {});
    }

    /**
     * Serves a model that takes texts: {@code edge.text("reviews").classify("great product")}. Tokenizer and labels travel
     * with a version imported from a Hugging Face folder; {@code ai.djl.huggingface:tokenizers} must be on the class path.
     * Answers and follows promotions as {@link #serve(String, Consumer)} does.
     */
    public TextEndpoint text(String model, Consumer<Serving> spec) {
        TextEndpoint text = new TextEndpoint(serve(model, spec), this::metadata);
        open.add(text);
        return text;
    }

    /** {@link #vision(String, UnaryOperator, Consumer)} with what the model's input and metadata say. */
    public VisionEndpoint vision(String model) {
        return vision(model, settings -> settings, serving -> {});
    }

    /**
     * Serves a model that takes images: {@code edge.vision("parts").classify(file)}. Size and layout follow from the model's
     * input, the rest from metadata {@code vision.*} where it is there. Answers and follows promotions as
     * {@link #serve(String, Consumer)} does.
     *
     * @param settings changes them, e.g. {@code s -> s.labels(names).head(YoloHead.withoutObjectness())}
     */
    public VisionEndpoint vision(String model, UnaryOperator<VisionSettings> settings, Consumer<Serving> spec) {
        return new VisionEndpoint(serve(model, spec), this::metadata, settings);
    }

    /** What an ONNX file, or an import, says of itself; other formats say nothing. */
    private Map<String, String> metadata(VersionRef version) {
        return models.graph(registry.get(version)).info().metadata();
    }

    /**
     * A fresh session of a version, e.g. for a {@link io.edgeai.core.ensemble.ModelGraph} of several models. The caller closes
     * it; no monitor watches it.
     */
    public InferenceSession open(ModelVersion version) {
        open.requireOpen();
        return models.open(version.ref(), SessionOptions.defaults());
    }

    /**
     * Begins the settings of a server of this instance's models by HTTP: {@code edge.server().port(8000).start()}. Closing
     * this instance closes it; closing it earlier is fine.
     */
    public EdgeServer.Builder server() {
        return EdgeServer.builder(new Hosting(this, open::add));
    }

    /**
     * Begins the settings of the live page of this instance: {@code edge.dashboard().port(8080).start()}, then open its
     * {@code link()}. It shows what the monitor knows and the experiments that run. Closing this instance closes it.
     */
    public Dashboard.Builder dashboard() {
        return pages.of(monitor);
    }

    /** {@link #dashboard()} that also shows what a plan reserves on each node. */
    public Dashboard.Builder dashboard(PlacementPlan plan) {
        return pages.of(monitor).sites(() -> Pages.sites(plan));
    }

    /**
     * The experiment of a model that is served here with {@link Serving#experiment}; of several endpoints, the latest's.
     *
     * @throws LifecycleException where there is none
     */
    public ServedExperiment experiment(String model) {
        return open.trial(model, ServedExperiment.class, "experiment()");
    }

    /** The canary of a model that is served here with {@link Serving#canary}; else as {@link #experiment}. */
    public ServedCanary canary(String model) {
        return open.trial(model, ServedCanary.class, "canary(v2)");
    }

    /** The bandit of a model that is served here with {@link Serving#bandit}; else as {@link #experiment}. */
    public ServedBandit bandit(String model) {
        return open.trial(model, ServedBandit.class, "split(v1, 1).split(v2, 1).bandit(0.02, 100)");
    }

    /**
     * Which version, with which bytes, answered a request that bore an id: by {@link io.edgeai.core.serving.Caller#request} or
     * over the network. Knows what was kept here with {@link Builder#answers}, and else what others kept in the home.
     */
    public AnswersFound answered(String requestId) {
        AnswerJournal journal = answers;
        return journal == null ? registry.history().answered(requestId) : journal.answered(requestId);
    }

    /** What keeps who answered which request; empty unless {@link Builder#answers} was set. */
    public Optional<AnswerJournal> answers() {
        return Optional.ofNullable(answers);
    }

    /** Begins federated learning whose result becomes a version of this model. */
    public Federation federate(String model) {
        return new Federation(registry, model);
    }

    /** Closes servers, endpoints, monitor and registry, in that order. Closing twice does nothing. */
    @Override
    public void close() {
        open.end().ifPresent(opened -> {
            List<AutoCloseable> parts = new ArrayList<>(List.of(following, pages));
            reacting.ifPresent(parts::add);
            parts.addAll(opened);
            answers().ifPresent(parts::add);
            parts.add(monitor);
            parts.add(registry);
            Closing.all(parts);
        });
    }

    /**
     * Configures an instance. Defaults: home {@code edge-home} in the working directory, engines found on the class
     * path, latency-aware placement, a monitor with a window of 10 s and 0.1 false alarms a day, the system's clocks.
     * Not thread-safe.
     */
    public static final class Builder {
        private Path home = Path.of("edge-home");
        private @Nullable Engines engines;
        private boolean placeNatives = true;
        private Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.system();
        private Consumer<EdgeModelRegistry.Builder> registry = ignored -> {};
        private @Nullable Consumer<PlacementEngine.Builder> placement;
        private Consumer<EdgeMonitor.Builder> monitoring = ignored -> {};
        private Consumer<Serving> serving = ignored -> {};
        private @Nullable JournalSettings answers;
        private @Nullable Reactions reactions;

        private Builder() {}

        /** The folder of the registry; made where it is missing. */
        public Builder home(Path folder) {
            this.home = folder;
            return this;
        }

        /** Exactly these engines, e.g. one of your own. */
        public Builder engines(Engines available) {
            if (available.all().isEmpty()) {
                throw new InvalidInputException(
                        "Engines are empty. Maybe leave engines(…) out to use those on the class path.");
            }
            this.engines = available;
            return this;
        }

        /**
         * Whether native libraries are unpacked once into the home, 30 MB, and not at every start of the process into the
         * temporary folder; default true. See {@link PlacedNatives}.
         */
        public Builder placeNatives(boolean once) {
            this.placeNatives = once;
            return this;
        }

        /** Dates records and windows. */
        public Builder clock(Clock wall) {
            this.clock = wall;
            return this;
        }

        /** Measures latencies and windows; an optimizer's comparison of two models always takes the system's. */
        public Builder ticker(Ticker monotonic) {
            this.ticker = monotonic;
            return this;
        }

        /** Further settings of the registry; its home and its events are this instance's. */
        public Builder registry(Consumer<EdgeModelRegistry.Builder> settings) {
            this.registry = settings;
            return this;
        }

        /** Settings of placement, e.g. {@code p -> p.strategy(PlacementStrategies.costEfficient())}. */
        public Builder placement(Consumer<PlacementEngine.Builder> settings) {
            this.placement = settings;
            return this;
        }

        /** Settings of the monitor, e.g. {@code m -> m.falseAlarmsPerDay(0.1)}; its events are this instance's. */
        public Builder monitoring(Consumer<EdgeMonitor.Builder> settings) {
            this.monitoring = settings;
            return this;
        }

        /** What every endpoint begins with, e.g. {@code s -> s.warmUp(WarmUp.generated(20))}; those of a server too. */
        public Builder serving(Consumer<Serving> settings) {
            this.serving = settings;
            return this;
        }

        /**
         * Keeps which version, with which bytes, answered which request that bears an id; see {@link AnswerJournal}. Default
         * off. In {@code <home>/answers} the registry finds it by itself.
         *
         * @param settings e.g. {@code JournalSettings.in(home.resolve("answers")).node("hall-a")}; dated by this instance's clock
         */
        public Builder answers(JournalSettings settings) {
            this.answers = settings;
            return this;
        }

        /** {@link #answers(JournalSettings)} in a folder, with the defaults: 256 MiB, 30 days. */
        public Builder answers(Path folder) {
            return answers(JournalSettings.in(folder));
        }

        /**
         * Acts on the monitor's advice: {@code r -> r.rollBack().perDay(1)}. Default: it is only told, as {@link
         * io.edgeai.core.event.ActionAdvised}; see {@link Reactions}.
         */
        public Builder reactions(Consumer<Reactions> settings) {
            Reactions chosen = reactions == null ? new Reactions() : reactions;
            settings.accept(chosen);
            this.reactions = chosen;
            return this;
        }

        /** Made at once where there are settings, which may be wrong; the defaults can wait. */
        private Once<PlacementEngine> placement() {
            Consumer<PlacementEngine.Builder> settings = placement;
            Once<PlacementEngine> made = new Once<>(() -> {
                PlacementEngine.Builder places = PlacementEngine.builder();
                if (settings != null) {
                    settings.accept(places);
                }
                return places.build();
            });
            if (settings != null) {
                made.get();
            }
            return made;
        }

        private Engines engines() {
            Engines chosen = engines;
            if (chosen == null) {
                chosen = Engines.discover();
                engines = chosen;
            }
            return chosen;
        }

        /** @throws io.edgeai.core.error.StorageException where the home cannot be used */
        public EdgeAI build() {
            return new EdgeAI(this);
        }
    }
}
