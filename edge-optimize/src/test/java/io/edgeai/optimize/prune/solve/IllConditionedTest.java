package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices whose solution rounding may spoil. */
class IllConditionedTest {
    /** 1 / (i + j + 1): its condition grows with 33 to the power of its size. */
    private static double[] hilbert(int n) {
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i * n + j] = 1.0 / (i + j + 1);
            }
        }
        return matrix;
    }

    /** Binomials are exact: entry (i, j) of the inverse of Hilbert's matrix. */
    private static double inverseOfHilbert(int n, int i, int j) {
        double sign = (i + j) % 2 == 0 ? 1 : -1;
        double square = binomial(i + j, i) * binomial(i + j, i);
        return sign * (i + j + 1) * binomial(n + i, n - j - 1) * binomial(n + j, n - i - 1) * square;
    }

    private static double binomial(int n, int k) {
        double product = 1;
        for (int i = 1; i <= k; i++) {
            product = product * (n - k + i) / i;
        }
        return Math.round(product);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void hilbertsMatrixHasItsKnownInverse(int n) {
        double[] inverse = new Cholesky(hilbert(n), n).inverse();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double expected = inverseOfHilbert(n, i, j);
                assertThat(inverse[i * n + j])
                        .as("entry " + i + ", " + j)
                        .isCloseTo(expected, within(1e-7 * Math.abs(expected)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 10, 12})
    void theEquationsHoldWhereTheSolutionIsUncertain(int n) {
        double[] matrix = hilbert(n);
        double[] right = new Random(n).doubles(n, -1, 1).toArray();
        double[] x = new Cholesky(matrix, n).solve(right, 1);
        double largest = 0;
        for (double value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += matrix[i * n + j] * x[j];
            }
            assertThat(sum).as("row " + i).isCloseTo(right[i], within(1e-13 * largest));
        }
    }

    @Test
    void aDiagonalIsDivided() {
        double[] x = new Cholesky(new double[] {4, 0, 0, 0, 1e-8, 0, 0, 0, 1e12}, 3).solve(new double[] {2, 1, 5}, 1);
        assertThat(x[0]).isCloseTo(0.5, within(1e-15));
        assertThat(x[1]).isCloseTo(1e8, within(1e-6));
        assertThat(x[2]).isCloseTo(5e-12, within(1e-26));
    }

    @Test
    void onlyTheLowerHalfIsRead() {
        double[] full = {4, 2, 2, 3};
        double[] lower = {4, 99, 2, 3};
        double[] right = {1, -2};
        assertThat(new Cholesky(lower, 2).solve(right, 1)).isEqualTo(new Cholesky(full, 2).solve(right, 1));
    }

    @Test
    void theLeastRaiseThatHelpsIsTaken() {
        // of rank 1: the raise of 1e-9 of the mean diagonal makes it definite
        double[] one = {1, 1, 1, 1};
        double[] x = Cholesky.ofCovariance(one, 2).solve(new double[] {2, 2}, 1);
        assertThat(x[0] + x[1]).isCloseTo(2, within(1e-7));
        assertThat(x[0]).isCloseTo(x[1], within(1e-6));
        double[] definite = {2, 1, 1, 2};
        assertThat(Cholesky.ofCovariance(definite, 2).solve(new double[] {3, 3}, 1))
                .isEqualTo(new Cholesky(definite, 2).solve(new double[] {3, 3}, 1));
    }

    @Test
    void featuresThatNeverVaryGiveNoInfinities() {
        double[] x = Cholesky.ofCovariance(new double[4], 2).solve(new double[2], 1);
        assertThat(x).containsExactly(0, 0);
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> Cholesky.ofCovariance(new double[] {Double.NaN}, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("size (1)");
        assertThatThrownBy(() -> Cholesky.ofCovariance(new double[] {1, 0, 0, -5}, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("row 1");
    }
}
