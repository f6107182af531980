package io.edgeai.samples.bench;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;

/**
 * The ratio of two paired measurements and how sure it is: the geometric mean over rounds, with a percentile bootstrap
 * over rounds (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13).
 *
 * @param ratio second over first
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param rounds pairs it rests on
 */
public record RatioInterval(double ratio, double low, double high, int rounds) {
    private static final int RESAMPLES = 2_000;

    /**
     * @param first one positive number for each round
     * @param second as many
     * @param seed of the resampling; the same seed gives the same interval
     */
    public static RatioInterval of(double[] first, double[] second, long seed) {
        if (first.length != second.length || first.length == 0) {
            throw new InvalidInputException(
                    "Rounds must be paired and at least one: (" + first.length + ", " + second.length + ").");
        }
        double[] logs = new double[first.length];
        Arrays.setAll(logs, i -> Math.log(second[i] / first[i]));
        Random random = new Random(seed);
        double[] means = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            double sum = 0;
            for (int i = 0; i < logs.length; i++) {
                sum += logs[random.nextInt(logs.length)];
            }
            means[b] = sum / logs.length;
        }
        Arrays.sort(means);
        return new RatioInterval(
                Math.exp(Arrays.stream(logs).average().orElse(0)),
                Math.exp(means[(int) (RESAMPLES * 0.025)]),
                Math.exp(means[(int) (RESAMPLES * 0.975) - 1]),
                logs.length);
    }

    /** Whether 1 lies outside the interval. */
    public boolean clear() {
        return low > 1 || high < 1;
    }
}
