package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;

/**
 * Tests after every pair whether two arms differ in their mean, as often as one likes: the probability that the p-value
 * ever falls to α without a difference is at most α.
 *
 * <p>Takes differences within pairs, one unit of each arm or one request answered by both. Without a difference these
 * are symmetric about 0, whatever the distribution of the values, and given their sizes the signs are fair coins, so that
 * exp(λΣd − λ²Σd²/2) is a supermartingale for every λ (de la Peña 1999). It is mixed over λ ~ N(0, τ²) (Robbins 1970):
 * exact for every n, heavy tails included. τ follows from the sizes of the first 10 differences other than 0, before
 * which there is no evidence, and from the number of pairs at which the test shall be sharpest. The confidence sequence
 * inverts the test: exact where the differences are symmetric about their mean, else asymptotically. Not thread-safe.
 */
public final class SequentialDifference {
    private static final int SCALING = 10;
    private static final int BISECTIONS = 100;

    private final double alpha;
    private final long sharpestAt;
    private final double sharpness;
    private long pairs;
    private long unequal;
    private double mean;
    private double squares;
    private double tau2;
    private double pValue;

    /**
     * What a test has seen, to go on from after a restart.
     *
     * @param alpha 1 − the confidence of the interval, above 0 and below 1
     * @param sharpestAt pairs at which the interval is as narrow as it can be, at least 1
     * @param pairs differences added
     * @param unequal those other than 0
     * @param mean their mean
     * @param squares sum of squared deviations from the mean
     * @param tau2 variance of the mixture, 0 while undecided
     * @param pValue the least so far
     */
    public record State(
            double alpha,
            long sharpestAt,
            long pairs,
            long unequal,
            double mean,
            double squares,
            double tau2,
            double pValue) {
        public State {
            if (!(alpha > 0 && alpha < 1) || sharpestAt < 1) {
                throw new InvalidInputException(
                        "A test needs alpha (" + alpha + ") above 0 and below 1, and sharpestAt (" + sharpestAt
                                + ") of at least 1. Maybe 0.05 and 10000.");
            }
        }
    }

    /**
     * @param alpha 1 − the confidence of the interval, above 0 and below 1
     * @param sharpestAt pairs at which the interval is as narrow as it can be, at least 1; half or double that many cost
     *     little
     */
    public SequentialDifference(double alpha, long sharpestAt) {
        this(new State(alpha, sharpestAt, 0, 0, 0, 0, 0, 1));
    }

    /** Goes on from a state. */
    public SequentialDifference(State state) {
        this.alpha = state.alpha;
        this.sharpestAt = state.sharpestAt;
        double log = -2 * Math.log(alpha);
        this.sharpness = (log + Math.log1p(log)) / sharpestAt;
        this.pairs = state.pairs;
        this.unequal = state.unequal;
        this.mean = state.mean;
        this.squares = state.squares;
        this.tau2 = state.tau2;
        this.pValue = state.pValue;
    }

    public State state() {
        return new State(alpha, sharpestAt, pairs, unequal, mean, squares, tau2, pValue);
    }

    /**
     * Adds the difference within one pair.
     *
     * @throws InvalidInputException where it is not finite
     */
    public void add(double difference) {
        if (!Double.isFinite(difference)) {
            throw new InvalidInputException(
                    "A difference (" + difference + ") must be finite. Maybe leave the pair out.");
        }
        pairs++;
        double off = difference - mean;
        mean += off / pairs;
        squares += off * (difference - mean);
        if (difference != 0 && ++unequal == SCALING) {
            tau2 = sharpness * pairs / raw();
        }
        if (tau2 > 0) {
            pValue = Math.min(pValue, 1 / evidence());
        }
    }

    private double raw() {
        return squares + pairs * mean * mean;
    }

    /** E-value: its expectation without a difference is at most 1 whenever one stops. */
    public double evidence() {
        return evidenceAgainst(0);
    }

    /** E-value against a mean difference of this much; 1 before there is evidence. */
    public double evidenceAgainst(double difference) {
        double off = mean - difference;
        return tau2 == 0 ? 1 : Math.exp(logEvidence(tau2 * pairs * off * off));
    }

    /** @param offset τ²·n·(mean − the difference in question)² */
    private double logEvidence(double offset) {
        double spread = 1 + tau2 * squares + offset;
        return (pairs * offset / spread - Math.log(spread)) / 2;
    }

    /** The least p-value so far, two-sided. */
    public double pValue() {
        return pValue;
    }

    public long pairs() {
        return pairs;
    }

    /** Mean difference. */
    public double mean() {
        return mean;
    }

    /** Of the mean, as if looked at once; NaN below two pairs. */
    public double standardError() {
        return pairs < 2 ? Double.NaN : Math.sqrt(squares / (pairs - 1) / pairs);
    }

    /**
     * A member of a confidence sequence, the differences with evidence below 1/α against them: all members together contain
     * the true mean with probability 1 − α.
     */
    public Interval interval() {
        double half = tau2 == 0 ? Double.POSITIVE_INFINITY : halfWidth();
        return new Interval(mean - half, mean + half);
    }

    private double halfWidth() {
        double low = 0;
        double high = (pairs - 1) * (1 + tau2 * squares); // where the evidence is largest
        if (logEvidence(high) < -Math.log(alpha)) {
            return Double.POSITIVE_INFINITY;
        }
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (logEvidence(middle) < -Math.log(alpha)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(high / (tau2 * pairs));
    }
}
