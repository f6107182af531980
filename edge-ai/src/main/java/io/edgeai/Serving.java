package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.model.HealthLevel;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.EvidenceKey;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.rollout.CanaryPlan;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.serving.WarmUp;
import io.edgeai.monitor.EdgeMonitor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a model is served. Batch size, waiting time, threads and deadline start as the defaults of the version's workload
 * type; engine options that {@link EdgeAI#tune} found for a version on this machine take the place of its threads. Not
 * thread-safe.
 */
public final class Serving {
    private final String model;
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;
    private final List<TrafficSplit.Arm> arms = new ArrayList<>();
    private final Set<SignalKind> rollbackOn = EnumSet.noneOf(SignalKind.class);
    private @Nullable HealthLevel degradeAt;
    private @Nullable String alias;
    private final SessionSettings sessions = new SessionSettings();
    private Consumer<ModelEndpoint.Builder> endpoint = ignored -> {};
    private @Nullable Duration deadline;
    private boolean noDeadline;
    private int maxBatch;
    private boolean compared;
    private double guardAlpha;
    private Consumer<ExperimentBuilder> plan = ignored -> {};
    private @Nullable VersionRef canary;
    private CanaryPlan canaryPlan = CanaryPlan.defaults();
    private @Nullable VersionRef shadow;
    private double shadowFraction;
    private double banditFloor;
    private int banditEvery;
    private boolean recorded;
    private UnaryOperator<CanaryPlan> guard = UnaryOperator.identity();
    private double recordedFraction;
    private Duration standby = Duration.ofMinutes(5);
    private WarmUp warmUp = WarmUp.NONE;

    Serving(String model) {
        this.model = model;
    }

    /** Gives a version its share of requests: weight over the sum of weights. Without any, the active version answers. */
    public Serving split(ModelVersion version, double weight) {
        return split(version.ref(), weight);
    }

    /** {@link #split(ModelVersion, double)} by reference. */
    public Serving split(VersionRef version, double weight) {
        requireOurs(version);
        arms.add(new TrafficSplit.Arm(version, weight));
        return this;
    }

    private void requireOurs(VersionRef version) {
        if (!version.model().name().equals(model)) {
            throw new InvalidInputException("Version (" + version + ") is not of model (" + model
                    + "). Maybe serve that model by its own name.");
        }
    }

    /**
     * Whose active version answers, where no split is given, and where canaries and rollbacks are recorded; default {@code
     * default}.
     */
    public Serving environment(String name) {
        this.environment = name;
        return this;
    }

    /** Longest time for one answer; default the workload type's. */
    public Serving deadline(Duration longest) {
        this.deadline = longest;
        this.noDeadline = false;
        return this;
    }

    /** Lets answers take as long as they take. */
    public Serving noDeadline() {
        this.noDeadline = true;
        return this;
    }

    /** Engine settings, e.g. {@code o -> o.intraOpThreads(2)}. */
    public Serving session(UnaryOperator<SessionOptions> settings) {
        sessions.options = settings;
        return this;
    }

    /**
     * What runs the model's nodes: the first of these that is usable on this machine, looked for when a version is opened.
     * Default: the processor. With {@code providers(CudaProvider.device(0), new CpuProvider())} one program serves boxes with
     * and without a GPU; without the CPU in the list, serving where none is usable is a {@link
     * io.edgeai.core.error.RuntimeUnavailableException}.
     */
    public Serving providers(ExecutionProvider... preferred) {
        sessions.providers = List.of(preferred);
        return this;
    }

    /**
     * Puts something around the session of every version, e.g. a {@link io.edgeai.core.ensemble.ModelGraph} with steps before
     * and behind it; what comes back is served, monitored and closed in its place.
     */
    public Serving around(UnaryOperator<InferenceSession> wrapping) {
        sessions.around(wrapping);
        return this;
    }

    /**
     * Runs every version as stages that work on different requests at the same time, cut where a measurement balances them;
     * takes seconds when a version is opened.
     *
     * @param count stages, at least 2
     * @param sample inputs of the size it will see
     */
    public Serving stages(int count, Map<String, Tensor> sample) {
        sessions.stages(count, sample);
        return this;
    }

    /**
     * Most samples or rows in one run, 1 to 4096; default the workload type's. A plan's choice for a site goes here.
     */
    public Serving maxBatch(int samples) {
        if (samples < 1 || samples > 4096) {
            throw new InvalidInputException("maxBatch (" + samples + ") must be 1 to 4096.");
        }
        this.maxBatch = samples;
        return this;
    }

    /** Further settings of the endpoint. */
    public Serving endpoint(Consumer<ModelEndpoint.Builder> settings) {
        this.endpoint = settings;
        return this;
    }

    /**
     * Reacts to alerts on a version that answers here. In a split of several, the version gets no more requests;
     * otherwise the registry is rolled back to the version that was active before, where there is one. An alert on latency
     * waits while {@linkplain EdgeMonitor#slowAsOthers the other versions are slow too}.
     */
    public Serving rollbackOn(SignalKind... signals) {
        rollbackOn.addAll(List.of(signals));
        return this;
    }

    /**
     * Answers with the version that an alias points at, in place of the active one, and follows the alias to wherever it is
     * moved, by whichever process, within about a second. It goes on with the last one where the alias is taken away.
     */
    public Serving alias(String name) {
        this.alias = name;
        return this;
    }

    /** Whether an alias is followed, and not the active version. */
    boolean aliased() {
        return alias != null;
    }

    /** The version to answer with where no split is given, now; empty where there is none. */
    Optional<ModelVersion> target(EdgeModelRegistry registry) {
        return alias == null
                ? registry.findActive(model, environment)
                : registry.annotations().find(model, alias);
    }

    /** @throws ModelNotFoundException where nothing is there to answer with */
    ModelVersion requireTarget(EdgeModelRegistry registry) {
        return alias == null
                ? registry.active(model, environment)
                : target(registry)
                        .orElseThrow(() -> new ModelNotFoundException("Model (" + model + ") has no alias (" + alias
                                + "). Maybe 'edgeai registry alias' makes one."));
    }

    /**
     * Has the registry say {@code degraded} of the active version, with the reason in its audit, once its health is this bad,
     * or where an alert {@link #rollbackOn asks} for a way back and there is none. It goes on answering. Once its health has
     * been good for ten minutes, the registry says {@code active} again, where this home had it say otherwise. Default never.
     *
     * @param level {@link HealthLevel#POOR}, below 60 points, or {@link HealthLevel#FAIR}, below 85
     */
    public Serving degradeAt(HealthLevel level) {
        if (level != HealthLevel.POOR && level != HealthLevel.FAIR) {
            throw new InvalidInputException("Level (" + level + ") is no bad health. Maybe POOR or FAIR.");
        }
        this.degradeAt = level;
        return this;
    }

    /**
     * Compares the versions of the split, the first being the control: latency and errors by themselves, and metrics that
     * are added here, whose outcomes come by {@link ServedExperiment#outcome}. Read it with {@link EdgeAI#experiment}.
     *
     * @param plan adds metrics or changes α, e.g. {@code e -> e.metric("clicks", Direction.HIGHER_IS_BETTER)}
     */
    public Serving experiment(Consumer<ExperimentBuilder> plan) {
        this.plan = this.plan.andThen(plan);
        this.compared = true;
        return this;
    }

    /** {@link #experiment(Consumer)} of latency and errors. */
    public Serving experiment() {
        return experiment(ignored -> {});
    }

    /**
     * Takes a version out of the split at once where it fails more often than the first one, and raises an alert on it;
     * begins an {@link #experiment()} where there is none.
     *
     * @param falseAlarms probability of ever doing so to a version that is as good, above 0 and below 1, e.g. 0.01
     */
    public Serving guardErrors(double falseAlarms) {
        if (!(falseAlarms > 0 && falseAlarms < 1)) {
            throw new InvalidInputException(
                    "falseAlarms (" + falseAlarms + ") must be above 0 and below 1. Maybe 0.01.");
        }
        this.guardAlpha = falseAlarms;
        return experiment();
    }

    /**
     * Leads a new version to all requests step by step, beside the one version that answers here: the active one, or the
     * only one given to {@link #split}. Where it fails more often or is much slower, it loses its requests at once and an
     * alert is raised; where it went through all steps, it becomes the active version. Read {@link EdgeAI#canary}.
     *
     * @param plan changes {@link CanaryPlan#defaults}, e.g. {@code p -> p.steps(0.01, 0.1, 0.5).requests(500)}
     */
    public Serving canary(ModelVersion version, UnaryOperator<CanaryPlan> plan) {
        requireOurs(version.ref());
        this.canary = version.ref();
        this.canaryPlan = plan.apply(CanaryPlan.defaults());
        return this;
    }

    /** {@link #canary(ModelVersion, UnaryOperator)} with the default plan. */
    public Serving canary(ModelVersion version) {
        return canary(version, plan -> plan);
    }

    /**
     * Runs a version in the shadow: it answers copies of a part of the requests, unseen, and its answers are compared;
     * see {@link ModelEndpoint#shadowReport}.
     *
     * @param fraction of the requests, above 0, at most 1
     */
    public Serving shadow(ModelVersion version, double fraction) {
        requireOurs(version.ref());
        this.shadow = version.ref();
        this.shadowFraction = fraction;
        return this;
    }

    /**
     * Brings the canary and the shadow that the registry records to the requests, as they come and go there: the canary gets
     * its percentage beside the active version and is taken back, in the registry too, where it fails more often or is much
     * slower. It is never promoted by itself. What it has shown is kept over restarts; read {@link RolloutStatus}.
     *
     * @param guard changes {@link CanaryPlan#falseAlarms(double) falseAlarms} and {@link CanaryPlan#slower(double) slower}
     * @param shadowFraction the part of the requests that a shadow sees, above 0, at most 1, e.g. 0.1
     */
    public Serving recorded(UnaryOperator<CanaryPlan> guard, double shadowFraction) {
        if (!(shadowFraction > 0 && shadowFraction <= 1)) {
            throw new InvalidInputException(
                    "shadowFraction (" + shadowFraction + ") must be above 0 and at most 1. Maybe 0.1.");
        }
        this.recorded = true;
        this.guard = guard;
        this.recordedFraction = shadowFraction;
        return this;
    }

    /** {@link #recorded(UnaryOperator, double)} with the guardrails of {@link CanaryPlan#defaults} and a tenth. */
    public Serving recorded() {
        return recorded(UnaryOperator.identity(), 0.1);
    }

    /**
     * Lets the versions of the split earn their requests: tell {@link EdgeAI#bandit} what each answer was worth.
     *
     * @param floor the least share of a version, e.g. 0.02
     * @param every so many rewards the shares are changed, at least 1, e.g. 100
     */
    public Serving bandit(double floor, int every) {
        if (every < 1) {
            throw new InvalidInputException("every (" + every + ") must be at least 1. Maybe 100.");
        }
        this.banditFloor = floor;
        this.banditEvery = every;
        return this;
    }

    /**
     * How long a version that left stays open, so that going back to it is a matter of microseconds; it takes its memory
     * for as long. Default 5 minutes.
     */
    public Serving standby(Duration time) {
        this.standby = time;
        return this;
    }

    /**
     * What every version answers after it was opened and before it gets traffic, behind the requests that are kept for it
     * under {@code <home>/warm-up/<model>/<number>/*.json}; default nothing more.
     *
     * @param requests e.g. {@code WarmUp.generated(20)}
     */
    public Serving warmUp(WarmUp requests) {
        this.warmUp = requests;
        return this;
    }

    SessionSettings sessions() {
        return sessions;
    }

    WarmUp warmUp() {
        return warmUp;
    }

    /** What was asked for that learns from requests, null where nothing was. */
    @Nullable
    Trial<?> openTrial(List<TrafficSplit.Arm> split, EdgeModelRegistry registry, Clock clock, String node) {
        VersionRef next = canary;
        Path home = registry.home();
        if (Stream.of(compared, next != null, banditEvery > 0, recorded)
                        .filter(asked -> asked)
                        .count()
                > 1) {
            throw new InvalidInputException("Model (" + model
                    + ") was given several of experiment, canary, bandit and recorded. Maybe keep one of them.");
        }
        if (alias != null && (!arms.isEmpty() || compared || next != null || banditEvery > 0 || recorded)) {
            throw new InvalidInputException("Model (" + model + ") was given an alias (" + alias
                    + ") and a split, experiment, canary, bandit or recorded(). Maybe keep one of them.");
        }
        if (recorded) {
            if (!arms.isEmpty() || shadow != null) {
                throw new InvalidInputException(
                        "Model (" + model + ") was given a split or shadow and recorded(), which"
                                + " takes them from the registry. Maybe keep one of them.");
            }
            return RecordedRollout.open(
                    registry, split.get(0).version(), environment, guard, recordedFraction, clock, node);
        }
        if (compared) {
            var file = new StateFile<>(home, ServedExperiment.FOLDER, kept(), ServedExperiment.Kept.class);
            return ServedExperiment.open(TrafficSplit.of(split), plan, guardAlpha, file);
        }
        if (banditEvery > 0) {
            var file = new StateFile<>(home, ServedBandit.FOLDER, kept(), ServedBandit.Kept.class);
            List<VersionRef> versions =
                    split.stream().map(TrafficSplit.Arm::version).toList();
            return ServedBandit.open(versions, banditFloor, banditEvery, file);
        }
        if (next == null) {
            return null;
        }
        VersionRef before = split.get(0).version();
        if (split.size() > 1) {
            throw new InvalidInputException("A canary beside (" + split.size()
                    + ") versions has nobody to be compared with. Maybe split(…) to one.");
        }
        if (before.equals(next)) {
            return null; // it answers everything already
        }
        return ServedCanary.open(before, next, canaryPlan, clock, canaryParts(registry, before, next, node));
    }

    private Keeping<ServedCanary.Kept> canaryParts(
            EdgeModelRegistry registry, VersionRef before, VersionRef next, String node) {
        String subject = next + " beside " + before + " by " + canaryPlan;
        EvidenceKey key = new EvidenceKey(model, environment, "plan", 0, subject);
        var part = new SharedPart<>(registry.evidence(), key, node, ServedCanary.Kept.class);
        if (part.read().isEmpty() && !part.begun()) { // kept by an earlier version of the library, or never
            var file = new StateFile<>(registry.home(), "canaries", kept(), ServedCanary.Kept.class);
            file.take()
                    .filter(kept -> kept.before().equals(before.toString())
                            && kept.version().equals(next.toString())
                            && kept.plan().equals(canaryPlan.toString()))
                    .ifPresent(part::write);
        }
        return part;
    }

    void startShadow(ModelEndpoint endpoint) {
        if (shadow != null) {
            endpoint.shadow(shadow, shadowFraction);
        }
    }

    String model() {
        return model;
    }

    String environment() {
        return environment;
    }

    /** What the evidence of trials is kept under. */
    private String kept() {
        return kept(model, environment);
    }

    static String kept(String model, String environment) {
        return environment.equals(EdgeModelRegistry.DEFAULT_ENVIRONMENT) ? model : model + "@" + environment;
    }

    List<TrafficSplit.Arm> arms() {
        return arms;
    }

    @Nullable
    Degradation degradation(EdgeModelRegistry registry, Lifecycle life, Clock clock) {
        return degradeAt == null ? null : new Degradation(registry, life, model, degradeAt, clock);
    }

    Set<SignalKind> rollbackSignals() {
        return rollbackOn;
    }

    void configure(ModelEndpoint.Builder builder, WorkloadDefaults defaults) {
        builder.maxBatch(maxBatch == 0 ? defaults.maxBatch() : maxBatch)
                .maxBatchDelay(defaults.maxBatchDelay())
                .standby(standby);
        if (!noDeadline) {
            builder.deadline(deadline == null ? defaults.deadline() : deadline);
        }
        endpoint.accept(builder);
    }
}
