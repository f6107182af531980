package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SymmetricMatrixTest {
    @Test
    void factorsMultiplyBackToTheMatrixAndToItsInverse() {
        Random random = new Random(5);
        for (int n = 1; n <= 24; n++) {
            double[] a = positive(random, n);
            double[] l = SymmetricMatrix.cholesky(a, n);
            double[] u = SymmetricMatrix.inverseCholesky(a, n);
            double[] inverse = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = 0;
                    for (int k = 0; k < n; k++) {
                        product += l[i * n + k] * l[j * n + k];
                        inverse[i * n + j] += u[k * n + i] * u[k * n + j];
                    }
                    assertThat(product).as("L·Lᵀ, size " + n).isCloseTo(a[i * n + j], within(1e-9));
                    assertThat(j > i ? l[i * n + j] : u[i * n + j] * (j < i ? 1 : 0))
                            .as("triangles")
                            .isZero();
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = 0;
                    for (int k = 0; k < n; k++) {
                        product += inverse[i * n + k] * a[k * n + j];
                    }
                    assertThat(product).as("A⁻¹·A, size " + n).isCloseTo(i == j ? 1 : 0, within(1e-8));
                }
            }
        }
    }

    @Test
    void aSingularMatrixDoesNotGiveNaN() {
        double[] ones = {1, 1, 1, 1};
        for (double value : SymmetricMatrix.inverseCholesky(ones, 2)) {
            assertThat(value).isFinite();
        }
        for (double value : SymmetricMatrix.cholesky(new double[4], 2)) {
            assertThat(value).isFinite();
        }
    }

    static double[] positive(Random random, int n) {
        double[][] b = new double[2 * n][n];
        for (double[] row : b) {
            for (int i = 0; i < n; i++) {
                row[i] = random.nextGaussian();
            }
        }
        double[] a = new double[n * n];
        for (double[] row : b) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i * n + j] += row[i] * row[j];
                }
            }
        }
        return a;
    }
}
