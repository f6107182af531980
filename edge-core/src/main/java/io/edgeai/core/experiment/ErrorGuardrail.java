package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Raises the alarm where one version fails more often than its traffic explains. Needs no rate known beforehand: where
 * both fail equally often, an error is the canary's with the probability that a request is, however rare errors are and
 * however that changes with time. Each error bets against this, on odds 2, 5, 15 and 50 times as high, from the first
 * error on with 0.8 of the stake and from each later one with a part of the rest, so that a version that turns bad late
 * is found too. What the bets are worth is an e-process (Ramdas et al. 2023): the probability of a false alarm, ever, is
 * at most α.
 *
 * <p>At α = 0.01 and 5 % of the traffic, an error rate that is 5 % instead of 0.1 % is found within a median of 55 canary
 * requests, 187 at 99 %; where it turned bad after a million good requests, 180 and 388. Not thread-safe.
 */
public final class ErrorGuardrail {
    private static final double[] ODDS = {2, 5, 15, 50};
    private static final double FIRST_STAKE = 0.8;
    private static final double MOST = 1e300;

    private final double alpha;
    private final double[] worth;
    private long canaryErrors;
    private long otherErrors;
    private double evidence;

    /**
     * What a guardrail has seen, to go on from after a restart.
     *
     * @param alpha probability of ever raising a false alarm
     * @param canaryErrors errors of the canary
     * @param otherErrors errors of what it is compared with
     * @param worth of the four bets, without stakes not yet placed
     * @param evidence the most there ever was
     */
    public record State(double alpha, long canaryErrors, long otherErrors, List<Double> worth, double evidence) {
        public State {
            if (!(alpha > 0 && alpha < 1) || worth.size() != ODDS.length) {
                throw new InvalidInputException("A guardrail needs alpha (" + alpha + ") above 0 and below 1 and ("
                        + ODDS.length + ") bets, not " + worth.size() + ". Maybe 0.01.");
            }
            worth = List.copyOf(worth);
        }
    }

    /** @param alpha probability of ever raising a false alarm, above 0 and below 1 */
    public ErrorGuardrail(double alpha) {
        this(new State(alpha, 0, 0, Collections.nCopies(ODDS.length, 0.0), 1));
    }

    /** Goes on from a state. */
    public ErrorGuardrail(State state) {
        this.alpha = state.alpha;
        this.canaryErrors = state.canaryErrors;
        this.otherErrors = state.otherErrors;
        this.worth = state.worth.stream().mapToDouble(one -> one).toArray();
        this.evidence = state.evidence;
    }

    public State state() {
        return new State(
                alpha, canaryErrors, otherErrors, Arrays.stream(worth).boxed().toList(), evidence);
    }

    /**
     * Adds one error.
     *
     * @param canary whether the canary made it
     * @param share the canary's share of the requests when it was made, above 0 and below 1
     */
    public void error(boolean canary, double share) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidInputException("The canary's share (" + share
                    + ") of the requests must be above 0 and below 1. Maybe there is nothing to compare it with.");
        }
        if (canary) {
            canaryErrors++;
        } else {
            otherErrors++;
        }
        double errors = canaryErrors + otherErrors;
        double stake = errors == 1 ? FIRST_STAKE : (1 - FIRST_STAKE) / (errors * (errors - 1));
        for (int i = 0; i < ODDS.length; i++) {
            double pays = (canary ? ODDS[i] : 1) / (ODDS[i] * share + 1 - share);
            worth[i] = Math.min(MOST, (worth[i] + stake) * pays);
        }
        double kept = (1 - FIRST_STAKE) / errors;
        evidence = Math.max(evidence, Arrays.stream(worth).sum() / ODDS.length + kept);
    }

    /**
     * What guardrails of the same two versions, each of the requests of its own place, are worth together: the product over
     * places of each bet, averaged over the bets. An e-process as each of them is, since an error moves one place's bets
     * only, and for one place its own.
     */
    public static double pooled(List<State> places) {
        double sum = 0;
        for (int i = 0; i < ODDS.length; i++) {
            double log = 0;
            for (State place : places) {
                long errors = place.canaryErrors() + place.otherErrors();
                double kept = errors == 0 ? 1 : (1 - FIRST_STAKE) / errors;
                log += Math.log(place.worth().get(i) + kept);
            }
            sum += Math.exp(log);
        }
        return sum / ODDS.length;
    }

    /** Whether the evidence ever reached 1/α. */
    public boolean alarmed() {
        return evidence >= 1 / alpha;
    }

    /** The least p-value so far. */
    public double pValue() {
        return 1 / evidence;
    }

    public long canaryErrors() {
        return canaryErrors;
    }

    public long otherErrors() {
        return otherErrors;
    }
}
