package io.edgeai.monitor.estimate;

import io.edgeai.core.error.InvalidInputException;

/**
 * Watches labels that come late, few or many, for evidence that confidences are no longer worth what they were: concept
 * drift. Eighteen gamblers bet on rows being right more or less often than expected, over all rows, those of high and
 * those of low confidence; where their mean wealth reaches 1 / α the expectation is refuted. By Ville's inequality that
 * happens with a chance of at most α ever, however long it is watched and whenever one looks. Not thread-safe.
 */
public final class CalibrationWatch {
    private static final double[] STAKES = {-1, -0.5, -0.25, 0.25, 0.5, 1};
    private static final double MOST = 0.999;

    private final double[] logWealth = new double[3 * STAKES.length];
    private final double middle;
    private final double tolerance;
    private final double limit;
    private long labels;
    private boolean refuted;

    /**
     * @param middle expected share of right answers from which on a row counts as one of high confidence
     * @param tolerance by which the share of right answers may differ from what is expected, in all and in each group, e.g.
     *     0.03: what was learnt from some thousand rows is no more exact
     * @param falseRefusals α, the chance of ever refuting an expectation that holds; above 0 and below 1
     */
    public CalibrationWatch(double middle, double tolerance, double falseRefusals) {
        if (!(tolerance >= 0 && tolerance < 0.5 && falseRefusals > 0 && falseRefusals < 1)) {
            throw new InvalidInputException("Tolerance (" + tolerance + ") is not in 0 to 0.5, or the chance of a false"
                    + " refusal (" + falseRefusals + ") not between 0 and 1. Maybe use 0.03 and 0.01.");
        }
        this.middle = middle;
        this.tolerance = tolerance;
        this.limit = Math.log(1 / falseRefusals);
    }

    /**
     * Takes a label: what was expected of the row, 0 to 1, and whether the answer was right.
     *
     * @throws InvalidInputException for an expectation that is no chance
     */
    public void add(double expected, boolean correct) {
        if (!(expected >= 0 && expected <= 1)) {
            throw new InvalidInputException("Expected chance (" + expected
                    + ") of a right answer is not in 0 to 1. Maybe leave out rows without confidence.");
        }
        labels++;
        double right = correct ? 1 : 0;
        double less = right - Math.min(MOST, Math.max(1 - MOST, expected - tolerance));
        double more = right - Math.min(MOST, Math.max(1 - MOST, expected + tolerance));
        int group = expected >= middle ? 1 : 2;
        for (int s = 0; s < STAKES.length; s++) {
            double gain = Math.log1p(STAKES[s] * (STAKES[s] < 0 ? less : more));
            logWealth[s] += gain;
            logWealth[group * STAKES.length + s] += gain;
        }
        refuted |= evidence() >= limit;
    }

    /** The logarithm of the mean wealth; falls below 0 while the expectation holds. */
    public double evidence() {
        double most = Double.NEGATIVE_INFINITY;
        for (double log : logWealth) {
            most = Math.max(most, log);
        }
        double sum = 0;
        for (double log : logWealth) {
            sum += Math.exp(log - most);
        }
        return most + Math.log(sum / logWealth.length);
    }

    /** Whether the expectation has been refuted, once and for all. */
    public boolean refuted() {
        return refuted;
    }

    /** How many labels came. */
    public long labels() {
        return labels;
    }
}
