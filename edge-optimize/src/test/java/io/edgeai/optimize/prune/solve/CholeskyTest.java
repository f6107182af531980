package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CholeskyTest {
    @Test
    void solvesWhatGaussianEliminationSolves() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(12);
            int columns = 1 + random.nextInt(4);
            double[] matrix = Dense.positiveDefinite(random, n);
            double[] right = random.doubles((long) n * columns, -1, 1).toArray();
            double[] expected = Dense.solve(matrix, right, n, columns);
            double[] actual = new Cholesky(matrix, n).solve(right, columns);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("seed " + seed).isCloseTo(expected[i], Offset.offset(1e-9));
            }
        }
    }

    @Test
    void inverseTimesMatrixIsOne() {
        Random random = new Random(3);
        int n = 9;
        double[] matrix = Dense.positiveDefinite(random, n);
        double[] product = Dense.times(new Cholesky(matrix, n).inverse(), matrix, n, n, n);
        for (int i = 0; i < n * n; i++) {
            assertThat(product[i]).isCloseTo(i / n == i % n ? 1 : 0, Offset.offset(1e-9));
        }
    }

    @Test
    void refusesAMatrixThatIsNotPositiveDefinite() {
        assertThatThrownBy(() -> new Cholesky(new double[] {1, 2, 2, 4}, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not positive definite")
                .hasMessageContaining("Maybe");
    }
}
