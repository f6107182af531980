package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GptqTest {
    /** U'U times the damped matrix is the identity, and U is upper triangular. */
    @Test
    void factorIsTheCholeskyFactorOfTheInverse() {
        for (int n : new int[] {1, 2, 7, 40}) {
            double[] h = gram(new Random(n), n, 3 * n);
            float[] u = Gptq.inverseFactor(h, n);
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += h[i * n + i] / n;
            }
            double[][] inverse = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (j < i) {
                        assertThat(u[i * n + j]).isZero();
                    }
                    for (int k = 0; k < n; k++) {
                        inverse[i][j] += (double) u[k * n + i] * u[k * n + j];
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = 0;
                    for (int k = 0; k < n; k++) {
                        product += inverse[i][k] * (h[k * n + j] + (k == j ? 0.01 * mean : 0));
                    }
                    assertThat(product).isCloseTo(i == j ? 1 : 0, offset(1e-4));
                }
            }
        }
    }

    /** Inputs that have nothing to do with each other leave nothing to compensate: the levels are the nearest. */
    @Test
    void independentInputsGiveRounding() {
        int n = 64;
        double[] h = new double[n * n];
        for (int i = 0; i < n; i++) {
            h[i * n + i] = 1 + i;
        }
        Random random = new Random(4);
        float[] weights = new float[20 * n];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        BlockSettings settings = BlockSettings.defaults();
        assertThat(Gptq.quantize(weights, 20, n, h, settings).dequantized())
                .isEqualTo(Rounding.quantize(weights, 20, n, settings).dequantized());
    }

    /** Two inputs that are always equal: only the sum of their weights matters, and GPTQ gets it closer. */
    @Test
    void equalInputsShareTheirError() {
        double[] h = {1, 1, 1, 1};
        double rounded = 0;
        double gptq = 0;
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            float[] w = {1, (float) random.nextDouble() * 0.9f};
            w[0] = (float) (0.5 + random.nextDouble());
            double sum = w[0] + (double) w[1];
            float[] a = Rounding.quantize(w, 1, 2, BlockSettings.defaults()).dequantized();
            float[] b = Gptq.quantize(w, 1, 2, h, BlockSettings.defaults()).dequantized();
            rounded += Math.abs(a[0] + a[1] - sum);
            gptq += Math.abs(b[0] + b[1] - sum);
        }
        assertThat(gptq).isLessThanOrEqualTo(rounded * 1.001);
    }

    @Test
    void inputsThatNeverOccurDoNoHarm() {
        float[] weights = {0.3f, -0.7f, 0.1f, 0.9f};
        float[] got = Gptq.quantize(weights, 1, 4, new double[16], BlockSettings.defaults())
                .dequantized();
        for (int i = 0; i < 4; i++) {
            assertThat(got[i]).isCloseTo(weights[i], offset(0.12f));
        }
    }

    private static double[] gram(Random random, int n, int rows) {
        double[] h = new double[n * n];
        for (int r = 0; r < rows; r++) {
            double[] x = random.doubles(n, -1, 1).toArray();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    h[i * n + j] += x[i] * x[j];
                }
            }
        }
        return h;
    }
}
