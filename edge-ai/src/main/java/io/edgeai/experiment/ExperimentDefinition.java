package io.edgeai.experiment;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.Experiment;
import io.edgeai.core.experiment.ExperimentBuilder;
import io.edgeai.core.experiment.ExperimentState.Metric;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.util.List;

/**
 * What an experiment between versions of one model compares: fixed before it begins, kept as JSON while it runs. The first
 * version is the control. Latency and errors are compared without being named. Immutable.
 *
 * @param versions at least two, the control first
 * @param metrics whose outcomes are told; may be empty
 * @param guardErrors probability of ever taking a version that is as good out of the split for its errors, below 1; 0 where
 *     errors are not guarded
 * @param alpha probability of ever calling a version better or worse where none is, above 0 and below 1
 * @param sharpestAt pairs at which an experiment of open size is sharpest, at least 1
 * @param maxPairs the size, 0 for an open one
 */
public record ExperimentDefinition(
        List<Share> versions, List<Metric> metrics, double guardErrors, double alpha, long sharpestAt, long maxPairs) {
    public static final double DEFAULT_ALPHA = 0.05;
    public static final long DEFAULT_SHARPEST_AT = 10_000;

    /** Share of failed requests, 0 to 1; lower is better. */
    public static final String ERRORS = "errors";
    /** Milliseconds of answered requests; lower is better. */
    public static final String LATENCY = "latency";

    private static final String ANY_MODEL = "model";

    /**
     * A version and its share of the requests.
     *
     * @param version its number, at least 1
     * @param weight finite and above 0; shares are weights over their sum
     */
    public record Share(int version, double weight) {}

    /** @throws InvalidInputException where it plans no experiment; lists all that is wrong */
    public ExperimentDefinition {
        versions = List.copyOf(versions);
        metrics = List.copyOf(metrics);
        if (versions.size() < 2) {
            throw new InvalidInputException("An experiment of (" + versions.size()
                    + ") versions compares nothing. Maybe name the control and at least one other.");
        }
        if (!(guardErrors >= 0 && guardErrors < 1)) {
            throw new InvalidInputException(
                    "guardErrors (" + guardErrors + ") must be at least 0 and below 1. Maybe 0.01, or 0 for none.");
        }
        TrafficSplit.of(arms(ANY_MODEL, versions)).arms();
        ExperimentBuilder plan = Experiment.builder()
                .metric(ERRORS, Direction.LOWER_IS_BETTER)
                .metric(LATENCY, Direction.LOWER_IS_BETTER);
        plan.control(name(versions.get(0)), versions.get(0).weight());
        for (Share share : versions.subList(1, versions.size())) {
            plan.treatment(name(share), share.weight());
        }
        apply(plan, metrics, alpha, sharpestAt, maxPairs);
        plan.build().units();
    }

    /** The versions with their weights, the control first. */
    public List<TrafficSplit.Arm> arms(String model) {
        return arms(model, versions);
    }

    /** The control. */
    public VersionRef control(String model) {
        return arms(model).get(0).version();
    }

    /** Adds what is compared to a plan of an experiment between these versions. */
    public void plan(ExperimentBuilder plan) {
        apply(plan, metrics, alpha, sharpestAt, maxPairs);
    }

    private static List<TrafficSplit.Arm> arms(String model, List<Share> versions) {
        return versions.stream()
                .map(share -> new TrafficSplit.Arm(VersionRef.of(model, share.version()), share.weight()))
                .toList();
    }

    private static String name(Share share) {
        return Integer.toString(share.version());
    }

    private static void apply(
            ExperimentBuilder plan, List<Metric> metrics, double alpha, long sharpestAt, long maxPairs) {
        metrics.forEach(metric -> plan.metric(metric.name(), metric.direction()));
        plan.alpha(alpha).sharpestAt(sharpestAt).maxPairs(maxPairs);
    }
}
