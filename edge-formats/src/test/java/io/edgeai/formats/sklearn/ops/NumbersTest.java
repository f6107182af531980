package io.edgeai.formats.sklearn.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The few numerical routines an import needs itself. */
class NumbersTest {
    /** Values of the digamma function from Abramowitz and Stegun, table 6.1, and its closed forms. */
    @Test
    void digammaIsThePublishedOne() {
        double euler = 0.5772156649015329;
        assertThat(Mixtures.digamma(1)).isCloseTo(-euler, within(1e-14));
        assertThat(Mixtures.digamma(2)).isCloseTo(1 - euler, within(1e-14));
        assertThat(Mixtures.digamma(0.5)).isCloseTo(-euler - 2 * Math.log(2), within(1e-14));
        assertThat(Mixtures.digamma(1.5)).isCloseTo(0.03648997397857652, within(1e-14));
        assertThat(Mixtures.digamma(100)).isCloseTo(4.600161852738087, within(1e-14));
    }

    @Test
    void inversesUndoTheirMatrices() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(8);
            double[][] matrix = new double[n][n];
            for (double[] row : matrix) {
                for (int c = 0; c < n; c++) {
                    row[c] = random.nextGaussian();
                }
            }
            double[][] product = Matrices.multiply(matrix, Matrices.inverse(matrix, new double[1]));
            for (int r = 0; r < n; r++) {
                for (int c = 0; c < n; c++) {
                    assertThat(product[r][c]).as("seed " + seed).isCloseTo(r == c ? 1 : 0, within(1e-9));
                }
            }
        }
    }

    @Test
    void determinantsAndSingularMatrices() {
        double[] log = new double[1];
        double[][] inverse = Matrices.inverse(new double[][] {{0, 2}, {-3, 0}}, log);
        assertThat(log[0]).isCloseTo(Math.log(6), within(1e-15));
        assertThat(inverse).isDeepEqualTo(new double[][] {{0, -1 / 3.0}, {0.5, 0}});
        assertThatThrownBy(() -> Matrices.inverse(new double[][] {{1, 2}, {2, 4}}, log))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("singular");
        assertThat(Matrices.transpose(new double[][] {{1, 2, 3}})).isDeepEqualTo(new double[][] {{1}, {2}, {3}});
    }

    /** numpy's documented examples of linear quantiles. */
    @Test
    void quantilesInterpolateLinearly() {
        double[] sorted = {1, 2, 3, 4};
        assertThat(Selection.quantile(sorted, 0.5)).isEqualTo(2.5);
        assertThat(Selection.quantile(sorted, 0)).isEqualTo(1);
        assertThat(Selection.quantile(sorted, 1)).isEqualTo(4);
        assertThat(Selection.quantile(new double[] {10, 7, 4, 3, 2, 1}, 0)).isEqualTo(10);
    }

    @Test
    void ofEqualScoresTheLaterIsKept() {
        assertThat(Selection.largest(new double[] {1, 3, 3, Double.NaN}, 1)).containsExactly(false, false, true, false);
    }

    @Test
    void pathsInIsolationTreesGrowWithTheLogarithm() {
        assertThat(Forests.averagePath(1)).isZero();
        assertThat(Forests.averagePath(2)).isEqualTo(1);
        double harmonic = 0;
        for (int i = 1; i < 256; i++) {
            harmonic += 1.0 / i;
        }
        assertThat(Forests.averagePath(256)).isCloseTo(2 * harmonic - 2.0 * 255 / 256, within(0.005));
    }
}
