package io.edgeai.monitor.estimate;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Estimates accuracy without labels. Labelled reference rows teach how often an answer of a given confidence is right; the
 * mean of that over unlabelled rows is their expected accuracy. With features the reference is weighted to look like the
 * current rows first, so that also what confidence alone does not tell is accounted for, as long as it depends on the
 * features only.
 *
 * <p>What cannot be seen without labels is a change of what is right for the same input (concept drift). It is
 * refused by {@link CalibrationWatch} once some labels come. An estimate is refused too where the reference was not
 * stable in itself (rows are to be given in the order of time), where more than 5 % of the current confidences are such
 * as hardly any reference row has, or where too few reference rows resemble the current ones. Immutable and thread-safe.
 */
public final class AccuracyEstimator {
    /** The fewest labelled rows. */
    public static final int MIN_REFERENCE = 500;
    /** The fewest rows that are estimated. */
    public static final int MIN_CURRENT = 100;

    private static final int RESAMPLES = 100;
    private static final double NORMAL_95 = 1.959964;
    private static final double UNSTABLE = 3.5;
    private static final int NEIGHBOURS = 20;
    private static final double MOST_UNSUPPORTED = 0.05;
    private static final double LEAST_EFFECTIVE = 200;

    private final LabelledRows reference;
    private final Calibration plain;
    private final String instability;
    private final long seed;

    private AccuracyEstimator(LabelledRows reference, String instability, long seed) {
        this.reference = reference;
        this.plain = Calibration.fit(reference.confidences(), reference.right(), ones(reference.size()));
        this.instability = instability;
        this.seed = seed;
    }

    /**
     * Learns from confidences alone, seed 1.
     *
     * @param confidences of the answers given, in any unit that rises with certainty, in the order of time
     * @param correct whether each answer was right
     * @throws InvalidInputException for fewer than 500 rows, or confidences that are not finite
     */
    public static AccuracyEstimator fit(double[] confidences, boolean[] correct) {
        return fit(confidences, new double[confidences.length][0], correct, 1);
    }

    /**
     * Learns from confidences and features.
     *
     * @param features of the inputs, as many in each row
     * @param seed of the resamples behind intervals
     * @throws InvalidInputException as above
     */
    public static AccuracyEstimator fit(double[] confidences, double[][] features, boolean[] correct, long seed) {
        LabelledRows all = LabelledRows.of(confidences, correct, features);
        if (all.size() < MIN_REFERENCE) {
            throw new InvalidInputException("Labelled rows (" + all.size() + ") are fewer than " + MIN_REFERENCE
                    + ". Maybe wait for more labels.");
        }
        return new AccuracyEstimator(all, instability(confidences, features, correct), seed);
    }

    /** Whether the first half of the reference would have misjudged the second. */
    private static String instability(double[] confidences, double[][] features, boolean[] correct) {
        int half = correct.length / 2;
        LabelledRows first = LabelledRows.of(
                Arrays.copyOf(confidences, half), Arrays.copyOf(correct, half), Arrays.copyOf(features, half));
        Calibration learnt = Calibration.fit(first.confidences(), first.right(), ones(half));
        double expected = 0;
        double real = 0;
        double variance = 0;
        for (int i = half; i < correct.length; i++) {
            double p = learnt.at(confidences[i]);
            expected += p;
            variance += 2 * p * (1 - p); // once for these rows, once for those it was learnt from
            real += correct[i] ? 1 : 0;
        }
        int rows = correct.length - half;
        return Math.abs(real - expected) <= UNSTABLE * Math.sqrt(variance) + 0.005 * rows
                ? ""
                : String.format(
                        Locale.ROOT,
                        "In the second half of the reference %.1f %% of the answers were right, where the first half"
                                + " lets %.1f %% expect: what is right changed in between.",
                        100 * real / rows,
                        100 * expected / rows);
    }

    /** The share of right answers to expect for a confidence, as the reference has it. */
    public double expected(double confidence) {
        return plain.at(confidence);
    }

    /** The share to expect for the median confidence of the reference. */
    public double typical() {
        return plain.at(reference.confidences()[reference.size() / 2]);
    }

    /**
     * Estimates rows by their confidences alone.
     *
     * @throws InvalidInputException where a confidence is not finite
     */
    public AccuracyEstimate estimate(double[] confidences) {
        return judge(confidences, new double[confidences.length][0], ones(reference.size()));
    }

