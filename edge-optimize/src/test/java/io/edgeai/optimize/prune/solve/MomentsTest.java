package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.optimize.testing.Ort;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sums over rows in pieces, against two passes over all rows. */
class MomentsTest {
    private static double mean(float[] rows, int columns, int column) {
        double sum = 0;
        int count = 0;
        for (int i = column; i < rows.length; i += columns) {
            sum += rows[i];
            count++;
        }
        return sum / count;
    }

    /** Mean of (a − a₀)(b − b₀). */
    private static double product(float[] a, int n, int i, double a0, float[] b, int m, int j, double b0) {
        int rows = a.length / n;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            sum += (a[r * n + i] - a0) * (b[r * m + j] - b0);
        }
        return sum / rows;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "5, 0", "1023, 3", "1024, 0", "1025, -2", "3000, 1"})
    void covarianceWithOneselfAndWithResults(int rows, float offset) {
        int n = 4;
        int m = 3;
        Random random = new Random(rows);
        float[] x = Ort.normal(random, rows * n);
        float[] y = Ort.normal(random, rows * m);
        for (int i = 0; i < x.length; i++) {
            x[i] += offset;
        }
        Moments moments = new Moments(n, m);
        try (Gram gram = new Gram(Ort.runtime())) {
            for (int from = 0; from < rows; from += 700) {
                int to = Math.min(rows, from + 700);
                moments.add(
                        gram,
                        Arrays.copyOfRange(x, from * n, to * n),
                        Arrays.copyOfRange(y, from * m, to * m),
                        to - from);
            }
            moments.flush(gram);
            moments.flush(gram);
        }
        assertThat(moments.rows).isEqualTo(rows);
        for (boolean centred : new boolean[] {true, false}) {
            double[] covariance = moments.covariance(centred);
            double[] cross = moments.cross(centred);
            for (int i = 0; i < n; i++) {
                double xi = centred ? mean(x, n, i) : 0;
                for (int j = 0; j < n; j++) {
                    double xj = centred ? mean(x, n, j) : 0;
                    assertThat(covariance[i * n + j]).isCloseTo(product(x, n, i, xi, x, n, j, xj), within(1e-4));
                }
                for (int j = 0; j < m; j++) {
                    double yj = centred ? mean(y, m, j) : 0;
                    assertThat(cross[i * m + j]).isCloseTo(product(x, n, i, xi, y, m, j, yj), within(1e-4));
                }
            }
        }
        for (int i = 0; i < n; i++) {
            assertThat(moments.meanX(i)).isCloseTo(mean(x, n, i), within(1e-5));
        }
        for (int j = 0; j < m; j++) {
            assertThat(moments.meanY(j)).isCloseTo(mean(y, m, j), within(1e-5));
        }
    }

    @Test
    void squaresAloneGiveTheVarianceOfEachValue() {
        Random random = new Random(6);
        float[] y = Ort.normal(random, 400 * 3);
        for (int i = 0; i < y.length; i++) {
            y[i] = y[i] * (i % 3 + 1) + 7;
        }
        Moments moments = new Moments(0, 3);
        moments.addSquares(Arrays.copyOf(y, 300), 100);
        moments.addSquares(Arrays.copyOfRange(y, 300, 1200), 300);
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double mean = mean(y, 3, i);
            double expected = product(y, 3, i, mean, y, 3, i, mean);
            assertThat(moments.spread(i)).isCloseTo(expected, within(1e-8));
            sum += expected;
        }
        assertThat(moments.spread()).isCloseTo(sum, within(1e-8));
    }

    @Test
    void aValueThatNeverVariesHasNoNegativeVariance() {
        Moments moments = new Moments(0, 1);
        moments.addSquares(new float[] {0.1f, 0.1f, 0.1f}, 3);
        assertThat(moments.spread(0)).isGreaterThanOrEqualTo(0).isLessThan(1e-12);
    }
}
