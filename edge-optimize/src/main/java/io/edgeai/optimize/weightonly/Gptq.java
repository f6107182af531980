package io.edgeai.optimize.weightonly;

import java.util.Arrays;

/**
 * GPTQ: columns are rounded one after the other; what rounding one of them adds to the output is taken back by the
 * columns to come, as the correlation of the inputs allows. Scales follow from the weights as they are when their block
 * begins. Source: Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers",
 * 2022, with the Cholesky form of the inverse.
 */
final class Gptq {
    private static final double DAMPING = 0.01;
    /** Rows handled at once, so that a row of the factor is read from memory once for all of them. */
    private static final int TILE = 16;

    private Gptq() {}

    /**
     * Quantizes rows of weights.
     *
     * @param correlations X'X of the inputs, [columns, columns] row by row
     */
    static BlockMatrix quantize(float[] weights, int rows, int columns, double[] correlations, BlockSettings settings) {
        float[] factor = inverseFactor(correlations, columns);
        BlockMatrix matrix = new BlockMatrix(rows, columns, settings);
        float[] tile = new float[columns * TILE];
        float[] block = new float[matrix.blockSize];
        float[] errors = new float[TILE];
        for (int first = 0; first < rows; first += TILE) {
            int count = Math.min(TILE, rows - first);
            Arrays.fill(tile, 0);
            for (int r = 0; r < count; r++) {
                for (int k = 0; k < columns; k++) {
                    tile[k * TILE + r] = weights[(first + r) * columns + k];
                }
            }
            for (int k = 0; k < columns; k++) {
                if (k % matrix.blockSize == 0) {
                    ranges(matrix, first, count, k, tile, block);
                }
                float pivot = factor[k * columns + k];
                for (int r = 0; r < count; r++) {
                    float value = tile[k * TILE + r];
                    errors[r] = (value - matrix.round(first + r, k, value)) / pivot;
                }
                spread(tile, errors, factor, k, columns);
            }
        }
        return matrix;
    }

    private static void ranges(BlockMatrix matrix, int first, int count, int k, float[] tile, float[] block) {
        int length = matrix.length(k / matrix.blockSize);
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < length; i++) {
                block[i] = tile[(k + i) * TILE + r];
            }
            matrix.range(first + r, k / matrix.blockSize, block, 0, length);
        }
    }

    private static void spread(float[] tile, float[] errors, float[] factor, int k, int columns) {
        for (int j = k + 1; j < columns; j++) {
            float share = factor[k * columns + j];
            if (share != 0) {
                int at = j * TILE;
                for (int r = 0; r < TILE; r++) {
                    tile[at + r] -= share * errors[r];
                }
            }
        }
    }

    /**
     * The upper triangular U with U'U = H⁻¹. With H = R·R' for an upper triangular R (a Cholesky factorization from the
     * last row up), U is the inverse of R.
     */
    static float[] inverseFactor(double[] correlations, int n) {
        double[] r = damped(correlations, n);
        double[] column = new double[n];
        for (int j = n - 1; j >= 0; j--) {
            double diagonal = Math.sqrt(r[j * n + j]);
            r[j * n + j] = diagonal;
            for (int i = 0; i < j; i++) {
                column[i] = r[i * n + j] /= diagonal;
            }
            for (int i = 0; i < j; i++) {
                double factor = column[i];
                int row = i * n;
                if (factor != 0) {
                    for (int k = i; k < j; k++) {
                        r[row + k] -= factor * column[k];
                    }
                }
            }
        }
        return inverse(r, n);
    }

    /** One hundredth of the mean is added to the diagonal, so that inputs which never occur do no harm. */
    private static double[] damped(double[] correlations, int n) {
        double[] h = correlations.clone();
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += h[i * n + i] / n;
        }
        double more = mean > 0 ? DAMPING * mean : 1;
        for (int i = 0; i < n; i++) {
            h[i * n + i] += more;
        }
        return h;
    }

    private static float[] inverse(double[] r, int n) {
        float[] inverse = new float[n * n];
        double[] row = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            Arrays.fill(row, 0);
            double pivot = 1 / r[i * n + i];
            row[i] = pivot;
            for (int k = i + 1; k < n; k++) {
                double factor = r[i * n + k] * pivot;
                if (factor != 0) {
                    for (int j = k; j < n; j++) {
                        row[j] -= factor * inverse[k * n + j];
                    }
                }
            }
            for (int j = i; j < n; j++) {
                inverse[i * n + j] = (float) row[j];
            }
        }
        return inverse;
    }
}