    /**
     * Estimates rows by their confidences and features.
     *
     * @throws InvalidInputException where a value is not finite or there are not as many features as in the reference
     */
    public AccuracyEstimate estimate(double[] confidences, double[][] features) {
        int width = reference.features()[0].length;
        if (features.length != confidences.length || (features.length > 0 && features[0].length != width)) {
            throw new InvalidInputException("There are (" + confidences.length + ") confidences and (" + features.length
                    + ") rows of features, (" + width + ") wanted in each. Maybe fit the estimator with features.");
        }
        LabelledRows.requireFinite(confidences, features);
        boolean weighted = width > 0 && confidences.length >= MIN_CURRENT;
        return judge(
                confidences,
                features,
                weighted ? DensityRatio.weights(reference.features(), features) : ones(reference.size()));
    }

    private AccuracyEstimate judge(double[] confidences, double[][] features, double[] weights) {
        LabelledRows.requireFinite(confidences, features);
        int n = confidences.length;
        if (n < MIN_CURRENT) {
            return AccuracyEstimate.refused(n, "There are " + n + " rows, fewer than " + MIN_CURRENT + ".");
        }
        if (!instability.isEmpty()) {
            return AccuracyEstimate.refused(n, instability);
        }
        double unsupported = unsupported(confidences);
        if (unsupported > MOST_UNSUPPORTED) {
            return AccuracyEstimate.refused(
                    n, Math.round(100 * unsupported) + " % of the confidences are such as the reference hardly has.");
        }
        double effective = effective(weights);
        if (effective < LEAST_EFFECTIVE) {
            return AccuracyEstimate.refused(
                    n, "Only about " + Math.round(effective) + " reference rows resemble the current ones.");
        }
        return estimate(confidences, weights);
    }

    private AccuracyEstimate estimate(double[] confidences, double[] weights) {
        int n = confidences.length;
        Calibration learnt = Calibration.fit(reference.confidences(), reference.right(), weights);
        double accuracy = 0;
        double chance = 0;
        for (double confidence : confidences) {
            double p = learnt.at(confidence);
            accuracy += p / n;
            chance += p * (1 - p) / n / n;
        }
        double error = Math.sqrt(chance + resampled(confidences, weights));
        return new AccuracyEstimate(
                n, accuracy, Math.max(0, accuracy - NORMAL_95 * error), Math.min(1, accuracy + NORMAL_95 * error), "");
    }

    /** The variance of the estimate over resamples of the reference. */
    private double resampled(double[] confidences, double[] weights) {
        Random random = new Random(seed);
        double[] drawn = new double[weights.length];
        double mean = 0;
        double squares = 0;
        for (int b = 1; b <= RESAMPLES; b++) {
            Arrays.fill(drawn, 0);
            for (int i = 0; i < drawn.length; i++) {
                int row = random.nextInt(drawn.length);
                drawn[row] += weights[row];
            }
            Calibration learnt = Calibration.fit(reference.confidences(), reference.right(), drawn);
            double accuracy = 0;
            for (double confidence : confidences) {
                accuracy += learnt.at(confidence) / confidences.length;
            }
            double off = accuracy - mean;
            mean += off / b;
            squares += off * (accuracy - mean);
        }
        return squares / (RESAMPLES - 1);
    }

    /** The share of confidences with less than a fair number of reference rows around: a tenth of as many as of current ones. */
    private double unsupported(double[] confidences) {
        double[] now = confidences.clone();
        Arrays.sort(now);
        int alone = 0;
        for (int from = 0; from < now.length; from += NEIGHBOURS) {
            int to = Math.min(now.length, from + NEIGHBOURS);
            int known = count(now[from], now[to - 1]);
            alone += known * 10L * now.length < (long) (to - from) * reference.size() ? to - from : 0;
        }
        return (double) alone / now.length;
    }

    /** Reference rows with a confidence in this range. */
    private int count(double low, double high) {
        double[] known = reference.confidences();
        return place(known, high, true) - place(known, low, false);
    }

    /** How many values are below, or at most, a limit. */
    private static int place(double[] sorted, double limit, boolean including) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit || (including && sorted[middle] == limit)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double effective(double[] weights) {
        double sum = 0;
        double squares = 0;
        for (double weight : weights) {
            sum += weight;
            squares += weight * weight;
        }
        return sum * sum / squares;
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }
}
