package io.edgeai.federated.evaluation;

import io.edgeai.core.error.InvalidInputException;

/**
 * What participants measured, as vectors that can be added up unseen: samples, right answers, the loss over all samples in
 * whole parts and 4096ths, and one participant in the twentieth that its accuracy is in. Immutable as long as nobody writes to
 * its array.
 */
public final class ScoreSum {
    private static final int STEPS = 20;
    private static final int SAMPLES = 0;
    private static final int RIGHT = 1;
    private static final int LOSS = 2;
    private static final int LOSS_PARTS = 3;
    private static final int FIRST_STEP = 4;
    private static final double PARTS = 4096;

    /** Numbers of a vector. */
    public static final int SIZE = FIRST_STEP + STEPS;

    private final double[] sum;

    /** @param sum of vectors of {@link #SIZE} numbers; not changed by anyone */
    public ScoreSum(double[] sum) {
        if (sum.length != SIZE) {
            throw new InvalidInputException("A sum of scores has (" + sum.length + ") numbers, not " + SIZE + ".");
        }
        this.sum = sum;
    }

    /**
     * One participant's vector.
     *
     * @param summands most vectors in the sum
     * @throws InvalidInputException where a number is too large for a sum of that many, below 2³¹
     */
    public static float[] vector(int samples, double accuracy, double loss, int summands) {
        ParticipantScore checked = new ParticipantScore("own", samples, accuracy, loss);
        double whole = Math.floor(checked.loss() * samples);
        int most = Integer.MAX_VALUE / Math.max(1, summands);
        if (Math.max(samples, Math.abs(whole)) > most || PARTS > most) {
            throw new InvalidInputException("(" + samples + ") samples with a loss of (" + loss
                    + ") are too much for a sum of " + summands + ". Maybe keep fewer samples to evaluate on.");
        }
        float[] vector = new float[SIZE];
        vector[SAMPLES] = samples;
        vector[RIGHT] = (float) Math.rint(accuracy * samples);
        vector[LOSS] = (float) whole;
        vector[LOSS_PARTS] = (float) Math.rint((loss * samples - whole) * PARTS);
        vector[FIRST_STEP + Math.min(STEPS - 1, (int) (accuracy * STEPS + 1e-9))] = 1;
        return vector;
    }

    long samples() {
        return Math.round(sum[SAMPLES]);
    }

    double accuracy() {
        return sum[RIGHT] / sum[SAMPLES];
    }

    double loss() {
        return (sum[LOSS] + sum[LOSS_PARTS] / PARTS) / sum[SAMPLES];
    }

    /** The lower end of the step in which a quantile of participants' accuracies is, by nearest rank. */
    double quantile(double share) {
        double all = 0;
        for (int i = 0; i < STEPS; i++) {
            all += sum[FIRST_STEP + i];
        }
        int rank = SiteFigures.rank(share, (int) Math.round(all));
        double below = 0;
        for (int i = 0; i < STEPS; i++) {
            below += sum[FIRST_STEP + i];
            if (below > rank) {
                return (double) i / STEPS;
            }
        }
        return Double.NaN;
    }
}
