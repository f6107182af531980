package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.optimize.testing.Ort;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Layers before a Relu: what was negative only has to stay so. */
class RelaxedSamplesTest {
    private static final int ROWS = 600;

    /** Mean square error after a Relu of a·x + b + offset against max(wanted, 0). */
    private static double error(Solution solution, float[] x, float[] wanted, float[] offset) {
        double sum = 0;
        for (int r = 0; r < ROWS; r++) {
            double said = solution.weights[0] * x[r] + solution.bias[0] + offset[r];
            double error = Math.max(0, said) - Math.max(0, wanted[r]);
            sum += error * error / ROWS;
        }
        return sum;
    }

    private static Solution solve(float[] x, float[] wanted, float[] offset, boolean relu) {
        Samples samples = new Samples(1, 1);
        samples.add(x, wanted, offset);
        return samples.solve(Ort.runtime(), new double[1], 0, true, relu);
    }

    /** A line that only its positive part follows: the negative part bends away, which a Relu never shows. */
    @Test
    void thePositivePartIsMetBetterThanByPlainLeastSquares() {
        Random random = new Random(3);
        float[] x = Ort.normal(random, ROWS);
        float[] wanted = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
            wanted[r] = x[r] > 0 ? 2 * x[r] : 20 * x[r];
        }
        float[] none = new float[ROWS];
        double plain = error(solve(x, wanted, none, false), x, wanted, none);
        double relaxed = error(solve(x, wanted, none, true), x, wanted, none);
        assertThat(relaxed).isLessThan(0.5 * plain);
    }

    @Test
    void whatIsMetExactlyStaysMet() {
        Random random = new Random(4);
        float[] x = Ort.normal(random, ROWS);
        float[] offset = Ort.normal(random, ROWS);
        float[] wanted = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
            wanted[r] = 1.5f * x[r] - 0.5f + offset[r];
        }
        for (boolean relu : new boolean[] {false, true}) {
            Solution solution = solve(x, wanted, offset, relu);
            assertThat(solution.weights[0]).isCloseTo(1.5, within(1e-4));
            assertThat(solution.bias[0]).isCloseTo(-0.5, within(1e-4));
        }
    }

    @Test
    void samplesOfDifferentLengthCountRowByRow() {
        Random random = new Random(5);
        float[] x = Ort.normal(random, ROWS);
        float[] y = Ort.normal(random, ROWS);
        Samples parts = new Samples(1, 1);
        parts.add(java.util.Arrays.copyOf(x, 100), java.util.Arrays.copyOf(y, 100), new float[100]);
        parts.add(
                java.util.Arrays.copyOfRange(x, 100, ROWS),
                java.util.Arrays.copyOfRange(y, 100, ROWS),
                new float[ROWS - 100]);
        Solution apart = parts.solve(Ort.runtime(), new double[1], 0.01, true, false);
        Samples whole = new Samples(1, 1);
        whole.add(x, y, new float[ROWS]);
        Solution together = whole.solve(Ort.runtime(), new double[1], 0.01, true, false);
        assertThat(apart.weights[0]).isCloseTo(together.weights[0], within(1e-6));
        assertThat(apart.bias[0]).isCloseTo(together.bias[0], within(1e-6));
    }
}
