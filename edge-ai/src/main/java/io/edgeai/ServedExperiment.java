package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ErrorGuardrail;
import io.edgeai.core.experiment.Experiment;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.ExperimentState;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The experiment that a split of an endpoint is: the first version is the control, the others are treatments. Latency in
 * milliseconds and the share of failed requests are compared by themselves; outcomes that only the host knows are added
 * with {@link #outcome}. It is over once the endpoint's split is changed. Evidence is kept beside the registry every half
 * second and when the instance closes, and an endpoint of the same versions, weights and metrics goes on from it: what a
 * crash takes is the last half second, and nothing is counted twice. Thread-safe.
 */
public final class ServedExperiment extends Trial<ServedExperiment.Kept> {
    /** Share of failed requests, 0 to 1; lower is better. */
    public static final String ERRORS = "errors";
    /** Milliseconds of answered requests; lower is better. */
    public static final String LATENCY = "latency";

    private final TrafficSplit split;
    private final Experiment experiment;
    private final List<ErrorGuardrail> guards = new ArrayList<>();
    private final boolean[] alarmed;

    /**
     * All evidence.
     *
     * @param experiment of all metrics
     * @param guards one for each treatment; empty where errors are not guarded
     */
    record Kept(ExperimentState experiment, List<ErrorGuardrail.State> guards) {
        Kept {
            guards = List.copyOf(guards);
        }

        boolean samePlan(Kept other) {
            return experiment.plan().equals(other.experiment.plan())
                    && experiment
                            .ratio()
                            .shares()
                            .equals(other.experiment.ratio().shares())
                    && guards.size() == other.guards.size();
        }
    }

    private ServedExperiment(TrafficSplit split, Kept kept, StateFile<Kept> file) {
        super(file);
        this.split = split;
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
        Kept fresh = new Kept(plan.build().state(), guards);
        return new ServedExperiment(split, file.read().filter(fresh::samePlan).orElse(fresh), file);
    }

    /** What it has shown so far; look as often as you like. */
    public ExperimentReport report() {
        return experiment.report();
    }

    /** {@link #outcome(String, String, double, double)} without a covariate. */
    public void outcome(String unitId, String metric, double value) {
        outcome(unitId, metric, value, 0);
    }

    /**
     * Adds what became of a unit that was answered by {@code predict(unitId, …)}: a click, a returned part, a right answer.
     *
     * @param unitId as given to {@code predict}
     * @param metric one that the experiment was given
     * @param value finite
     * @param covariate the same thing before the experiment, where known, which narrows the intervals; else 0
     * @throws InvalidInputException where there is no such metric
     */
    public void outcome(String unitId, String metric, double value, double covariate) {
        VersionRef version = split.arms().get(split.armOf(unitId)).version();
        experiment.observe(version.toString(), metric, value, covariate);
        markChanged();
    }

    @Override
    TrafficSplit split() {
        return split;
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
        if (inForce()) {
            String arm = version.toString();
            experiment.request(arm);
            experiment.observe(arm, ERRORS, 0);
            experiment.observe(arm, LATENCY, latencyNanos / 1e6);
            markChanged();
        }
    }

    @Override
    void failed(VersionRef version) {
        if (inForce()) {
            String arm = version.toString();
            experiment.request(arm);
            experiment.observe(arm, ERRORS, 1);
            markChanged();
            guard(armOf(version), version);
        }
    }

    private void guard(int arm, VersionRef version) {
        String message = null;
        VersionRef bad = version;
        synchronized (this) {
            for (int i = 0; i < guards.size(); i++) {
                if (arm != 0 && arm != i + 1) {
                    continue;
                }
                TrafficSplit.Arm treatment = split.arms().get(i + 1);
                double weight = treatment.weight();
                ErrorGuardrail guard = guards.get(i);
                guard.error(arm != 0, weight / (weight + split.arms().get(0).weight()));
                if (guard.alarmed() && !alarmed[i]) {
                    alarmed[i] = true;
                    bad = treatment.version();
                    message = "failed (" + guard.canaryErrors() + ") times where the control failed ("
                            + guard.otherErrors() + ") times, p = " + guard.pValue();
                }
            }
        }
        if (message != null) {
            traffic().reject(bad, SignalKind.ERRORS, message);
        }
    }

    @Override
    synchronized Kept state() {
        return new Kept(
                experiment.state(), guards.stream().map(ErrorGuardrail::state).toList());
    }
}
