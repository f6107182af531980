package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.optimize.testing.Ort;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The algorithm without its factorization: an inverse that is reduced by each column, in doubles. */
class GptqOracleTest {
    private static double[][] inverse(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, a[i], 0, n);
            a[i][n + i] = 1;
        }
        for (int p = 0; p < n; p++) {
            double pivot = a[p][p];
            for (int c = 0; c < 2 * n; c++) {
                a[p][c] /= pivot;
            }
            for (int r = 0; r < n; r++) {
                double factor = r == p ? 0 : a[r][p];
                for (int c = 0; c < 2 * n; c++) {
                    a[r][c] -= factor * a[p][c];
                }
            }
        }
        double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(a[i], n, inverse[i], 0, n);
        }
        return inverse;
    }

    /** Optimal brain quantization in a fixed order: each error is spread by the inverse of what is left. */
    private static double[] reference(double[] weights, double[][] h, BlockMatrix levels) {
        int n = weights.length;
        double[][] left = inverse(h);
        double[] w = weights.clone();
        double[] rounded = new double[n];
        float[] stored = levels.dequantized();
        for (int k = 0; k < n; k++) {
            double scale = levels.scales[k / levels.blockSize];
            double nearest = Math.max(-8, Math.min(7, Math.rint(w[k] / scale))) * scale;
            double tie = Math.abs(Math.abs(w[k] / scale - Math.floor(w[k] / scale)) - 0.5);
            rounded[k] = tie < 1e-3 ? stored[k] : nearest;
            double error = (w[k] - rounded[k]) / left[k][k];
            for (int j = k + 1; j < n; j++) {
                w[j] -= error * left[k][j];
            }
            double[][] reduced = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    reduced[i][j] = left[i][j] - left[i][k] * left[k][j] / left[k][k];
                }
            }
            left = reduced;
        }
        return rounded;
    }

    @Test
    void levelsAreThoseOfTheReducedInverse() {
        int n = 24;
        for (long seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            float[] x = Ort.normal(random, 60 * n);
            double[] correlations = new double[n * n];
            for (int r = 0; r < 60; r++) {
                for (int i = 0; i < n; i++) {
                    x[r * n + i] += 2 * x[r * n];
                    for (int j = 0; j <= i; j++) {
                        correlations[i * n + j] += (double) x[r * n + i] * x[r * n + j];
                        correlations[j * n + i] = correlations[i * n + j];
                    }
                }
            }
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += correlations[i * n + i] / n;
            }
            double[][] damped = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    damped[i][j] = correlations[i * n + j] + (i == j ? 0.01 * mean : 0);
                }
            }
            float[] weights = Ort.normal(random, n);
            BlockSettings settings = BlockSettings.defaults().blockSize(32).method(BlockMethod.GPTQ);
            BlockMatrix matrix = Gptq.quantize(weights, 1, n, correlations, settings);
            double[] exact = new double[n];
            for (int i = 0; i < n; i++) {
                exact[i] = weights[i];
            }
            double[] expected = reference(exact, damped, matrix);
            float[] actual = matrix.dequantized();
            for (int k = 0; k < n; k++) {
                assertThat((double) actual[k])
                        .as("seed " + seed + ", column " + k)
                        .isCloseTo(expected[k], within(1e-5));
            }
        }
    }

    @Test
    void everyRowIsRoundedForItself() {
        int n = 40;
        Random random = new Random(3);
        double[] correlations = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                correlations[i * n + j] = i == j ? 2 : 1;
            }
        }
        float[] weights = Ort.normal(random, 37 * n);
        for (boolean asymmetric : new boolean[] {false, true}) {
            BlockSettings settings =
                    BlockSettings.defaults().asymmetric(asymmetric).method(BlockMethod.GPTQ);
            float[] together =
                    Gptq.quantize(weights, 37, n, correlations, settings).dequantized();
            for (int row : new int[] {0, 15, 16, 36}) {
                float[] alone = Gptq.quantize(
                                java.util.Arrays.copyOfRange(weights, row * n, (row + 1) * n),
                                1,
                                n,
                                correlations,
                                settings)
                        .dequantized();
                assertThat(java.util.Arrays.copyOfRange(together, row * n, (row + 1) * n))
                        .as("row " + row)
                        .isEqualTo(alone);
            }
        }
    }
}
