package io.edgeai.optimize.prune.solve;

/**
 * Least squares with a ridge that draws towards given weights: minimizes the mean of {@code |x·w + b − y|²} plus
 * {@code ridge·s·|w − w₀|²}, where s is the mean variance of the features.
 */
final class Solution {
    final double[] weights;
    final double[] bias;

    private Solution(double[] weights, double[] bias) {
        this.weights = weights;
        this.bias = bias;
    }

    /** @param intercept whether there is a bias; without one the bias returned is zero */
    static Solution of(Moments moments, double[] start, double ridge, boolean intercept) {
        int n = moments.features;
        int m = moments.results;
        double[] normal = moments.covariance(intercept);
        double[] right = moments.cross(intercept);
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += normal[i * n + i];
        }
        double extra = Math.max(ridge * trace / Math.max(1, n), 1e-12);
        for (int i = 0; i < n; i++) {
            normal[i * n + i] += extra;
            for (int o = 0; o < m; o++) {
                right[i * m + o] += extra * start[i * m + o];
            }
        }
        double[] weights = n == 0 ? new double[0] : new Cholesky(normal, n).solve(right, m);
        double[] bias = new double[m];
        for (int o = 0; intercept && o < m; o++) {
            bias[o] = moments.meanY(o);
            for (int i = 0; i < n; i++) {
                bias[o] -= moments.meanX(i) * weights[i * m + o];
            }
        }
        return new Solution(weights, bias);
    }
}
