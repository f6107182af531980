package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans an experiment. Needs a control, a treatment and a metric; by default α is 0.05, the size is open and sharpest at
 * 10,000 pairs. Not thread-safe.
 */
public final class ExperimentBuilder {
    private @Nullable String control;
    private double controlWeight = 1;
    private final List<String> treatments = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private final List<ExperimentState.Metric> metrics = new ArrayList<>();
    private double alpha = 0.05;
    private long sharpestAt = 10_000;
    private long maxPairs;

    ExperimentBuilder() {}

    /** The arm that all others are compared with, and its planned share of the requests, as a weight above 0. */
    public ExperimentBuilder control(String arm, double weight) {
        this.control = arm;
        this.controlWeight = weight;
        return this;
    }

    /** One more arm, and its planned share of the requests, as a weight above 0. */
    public ExperimentBuilder treatment(String arm, double weight) {
        treatments.add(arm);
        weights.add(weight);
        return this;
    }

    /** One more metric in which every treatment is compared with the control. */
    public ExperimentBuilder metric(String name, Direction direction) {
        metrics.add(new ExperimentState.Metric(name, direction));
        return this;
    }

    /** Probability of ever calling an arm better or worse where none is, above 0 and below 1; default 0.05. */
    public ExperimentBuilder alpha(double probability) {
        this.alpha = probability;
        return this;
    }

    /** Pairs at which an open experiment is sharpest, at least 1; default 10,000. Half or double cost little. */
    public ExperimentBuilder sharpestAt(long pairs) {
        this.sharpestAt = pairs;
        return this;
    }

    /** Fixes the size, which makes the experiment more powerful; looks are then free, but no pair beyond counts. */
    public ExperimentBuilder maxPairs(long pairs) {
        this.maxPairs = pairs;
        return this;
    }

    /** @throws InvalidInputException that lists all that is wrong */
    public Experiment build() {
        List<String> wrong = new ArrayList<>();
        Set<String> arms = new HashSet<>(treatments);
        if (control == null || treatments.isEmpty() || metrics.isEmpty()) {
            wrong.add("it needs a control (" + control + "), treatments (" + treatments.size() + ") and metrics ("
                    + metrics.size() + ")");
        }
        if (arms.size() < treatments.size() || arms.contains(control)) {
            wrong.add("an arm occurs twice among (" + control + ") and " + treatments);
        }
        if (metrics.stream().map(ExperimentState.Metric::name).distinct().count() < metrics.size()) {
            wrong.add("a metric occurs twice in " + metrics);
        }
        if (!(alpha > 0 && alpha < 1)) {
            wrong.add("alpha (" + alpha + ") must be above 0 and below 1");
        }
        if (sharpestAt < 1 || maxPairs < 0) {
            wrong.add("sharpestAt (" + sharpestAt + ") must be at least 1 and maxPairs (" + maxPairs + ") at least 0");
        }
        if (!(controlWeight > 0) || weights.stream().anyMatch(weight -> !(weight > 0))) {
            wrong.add("weights (" + controlWeight + ", " + weights + ") must be above 0");
        }
        if (control == null || !wrong.isEmpty()) {
            throw new InvalidInputException(
                    "An experiment cannot be planned: " + String.join("; ", wrong) + ". Maybe correct these.");
        }
        int count = treatments.size() * metrics.size();
        double[] planned = new double[weights.size() + 1];
        planned[0] = controlWeight;
        for (int i = 1; i < planned.length; i++) {
            planned[i] = weights.get(i - 1);
        }
        return Experiment.resume(new ExperimentState(
                new ExperimentState.Plan(control, treatments, metrics, alpha, maxPairs),
                Collections.nCopies(count, ComparisonState.fresh(alpha / count, sharpestAt)),
                new SampleRatio(planned).state()));
    }
}
