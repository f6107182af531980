package io.edgeai.monitor.drift;

/**
 * How one column changed. Numbers that do not apply (a median of names, a test on too few values) are NaN.
 *
 * @param name of the column
 * @param categorical names of levels instead of numbers
 * @param referenceCount values in the reference
 * @param currentCount values now
 * @param pValue chance of a difference like this if nothing changed; NaN where fewer than 30 values on one side
 * @param adjustedPValue corrected for the number of columns (Benjamini–Hochberg)
 * @param drifted whether the adjusted p-value is at most the test's level
 * @param ksDistance largest distance of the empirical distribution functions
 * @param ksPValue of the Kolmogorov–Smirnov test alone
 * @param psi population stability index over ten reference deciles, or over the levels; grows by chance as samples
 *     shrink, so it is no verdict
 * @param medianShift change of the median in interquartile ranges of the reference
 * @param logSpreadRatio natural logarithm of standard deviation now over before
 * @param effects how much it changed
 */
public record ColumnDrift(
        String name,
        boolean categorical,
        int referenceCount,
        int currentCount,
        double pValue,
        double adjustedPValue,
        boolean drifted,
        double ksDistance,
        double ksPValue,
        double psi,
        double medianShift,
        double logSpreadRatio,
        EffectSizes effects) {
    /** Whether there were enough values for a test. */
    public boolean tested() {
        return !Double.isNaN(pValue);
    }

    ColumnDrift adjusted(double adjusted, double level) {
        return new ColumnDrift(
                name,
                categorical,
                referenceCount,
                currentCount,
                pValue,
                adjusted,
                adjusted <= level,
                ksDistance,
                ksPValue,
                psi,
                medianShift,
                logSpreadRatio,
                effects);
    }
}
