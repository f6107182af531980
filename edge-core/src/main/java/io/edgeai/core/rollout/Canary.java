package io.edgeai.core.rollout;

import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.DifferencePool;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ErrorGuardrail;
import io.edgeai.core.experiment.Experiment;
import io.edgeai.core.experiment.ExperimentState;
import io.edgeai.core.experiment.Outcome;
import io.edgeai.core.experiment.SequentialDifference;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A new version on its way to all traffic, as a state machine without threads or files: hears of every request, says which
 * share the version gets now, and takes it back once it fails more often ({@link ErrorGuardrail}) or answers more slowly
 * than the plan allows (a sequential comparison of latencies, looked at by {@link #advance}). Where several processes serve
 * the same canary, {@link #join} has each judge by what all have seen. Thread-safe.
 */
public final class Canary {
    private static final String BEFORE = "before";
    private static final String CANARY = "canary";
    private static final String LATENCY = "latency";
    private static final double ERRORS_PART = 0.9;

    private final CanaryPlan plan;
    private final Clock clock;
    private final ErrorGuardrail errors;
    private final Experiment latency;
    private int step;
    private long stepRequests;
    private long stepBegan;
    private long requests;
    private CanaryStatus status;
    private String reason;
    private List<State> others = List.of();
    private double errorsEvidence = 1;
    private double latencyPValue = 1;

    /**
     * A canary as it stands, fit for JSON.
     *
     * @param step from 0
     * @param stepRequests that it answered or failed in this step
     * @param stepBegan milliseconds since 1970
     * @param requests that it answered or failed in all
     * @param errors evidence of errors
     * @param latency evidence of slowness
     * @param reason why it was taken back; empty where it was not
     */
    public record State(
            int step,
            long stepRequests,
            long stepBegan,
            long requests,
            ErrorGuardrail.State errors,
            ExperimentState latency,
            CanaryStatus status,
            String reason) {}

    /**
     * What is known of a canary, by all processes together.
     *
     * @param share of the requests it gets now, 0 to 1
     * @param requests it answered or failed
     * @param errors it made
     * @param errorsBefore errors of the version before
     * @param errorsPValue probability of such evidence, ever, of a version as good
     * @param slower milliseconds by which it is slower than what the plan allows; negative where all is well
     * @param reason why it was taken back; empty where it was not
     */
    public record Report(
            CanaryStatus status,
            double share,
            long requests,
            long errors,
            long errorsBefore,
            double errorsPValue,
            ComparisonReport slower,
            String reason) {}

    /** @param clock dates steps */
    public Canary(CanaryPlan plan, Clock clock) {
        this(
                plan,
                clock,
                new State(
                        0,
                        0,
                        clock.millis(),
                        0,
                        new ErrorGuardrail(plan.falseAlarms() * ERRORS_PART).state(),
                        Experiment.builder()
                                .control(BEFORE, 1)
                                .treatment(CANARY, 1)
                                .metric(LATENCY, Direction.LOWER_IS_BETTER)
                                .alpha(plan.falseAlarms() * (1 - ERRORS_PART))
                                .sharpestAt(plan.requests())
                                .build()
                                .state(),
                        CanaryStatus.RUNNING,
                        ""));
    }

    /** Goes on from a state. */
    public Canary(CanaryPlan plan, Clock clock, State state) {
        this.plan = plan;
        this.clock = clock;
        this.step = state.step();
        this.stepRequests = state.stepRequests();
        this.stepBegan = state.stepBegan();
        this.requests = state.requests();
        this.errors = new ErrorGuardrail(state.errors());
        this.latency = Experiment.resume(state.latency());
        this.status = state.status();
        this.reason = state.reason();
    }

    public synchronized State state() {
        return new State(step, stepRequests, stepBegan, requests, errors.state(), latency.state(), status, reason);
    }

    /**
     * What the other processes have seen so far, each by all it has told; takes the place of what was joined before. A version
     * that one of them has taken back is taken back here, and a step that one of them has reached begins here.
     */
    public synchronized CanaryStatus join(List<State> parts) {
        others = List.copyOf(parts);
        if (status != CanaryStatus.RUNNING) {
            return status;
        }
        for (State other : others) {
            if (other.status() == CanaryStatus.ROLLED_BACK) {
                rollBack("was taken back elsewhere: " + other.reason());
                return status;
            }
            if (other.step() > step && other.step() < plan.shares().size()) {
                step = other.step();
                stepRequests = 0;
                stepBegan = other.stepBegan();
            }
        }
        judgeErrors();
        return status;
    }

    /** Share of the requests that the new version gets now: 0 once taken back or ended, 1 once passed. */
    public synchronized double share() {
        return switch (status) {
            case RUNNING -> plan.shares().get(step);
            case PASSED -> 1;
            case ROLLED_BACK, ENDED -> 0;
        };
    }

    public synchronized CanaryStatus status() {
        return status;
    }

    /** A request was answered, by the new version or the one before, after this many nanoseconds. */
    public synchronized void answered(boolean canary, long nanos) {
        if (status == CanaryStatus.RUNNING) {
            double millis = nanos / 1e6;
            latency.observe(canary ? CANARY : BEFORE, LATENCY, canary ? millis : millis * (1 + plan.slower()));
            count(canary);
        }
    }

    /** A request failed; at once takes the new version back where that is too much. */
    public synchronized CanaryStatus failed(boolean canary) {
        if (status == CanaryStatus.RUNNING) {
            errors.error(canary, share());
            count(canary);
            judgeErrors();
        }
        return status;
    }

    private void judgeErrors() {
        if (errorsEvidence() >= 1 / errors.state().alpha()) {
            rollBack("failed (" + canaryErrors() + ") of (" + requests()
                    + ") requests where the version before failed (" + errorsBefore() + ") times, p = "
                    + 1 / errorsEvidence);
        }
    }

    private double errorsEvidence() {
        if (others.isEmpty()) {
            errorsEvidence = Math.max(errorsEvidence, 1 / errors.pValue());
        } else {
            List<ErrorGuardrail.State> all =
                    new ArrayList<>(others.stream().map(State::errors).toList());
            all.add(errors.state());
            errorsEvidence = Math.max(errorsEvidence, ErrorGuardrail.pooled(all));
        }
        return errorsEvidence;
    }

    private long requests() {
        return requests + others.stream().mapToLong(State::requests).sum();
    }

    private long canaryErrors() {
        return errors.canaryErrors()
                + others.stream()
                        .mapToLong(other -> other.errors().canaryErrors())
                        .sum();
    }

    private long errorsBefore() {
        return errors.otherErrors()
                + others.stream()
                        .mapToLong(other -> other.errors().otherErrors())
                        .sum();
    }

    private long stepRequests() {
        return stepRequests
                + others.stream()
                        .filter(other -> other.step() == step)
                        .mapToLong(State::stepRequests)
                        .sum();
    }

    private void count(boolean canary) {
        if (canary) {
            requests++;
            stepRequests++;
        }
    }

    /** Goes to the next step where this one is done, or takes the version back where it is too slow; call it at times. */
    public synchronized CanaryStatus advance() {
        if (status != CanaryStatus.RUNNING) {
            return status;
        }
        ComparisonReport slow = slowness();
        if (slow.outcome() == Outcome.WORSE) {
            rollBack("is slower than " + (1 + plan.slower()) + " times the version before, by another "
                    + slow.difference() + " ms, p = " + slow.pValue());
        } else if (stepRequests() >= plan.requests()
                && clock.millis() - stepBegan >= plan.time().toMillis()) {
            if (step + 1 == plan.shares().size()) {
                status = CanaryStatus.PASSED;
            } else {
                step++;
                stepRequests = 0;
                stepBegan = clock.millis();
            }
        }
        return status;
    }

    /** Gives up where it is still running, because the world around it changed. */
    public synchronized void end() {
        if (status == CanaryStatus.RUNNING) {
            status = CanaryStatus.ENDED;
        }
    }

    /** Takes the version back for a reason of the host's, e.g. an alert. */
    public synchronized void rollBack(String why) {
        if (status == CanaryStatus.RUNNING) {
            status = CanaryStatus.ROLLED_BACK;
            reason = why;
        }
    }

    public synchronized Report report() {
        return new Report(
                status, share(), requests(), canaryErrors(), errorsBefore(), 1 / errorsEvidence(), slowness(), reason);
    }

    private ComparisonReport slowness() {
        ComparisonReport own = latency.report().of(CANARY, LATENCY);
        if (others.isEmpty()) {
            return own;
        }
        List<SequentialDifference.State> places = new ArrayList<>(
                others.stream().map(other -> difference(other.latency())).toList());
        places.add(difference(latency.state()));
        DifferencePool pool = new DifferencePool(places);
        latencyPValue = Math.min(latencyPValue, 1 / pool.evidence());
        boolean found = latencyPValue <= plan.falseAlarms() * (1 - ERRORS_PART);
        Outcome outcome =
                !found || pool.sign() == 0 ? Outcome.UNDECIDED : pool.sign() > 0 ? Outcome.WORSE : Outcome.BETTER;
        return new ComparisonReport(
                CANARY, LATENCY, pool.pairs(), pool.mean(), pool.interval(), latencyPValue, outcome);
    }

    private static SequentialDifference.State difference(ExperimentState latency) {
        return latency.comparisons().get(0).difference();
    }
}
