package io.edgeai.optimize.prune.solve;

import io.edgeai.core.error.InvalidInputException;

/** Factorization of symmetric positive definite matrices, in double precision, row-major in one array. */
public final class Cholesky {
    private final double[] lower;
    private final int size;

    /**
     * Factors a covariance: where rounding has left it not positive definite, its diagonal is raised by the least of
     * 1e-9, 1e-8, … of its mean that helps.
     */
    public static Cholesky ofCovariance(double[] matrix, int size) {
        double mean = 0;
        for (int i = 0; i < size; i++) {
            mean += Math.abs(matrix[i * size + i]) / size;
        }
        double[] raised = matrix.clone();
        for (double share = 1e-9; share < 1; share *= 10) {
            try {
                return new Cholesky(raised, size);
            } catch (InvalidInputException e) {
                for (int i = 0; i < size; i++) {
                    raised[i * size + i] = matrix[i * size + i] + Math.max(share * mean, 1e-30);
                }
            }
        }
        return new Cholesky(raised, size);
    }

    /** @throws InvalidInputException where the matrix is not positive definite */
    Cholesky(double[] matrix, int size) {
        this.size = size;
        this.lower = matrix.clone();
        for (int i = 0; i < size; i++) {
            int row = i * size;
            for (int j = 0; j <= i; j++) {
                int other = j * size;
                double sum = lower[row + j];
                for (int k = 0; k < j; k++) {
                    sum -= lower[row + k] * lower[other + k];
                }
                if (i == j) {
                    if (!(sum > 0)) {
                        throw new InvalidInputException("Matrix of size (" + size + ") is not positive definite at row "
                                + i + ". Maybe the ridge is 0 and channels repeat each other.");
                    }
                    lower[row + i] = Math.sqrt(sum);
                } else {
                    lower[row + j] = sum / lower[other + j];
                }
            }
        }
    }

    /** Solves for several right-hand sides, {@code right[size × columns]}; returns the solutions in that layout. */
    public double[] solve(double[] right, int columns) {
        double[] x = right.clone();
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < i; k++) {
                subtract(x, i, k, lower[i * size + k], columns);
            }
            scale(x, i, 1 / lower[i * size + i], columns);
        }
        for (int i = size - 1; i >= 0; i--) {
            for (int k = i + 1; k < size; k++) {
                subtract(x, i, k, lower[k * size + i], columns);
            }
            scale(x, i, 1 / lower[i * size + i], columns);
        }
        return x;
    }

    /** The inverse of the matrix. */
    double[] inverse() {
        double[] unit = new double[size * size];
        for (int i = 0; i < size; i++) {
            unit[i * size + i] = 1;
        }
        return solve(unit, size);
    }

    private static void subtract(double[] x, int row, int other, double factor, int columns) {
        if (factor == 0) {
            return;
        }
        int at = row * columns;
        int from = other * columns;
        for (int c = 0; c < columns; c++) {
            x[at + c] -= factor * x[from + c];
        }
    }

    private static void scale(double[] x, int row, double factor, int columns) {
        for (int c = 0; c < columns; c++) {
            x[row * columns + c] *= factor;
        }
    }
}
