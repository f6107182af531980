package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadDefaults;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.optimize.partition.PipelineSplitter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a model is served. Batch size, waiting time, threads and deadline start as the defaults of the version's workload
 * type; engine options that {@link EdgeAI#tune} found for a version on this machine take the place of its threads. Not
 * thread-safe.
 */
public final class Serving {
    private final String model;
    private final List<TrafficSplit.Arm> arms = new ArrayList<>();
    private final Set<SignalKind> rollbackOn = EnumSet.noneOf(SignalKind.class);
    private UnaryOperator<SessionOptions> session = UnaryOperator.identity();
    private Consumer<ModelEndpoint.Builder> endpoint = ignored -> {};
    private @Nullable Duration deadline;
    private boolean noDeadline;
    private boolean compared;
    private double guardAlpha;
    private Consumer<ExperimentBuilder> plan = ignored -> {};
    private UnaryOperator<InferenceSession> around = UnaryOperator.identity();
    private PipelineSplitter.@Nullable Builder splitter;
    private Map<String, Tensor> sample = Map.of();

    Serving(String model) {
        this.model = model;
    }

    /** Gives a version its share of requests: weight over the sum of weights. Without any, the active version answers. */
    public Serving split(ModelVersion version, double weight) {
        return split(version.ref(), weight);
    }

    /** {@link #split(ModelVersion, double)} by reference. */
    public Serving split(VersionRef version, double weight) {
        if (!version.model().name().equals(model)) {
            throw new InvalidInputException("Version (" + version + ") is not of model (" + model
                    + "). Maybe serve that model by its own name.");
        }
        arms.add(new TrafficSplit.Arm(version, weight));
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
        this.session = settings;
        return this;
    }

    /**
     * Puts something around the session of every version, e.g. a {@link io.edgeai.core.ensemble.ModelGraph} with steps before
     * and behind it; what comes back is served, monitored and closed in its place.
     */
    public Serving around(UnaryOperator<InferenceSession> wrapping) {
        this.around = wrapping;
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
        this.splitter = PipelineSplitter.builder().stages(count);
        this.sample = Map.copyOf(sample);
        return this;
    }

    /** Further settings of the endpoint. */
    public Serving endpoint(Consumer<ModelEndpoint.Builder> settings) {
        this.endpoint = settings;
        return this;
    }

    /**
     * Reacts to alerts on a version that answers here. In a split of several, the version gets no more requests;
     * otherwise the registry is rolled back to the version that was active before, where there is one.
     */
    public Serving rollbackOn(SignalKind... signals) {
        rollbackOn.addAll(List.of(signals));
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

    /** The experiment that was asked for, null where none was. */
    @Nullable
    ServedExperiment openExperiment(
            TrafficSplit split, Path home, BooleanSupplier inForce, BiConsumer<VersionRef, String> alarm) {
        return compared
                ? ServedExperiment.open(split, plan, guardAlpha, new ExperimentFile(home, model), inForce, alarm)
                : null;
    }

    String model() {
        return model;
    }

    List<TrafficSplit.Arm> arms() {
        return arms;
    }

    Set<SignalKind> rollbackSignals() {
        return rollbackOn;
    }

    /** @param tuned what was found to be faster on this machine; empty for the workload type's threads */
    SessionOptions options(WorkloadDefaults defaults, Optional<SessionOptions> tuned) {
        return session.apply(
                tuned.orElseGet(() -> SessionOptions.defaults().intraOpThreads(defaults.intraOpThreads())));
    }

    InferenceSession open(ModelVersion version, Models models, SessionOptions options) {
        PipelineSplitter.Builder cut = splitter;
        InferenceSession opened = cut == null
                ? models.open(version.ref(), options)
                : cut.runtime(models.runtime(version))
                        .build()
                        .split(models.graph(version), List.of(sample))
                        .open(models.runtime(version));
        boolean complete = false;
        try {
            InferenceSession wrapped = around.apply(opened);
            complete = true;
            return wrapped;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    void configure(ModelEndpoint.Builder builder, WorkloadDefaults defaults) {
        builder.maxBatch(defaults.maxBatch()).maxBatchDelay(defaults.maxBatchDelay());
        if (!noDeadline) {
            builder.deadline(deadline == null ? defaults.deadline() : deadline);
        }
        endpoint.accept(builder);
    }
}
