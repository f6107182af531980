package io.edgeai.monitor.drift;

/**
 * A distance between two samples and what it is worth.
 *
 * @param measure which distance
 * @param referenceCount values in the reference
 * @param currentCount values now
 * @param distance Wasserstein in the unit of the values, Jensen–Shannon in bits, the root of the squared mean discrepancy
 *     for embeddings (0 to about 1); NaN where fewer than 30 values on one side
 * @param pValue chance of such a distance between samples of these sizes if nothing changed, by permutation; NaN likewise
 * @param drifted whether the p-value is at most the test's level
 */
public record DistanceDrift(
        String measure, int referenceCount, int currentCount, double distance, double pValue, boolean drifted) {
    /** Whether there were enough values for a test. */
    public boolean tested() {
        return !Double.isNaN(pValue);
    }
}
