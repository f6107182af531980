package io.edgeai;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ErrorGuardrail;
import io.edgeai.core.experiment.Experiment;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The experiment that a split of an endpoint is: the first version is the control, the others are treatments. Latency in
 * milliseconds and the share of failed requests are compared by themselves; outcomes that only the host knows are added
 * with {@link #outcome}. It is over once the endpoint's split is changed. Evidence is kept beside the registry every half second and when the instance closes, and an
 * endpoint of the same versions, weights and metrics goes on from it: what a crash takes is the last half second, and
 * nothing is counted twice. Thread-safe.
 */
public final class ServedExperiment {
    /** Share of failed requests, 0 to 1; lower is better. */
    public static final String ERRORS = "errors";
    /** Milliseconds of answered requests; lower is better. */
    public static final String LATENCY = "latency";

    private static final Logger LOG = LoggerFactory.getLogger(ServedExperiment.class);

    private final TrafficSplit split;
    private final Experiment experiment;
    private final List<ErrorGuardrail> guards = new ArrayList<>();
    private final boolean[] alarmed;
    private final ExperimentFile file;
    private final BiConsumer<VersionRef, String> alarm;
    private final BooleanSupplier inForce;
    private boolean changed;

    private ServedExperiment(
            TrafficSplit split,
            ExperimentFile.Kept kept,
            ExperimentFile file,
            BooleanSupplier inForce,
            BiConsumer<VersionRef, String> alarm) {
        this.split = split;
        this.experiment = Experiment.resume(kept.experiment());
        kept.guards().forEach(state -> guards.add(new ErrorGuardrail(state)));
        this.alarmed = new boolean[guards.size()];
        this.file = file;
        this.inForce = inForce;
        this.alarm = alarm;
    }

    /**
     * @param guardAlpha false alarms of the guardrail of errors, 0 for none
     * @param inForce whether the endpoint still deals requests by this split; what comes later does not count
     * @param alarm hears once of each treatment that fails too often
     */
    static ServedExperiment open(
            TrafficSplit split,
            Consumer<ExperimentBuilder> spec,
            double guardAlpha,
            ExperimentFile file,
            BooleanSupplier inForce,
            BiConsumer<VersionRef, String> alarm) {
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
        ExperimentFile.Kept fresh = new ExperimentFile.Kept(plan.build().state(), guards);
        return new ServedExperiment(split, file.find(fresh).orElse(fresh), file, inForce, alarm);
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

    /** Tells the experiment of every request beside another listener. */
    InferenceListener.Factory with(InferenceListener.Factory others) {
        return version -> {
            InferenceListener other = others.listen(version);
            int arm = armOf(version);
            return arm < 0 ? other : new Observer(other, version, arm);
        };
    }

    private int armOf(VersionRef version) {
        for (int i = 0; i < split.arms().size(); i++) {
            if (split.arms().get(i).version().equals(version)) {
                return i;
            }
        }
        return -1;
    }

    private final class Observer implements InferenceListener {
        private final InferenceListener other;
        private final VersionRef version;
        private final String name;
        private final int arm;

        Observer(InferenceListener other, VersionRef version, int arm) {
            this.other = other;
            this.version = version;
            this.name = version.toString();
            this.arm = arm;
        }

        @Override
        public void success(long latencyNanos) {
            other.success(latencyNanos);
            if (!inForce.getAsBoolean()) {
                return;
            }
            experiment.request(name);
            experiment.observe(name, ERRORS, 0);
            experiment.observe(name, LATENCY, latencyNanos / 1e6);
            markChanged();
        }

        @Override
        public void failure(long latencyNanos, Throwable error) {
            other.failure(latencyNanos, error);
            if (error instanceof InvalidInputException || !inForce.getAsBoolean()) {
                return; // a bad input is the caller's fault, whichever version it meets
            }
            experiment.request(name);
            experiment.observe(name, ERRORS, 1);
            markChanged();
            guard(arm, version);
        }

        @Override
        public void sample(float[] input, float[] output) {
            other.sample(input, output);
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
            alarm.accept(bad, message);
        }
    }

    private synchronized void markChanged() {
        changed = true;
    }

    /** Keeps what came since the last time. A disk that refuses is logged; evidence stays in memory. */
    void keep() {
        ExperimentFile.Kept kept;
        synchronized (this) {
            if (!changed) {
                return;
            }
            changed = false;
            kept = new ExperimentFile.Kept(
                    experiment.state(),
                    guards.stream().map(ErrorGuardrail::state).toList());
        }
        try {
            file.keep(kept);
        } catch (EdgeException e) {
            markChanged();
            LOG.warn("Evidence of an experiment was not kept: {}", e.getMessage());
        }
    }
}
