package io.edgeai.optimize.correct;

/** Factorizations of symmetric positive definite matrices, row-major. Stateless. */
final class SymmetricMatrix {
    private SymmetricMatrix() {}

    /** Lower L with L·Lᵀ = A; a pivot that rounding made too small counts as 1e-12 of the largest diagonal element. */
    static double[] cholesky(double[] a, int n) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, a[i * n + i]);
        }
        double least = Math.max(1e-12 * largest, Double.MIN_NORMAL);
        double[] l = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i * n + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i * n + k] * l[j * n + k];
                }
                l[i * n + j] = i == j ? Math.sqrt(Math.max(sum, least)) : sum / l[j * n + j];
            }
        }
        return l;
    }

    /** Upper U with Uᵀ·U = A⁻¹. */
    static double[] inverseCholesky(double[] a, int n) {
        double[] reversed = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                reversed[i * n + j] = a[(n - 1 - i) * n + n - 1 - j];
            }
        }
        double[] l = cholesky(reversed, n);
        double[] inverse = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                double factor = l[i * n + k];
                for (int j = 0; j <= k; j++) {
                    inverse[i * n + j] -= factor * inverse[k * n + j];
                }
            }
            for (int j = 0; j < i; j++) {
                inverse[i * n + j] /= l[i * n + i];
            }
            inverse[i * n + i] = 1 / l[i * n + i];
        }
        double[] upper = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                upper[i * n + j] = inverse[(n - 1 - i) * n + n - 1 - j];
            }
        }
        return upper;
    }
}
