package io.edgeai.optimize.prune.solve;

import java.util.Random;

/** Plain matrix algebra for tests, row-major: Gaussian elimination with pivots, no Cholesky. */
final class Dense {
    private Dense() {}

    static double[] times(double[] a, double[] b, int rows, int inner, int columns) {
        double[] product = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                for (int k = 0; k < inner; k++) {
                    product[i * columns + j] += a[i * inner + k] * b[k * columns + j];
                }
            }
        }
        return product;
    }

    static double[] transposed(double[] a, int rows, int columns) {
        double[] t = new double[a.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                t[j * rows + i] = a[i * columns + j];
            }
        }
        return t;
    }

    static double[] positiveDefinite(Random random, int n) {
        double[] root = random.doubles((long) n * n, -1, 1).toArray();
        double[] matrix = times(transposed(root, n, n), root, n, n, n);
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] += 0.1;
        }
        return matrix;
    }

    static double[] solve(double[] matrix, double[] right, int n, int columns) {
        double[] a = matrix.clone();
        double[] x = right.clone();
        for (int p = 0; p < n; p++) {
            int pivot = p;
            for (int r = p + 1; r < n; r++) {
                pivot = Math.abs(a[r * n + p]) > Math.abs(a[pivot * n + p]) ? r : pivot;
            }
            swap(a, p, pivot, n);
            swap(x, p, pivot, columns);
            for (int r = 0; r < n; r++) {
                double factor = r == p ? 0 : a[r * n + p] / a[p * n + p];
                for (int c = 0; c < n; c++) {
                    a[r * n + c] -= factor * a[p * n + c];
                }
                for (int c = 0; c < columns; c++) {
                    x[r * columns + c] -= factor * x[p * columns + c];
                }
            }
        }
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < columns; c++) {
                x[r * columns + c] /= a[r * n + r];
            }
        }
        return x;
    }

    private static void swap(double[] a, int i, int j, int columns) {
        for (int c = 0; c < columns; c++) {
            double kept = a[i * columns + c];
            a[i * columns + c] = a[j * columns + c];
            a[j * columns + c] = kept;
        }
    }
}
