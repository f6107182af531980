package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import java.util.Arrays;

/** Small dense linear algebra on rows of doubles, done once while importing. Stateless. */
final class Matrices {
    private Matrices() {}

    static double[][] transpose(double[][] a) {
        int width = a.length == 0 ? 0 : a[0].length;
        double[][] t = new double[width][a.length];
        for (int r = 0; r < a.length; r++) {
            for (int c = 0; c < width; c++) {
                t[c][r] = a[r][c];
            }
        }
        return t;
    }

    static double[][] multiply(double[][] a, double[][] b) {
        int inner = b.length;
        int width = inner == 0 ? 0 : b[0].length;
        double[][] product = new double[a.length][width];
        for (int r = 0; r < a.length; r++) {
            for (int k = 0; k < inner; k++) {
                double factor = a[r][k];
                for (int c = 0; c < width; c++) {
                    product[r][c] += factor * b[k][c];
                }
            }
        }
        return product;
    }

    static double[] multiply(double[][] a, double[] v) {
        double[] product = new double[a.length];
        for (int r = 0; r < a.length; r++) {
            for (int c = 0; c < v.length; c++) {
                product[r] += a[r][c] * v[c];
            }
        }
        return product;
    }

    /** The inverse and, in {@code logDeterminant[0]}, ln|det|; by Gauss-Jordan with partial pivoting. */
    static double[][] inverse(double[][] matrix, double[] logDeterminant) {
        int n = matrix.length;
        double[][] a = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
        double[][] inverse = new double[n][n];
        logDeterminant[0] = 0;
        for (int i = 0; i < n; i++) {
            inverse[i][i] = 1;
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int r = column + 1; r < n; r++) {
                if (Math.abs(a[r][column]) > Math.abs(a[pivot][column])) {
                    pivot = r;
                }
            }
            if (a[pivot][column] == 0) {
                throw new ModelFormatException(
                        "Matrix of (" + n + ") rows is singular. Maybe the model is degenerate.");
            }
            swap(a, column, pivot);
            swap(inverse, column, pivot);
            double diagonal = a[column][column];
            logDeterminant[0] += Math.log(Math.abs(diagonal));
            for (int c = 0; c < n; c++) {
                a[column][c] /= diagonal;
                inverse[column][c] /= diagonal;
            }
            for (int r = 0; r < n; r++) {
                double factor = a[r][column];
                if (r != column && factor != 0) {
                    for (int c = 0; c < n; c++) {
                        a[r][c] -= factor * a[column][c];
                        inverse[r][c] -= factor * inverse[column][c];
                    }
                }
            }
        }
        return inverse;
    }

    private static void swap(double[][] rows, int i, int j) {
        double[] row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }

    static double[] ofLength(double[] values, int length) {
        if (values.length == 1 && length != 1) {
            double[] same = new double[length];
            Arrays.fill(same, values[0]);
            return same;
        }
        return values;
    }
}
