package io.edgeai.monitor.drift;

/**
 * How much a column changed, whatever the p-value says: with many rows the smallest change is significant, with few a
 * large one is not. NaN where it does not apply or too few values are there.
 *
 * @param wasserstein distance of the numbers in standard deviations of the reference
 * @param jensenShannon divergence in bits, 0 to 1; numbers by the deciles of the reference
 * @param unseenShare share of the current names that the reference does not have
 * @param minimumDetectable shift of the mean, in standard deviations, that a test at 5 % finds in four of five cases with
 *     so many values: what stays hidden is smaller
 */
public record EffectSizes(double wasserstein, double jensenShannon, double unseenShare, double minimumDetectable) {
    static final EffectSizes NONE = new EffectSizes(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    private static final double POWER_80 = 2.8; // z of 97.5 % and of 80 %

    /** 2.8·√(1/n + 1/m): 0.56 for 50 against 50 values, 0.13 for 1000 against 1000. */
    public static double minimumDetectable(int n, int m) {
        return POWER_80 * Math.sqrt(1.0 / n + 1.0 / m);
    }
}
