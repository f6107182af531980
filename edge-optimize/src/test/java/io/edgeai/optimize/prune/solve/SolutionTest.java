package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.optimize.testing.Ort;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SolutionTest {
    @Test
    void equalsADirectDenseFitWithInterceptAndRidge() {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(6);
            int m = 1 + random.nextInt(3);
            int rows = 40 + random.nextInt(2000);
            float[] x = Ort.normal(random, rows * n);
            float[] y = Ort.normal(random, rows * m);
            for (int i = 0; i < x.length; i++) {
                x[i] += i % n;
            }
            double[] start = random.doubles((long) n * m, -1, 1).toArray();
            Solution actual = Solution.of(moments(x, y, n, m, rows), start, 0.01, true);
            double[] expected = dense(x, y, n, m, rows, start, 0.01);
            for (int i = 0; i < n * m; i++) {
                assertThat(actual.weights[i]).as("seed " + seed).isCloseTo(expected[i], Offset.offset(1e-4));
            }
            for (int o = 0; o < m; o++) {
                assertThat(actual.bias[o]).as("seed " + seed).isCloseTo(expected[n * m + o], Offset.offset(1e-3));
            }
        }
    }

    @Test
    void findsTheWeightsThatMadeTheResults() {
        Random random = new Random(5);
        int rows = 500;
        float[] x = Ort.normal(random, rows * 3);
        float[] y = new float[rows * 2];
        for (int r = 0; r < rows; r++) {
            y[2 * r] = 2 * x[3 * r] - x[3 * r + 2] + 4;
            y[2 * r + 1] = 0.5f * x[3 * r + 1] - 1;
        }
        Solution solution = Solution.of(moments(x, y, 3, 2, rows), new double[6], 0, true);
        double[] expected = {2, 0, 0, 0.5, -1, 0};
        for (int i = 0; i < 6; i++) {
            assertThat(solution.weights[i]).isCloseTo(expected[i], Offset.offset(1e-4));
        }
        assertThat(solution.bias[0]).isCloseTo(4, Offset.offset(1e-4));
        assertThat(solution.bias[1]).isCloseTo(-1, Offset.offset(1e-4));
    }

    @Test
    void aLargeRidgeKeepsTheWeightsGiven() {
        Random random = new Random(6);
        float[] x = Ort.normal(random, 300);
        float[] y = Ort.normal(random, 100);
        double[] start = {1, 2, 3};
        Solution solution = Solution.of(moments(x, y, 3, 1, 100), start, 1e9, true);
        for (int i = 0; i < 3; i++) {
            assertThat(solution.weights[i]).isCloseTo(start[i], Offset.offset(1e-6));
        }
    }

    @Test
    void withoutFeaturesTheBiasIsTheMean() {
        float[] y = {1, 10, 3, 30};
        Solution solution = Solution.of(moments(new float[0], y, 0, 2, 2), new double[0], 0.1, true);
        assertThat(solution.bias).containsExactly(2, 20);
    }

    private static Moments moments(float[] x, float[] y, int n, int m, int rows) {
        Moments moments = new Moments(n, m);
        try (Gram gram = new Gram(Ort.runtime())) {
            int half = rows / 2;
            moments.add(gram, java.util.Arrays.copyOf(x, half * n), java.util.Arrays.copyOf(y, half * m), half);
            moments.add(
                    gram,
                    java.util.Arrays.copyOfRange(x, half * n, rows * n),
                    java.util.Arrays.copyOfRange(y, half * m, rows * m),
                    rows - half);
            moments.flush(gram);
        }
        return moments;
    }

    /** Normal equations over [x 1], the ridge on the weights only, scaled by the mean variance. */
    private static double[] dense(float[] x, float[] y, int n, int m, int rows, double[] start, double ridge) {
        int k = n + 1;
        double[] design = new double[rows * k];
        double[] results = new double[rows * m];
        double variance = 0;
        for (int i = 0; i < n; i++) {
            double mean = 0;
            double square = 0;
            for (int r = 0; r < rows; r++) {
                design[r * k + i] = x[r * n + i];
                mean += x[r * n + i] / (double) rows;
                square += (double) x[r * n + i] * x[r * n + i] / rows;
            }
            variance += (square - mean * mean) / n;
        }
        for (int r = 0; r < rows; r++) {
            design[r * k + n] = 1;
            for (int o = 0; o < m; o++) {
                results[r * m + o] = y[r * m + o];
            }
        }
        double[] t = Dense.transposed(design, rows, k);
        double[] normal = Dense.times(t, design, k, rows, k);
        double[] right = Dense.times(t, results, k, rows, m);
        for (int i = 0; i < n; i++) {
            normal[i * k + i] += ridge * variance * rows;
            for (int o = 0; o < m; o++) {
                right[i * m + o] += ridge * variance * rows * start[i * m + o];
            }
        }
        return Dense.solve(normal, right, k, m);
    }
}
