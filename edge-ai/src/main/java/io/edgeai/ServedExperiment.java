package io.edgeai;

import io.edgeai.core.answers.AnswerRole;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ErrorGuardrail;
import io.edgeai.core.experiment.Experiment;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.ExperimentState;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.experiment.ExperimentDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The experiment that a split of an endpoint is: the first version is the control, the others are treatments. Latency in
 * milliseconds and the share of failed requests are compared by themselves; outcomes that only the host knows are added
 * with {@link #outcome}. Units are what is dealt, so units are what is counted: of each, the first request that is answered
 * or fails, and the first outcome in each metric, however many it sends; a request without a unit id is a unit of its own.
 * The guardrail of errors hears of each unit's first failure. A hash of each is remembered, 2²⁰ in all ({@code UnitsSeen});
 * units beyond do not count any more, in no arm, but for the guardrail, which then hears of every failure. It is over once the endpoint's split is changed. Evidence is kept beside the registry every half
 * second and when the instance closes, and an endpoint of the same versions, weights and metrics goes on from it: what a
 * crash takes is the last half second, and nothing is counted twice. Thread-safe.
 */
public final class ServedExperiment extends Trial<ServedExperiment.Kept> {
    /** Share of failed requests, 0 to 1; lower is better. */
    public static final String ERRORS = ExperimentDefinition.ERRORS;
    /** Milliseconds of answered requests; lower is better. */
    public static final String LATENCY = ExperimentDefinition.LATENCY;

    /** Below the home. */
    static final String FOLDER = "experiments";

    private static final int MOST_UNITS = 1 << 20;
    private static final int MET = 0;
    private static final int FAILED = 1;
    private static final int OUTCOMES = 2;

    private final TrafficSplit split;
    private final UnitsSeen units;
    private final AskingUnit asking = new AskingUnit();
    private final AtomicBoolean mismatchTold = new AtomicBoolean();
    private final Experiment experiment;
    private final List<ErrorGuardrail> guards = new ArrayList<>();
    private final boolean[] alarmed;

    /**
     * All evidence.
     *
     * @param experiment of all metrics
     * @param guards one for each treatment; empty where errors are not guarded
     * @param byUnit whether units were counted; requests were, once
     */
    record Kept(ExperimentState experiment, List<ErrorGuardrail.State> guards, boolean byUnit) {
        Kept {
            guards = List.copyOf(guards);
        }

        boolean samePlan(Kept other) {
            return experiment.plan().equals(other.experiment.plan())
                    && experiment
                            .ratio()
                            .shares()
                            .equals(other.experiment.ratio().shares())
                    && guards.size() == other.guards.size()
                    && byUnit == other.byUnit;
        }
    }

    private ServedExperiment(TrafficSplit split, Kept kept, StateFile<Kept> file, UnitsSeen units) {
        super(file);
        this.split = split.watched(asking);
        this.units = units;
        this.experiment = Experiment.resume(kept.experiment());
        kept.guards().forEach(state -> guards.add(new ErrorGuardrail(state)));
        this.alarmed = new boolean[guards.size()];
    }

    /** @param guardAlpha false alarms of the guardrail of errors, 0 for none */
    static ServedExperiment open(
            TrafficSplit split, Consumer<ExperimentBuilder> spec, double guardAlpha, StateFile<Kept> file) {
        List<TrafficSplit.Arm> arms = split.arms();
        if (arms.size() < 2) {
            throw new InvalidInputException("An experiment on (" + arms.get(0).version()
                    + ") alone compares nothing. Maybe split(…) among two versions.");
        }
        ExperimentBuilder plan = Experiment.builder()
                .control(arms.get(0).version().toString(), arms.get(0).weight())
                .metric(ERRORS, Direction.LOWER_IS_BETTER)
                .metric(LATENCY, Direction.LOWER_IS_BETTER);
        List<ErrorGuardrail.State> guards = new ArrayList<>();
        for (TrafficSplit.Arm arm : arms.subList(1, arms.size())) {
            plan.treatment(arm.version().toString(), arm.weight());
            if (guardAlpha > 0) {
                guards.add(new ErrorGuardrail(guardAlpha).state());
            }
        }
        spec.accept(plan);
        Kept fresh = new Kept(plan.build().state(), guards, true);
        Optional<Kept> before = file.read().filter(fresh::samePlan);
        UnitsSeen units = new UnitsSeen(file.beside("units"), MOST_UNITS);
        if (before.isPresent()) {
            units.resume();
        } else {
            units.beginAnew();
        }
        return new ServedExperiment(split, before.orElse(fresh), file, units);
    }

    /**
     * What the experiment of a model has shown, as the process that serves it kept it last, at most half a second ago. For
     * one who only watches: of an experiment of fixed size, what its own process's looks decided.
     *
     * @param environment where the model is served
     * @return empty where nothing was kept of units
     * @throws io.edgeai.core.error.StorageException where what was kept is damaged
     */
    public static Optional<ExperimentReport> shown(EdgeModelRegistry registry, String model, String environment) {
        return new StateFile<>(registry.home(), FOLDER, Serving.kept(model, environment), Kept.class)
                .read()
                .filter(Kept::byUnit)
                .map(kept -> Experiment.resume(kept.experiment()).shown());
    }

    /** What it has shown so far; look as often as you like. */
    public ExperimentReport report() {
        return experiment.report();
    }

    /** {@link #report} for one who only watches: of an experiment of fixed size, what earlier looks decided. */
    ExperimentReport shown() {
        return experiment.shown();
    }

    /** {@link #outcome(String, String, double, double)} without a covariate. */
    public void outcome(String unitId, String metric, double value) {
        outcome(unitId, metric, value, 0);
    }

    /**
     * Adds what became of a unit that was answered by {@code predict(unitId, …)}: a click, a returned part, a right answer.
     * Of each unit the first counts in each metric; to tell it twice does no harm.
     *
     * @param unitId as given to {@code predict}
     * @param metric one that the experiment was given
     * @param value finite
     * @param covariate the same thing before the experiment, where known, which narrows the intervals; else 0
     * @throws InvalidInputException where there is no such metric
     */
    public void outcome(String unitId, String metric, double value, double covariate) {
        boolean ignored = count(unitId, metric, value, covariate);
    }

    /** {@link #outcome(String, String, double, double)} that says whether it counts. */
    boolean count(String unitId, String metric, double value, double covariate) {
        long bits = split.bitsOf(unitId);
        int arm = split.armOfBits(bits);
        int question = OUTCOMES + experiment.requireObservable(metric, value, covariate);
        boolean first = units.see(bits, question) == UnitsSeen.Answer.FIRST;
        if (first) {
            experiment.observe(split.arms().get(arm).version().toString(), metric, value, covariate);
            markChanged();
        }
        return first;
    }

    /** A version that was found to fail more often before a restart gets no requests after it either. */
    @Override
    void begin() {
        for (int i = 0; i < guards.size(); i++) {
            if (guards.get(i).alarmed()) {
                reject(i);
            }
        }
    }

    /** Says where the shares are not what they should be, once. */
    @Override
    void act() {
        double pValue = experiment.sampleRatioPValue();
        if (Experiment.mismatched(pValue) && !mismatchTold.getAndSet(true)) {
            traffic().mismatched(experiment.units(), pValue);
        }
    }

    @Override
    TrafficSplit split() {
        return split;
    }

    @Override
    AnswerRole role(int arm) {
        return arm == 0 ? AnswerRole.CONTROL : AnswerRole.TREATMENT;
    }

    @Override
    boolean hears(VersionRef version) {
        return armOf(version) >= 0;
    }

    private int armOf(VersionRef version) {
        for (int i = 0; i < split.arms().size(); i++) {
            if (split.arms().get(i).version().equals(version)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    void answered(VersionRef version, long latencyNanos) {
        long bits = asking.take();
        if (inForce() && isFirst(bits, MET)) {
            String arm = version.toString();
            experiment.request(arm);
            experiment.observe(arm, ERRORS, 0);
            experiment.observe(arm, LATENCY, latencyNanos / 1e6);
            markChanged();
        }
    }

    @Override
    void failed(VersionRef version) {
        long bits = asking.take();
        if (!inForce()) {
            return;
        }
        if (isFirst(bits, MET)) {
            String arm = version.toString();
            experiment.request(arm);
            experiment.observe(arm, ERRORS, 1);
            markChanged();
        }
        if (bits == AskingUnit.NOBODY || units.see(bits, FAILED) != UnitsSeen.Answer.AGAIN) {
            markChanged();
            guard(armOf(version));
        }
    }

    private boolean isFirst(long bits, int question) {
        return bits == AskingUnit.NOBODY || units.see(bits, question) == UnitsSeen.Answer.FIRST;
    }

    private void guard(int arm) {
        int bad = -1;
        synchronized (this) {
            for (int i = 0; i < guards.size(); i++) {
                if (arm != 0 && arm != i + 1) {
                    continue;
                }
                double weight = split.arms().get(i + 1).weight();
                ErrorGuardrail guard = guards.get(i);
                guard.error(arm != 0, weight / (weight + split.arms().get(0).weight()));
                if (guard.alarmed() && !alarmed[i]) {
                    bad = i;
                    alarmed[i] = true;
                }
            }
        }
        if (bad >= 0) {
            reject(bad);
        }
    }

    /** Takes a treatment out of the split that its guardrail found to fail more often. */
    private void reject(int treatment) {
        String message;
        synchronized (this) {
            ErrorGuardrail guard = guards.get(treatment);
            alarmed[treatment] = true;
            message = "failed (" + guard.canaryErrors() + ") times where the control failed (" + guard.otherErrors()
                    + ") times, p = " + guard.pValue();
        }
        traffic().reject(split.arms().get(treatment + 1).version(), SignalKind.ERRORS, message);
    }

    @Override
    Kept state() {
        Kept kept = known();
        units.keep(); // before what they showed: better lost than counted twice
        return kept;
    }

    private synchronized Kept known() {
        return new Kept(
                experiment.state(), guards.stream().map(ErrorGuardrail::state).toList(), true);
    }
}
