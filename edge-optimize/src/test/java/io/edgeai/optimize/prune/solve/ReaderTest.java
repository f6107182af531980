package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The price of a channel is what a direct least-squares fit of the others leaves unexplained. */
class ReaderTest {
    private static final int[][] UNITS = {{0, 1}, {2}, {3, 4, 5}, {6}};
    private static final int SIZE = 7;
    private static final int OUTPUTS = 3;

    @Test
    void costsAreThoseOfDirectRefitsAfterEachRemoval() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            double[] h = Dense.positiveDefinite(random, SIZE);
            double[] w = random.doubles((long) SIZE * OUTPUTS, -1, 1).toArray();
            Reader reader = new Reader(h, w, OUTPUTS, 2, UNITS);
            List<Integer> gone = new ArrayList<>();
            double paid = 0;
            for (int step = 0; step < 3; step++) {
                int unit = random.nextInt(UNITS.length);
                if (gone.contains(unit)) {
                    continue;
                }
                paid += reader.cost(unit);
                gone.add(unit);
                reader.remove(unit);
                assertThat(paid)
                        .as("seed " + seed + " without " + gone)
                        .isCloseTo(unexplained(h, w, gone) / 2, Offset.offset(1e-8));
                double[] refit = refit(h, w, gone);
                for (int i = 0; i < refit.length; i++) {
                    assertThat(reader.weights()[i]).as("seed " + seed).isCloseTo(refit[i], Offset.offset(1e-8));
                }
            }
        }
    }

    private static double[] refit(double[] h, double[] w, List<Integer> gone) {
        List<Integer> kept = new ArrayList<>();
        for (int unit = 0; unit < UNITS.length; unit++) {
            for (int row : gone.contains(unit) ? new int[0] : UNITS[unit]) {
                kept.add(row);
            }
        }
        int n = kept.size();
        double[] small = new double[n * n];
        double[] right = new double[n * OUTPUTS];
        double[] hw = Dense.times(h, w, SIZE, SIZE, OUTPUTS);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                small[i * n + j] = h[kept.get(i) * SIZE + kept.get(j)];
            }
            System.arraycopy(hw, kept.get(i) * OUTPUTS, right, i * OUTPUTS, OUTPUTS);
        }
        double[] solved = Dense.solve(small, right, n, OUTPUTS);
        double[] full = new double[SIZE * OUTPUTS];
        for (int i = 0; i < n; i++) {
            System.arraycopy(solved, i * OUTPUTS, full, kept.get(i) * OUTPUTS, OUTPUTS);
        }
        return full;
    }

    /** trace of the error's covariance, (w − refit)ᵀ·h·(w − refit). */
    private static double unexplained(double[] h, double[] w, List<Integer> gone) {
        double[] error = refit(h, w, gone);
        for (int i = 0; i < error.length; i++) {
            error[i] = w[i] - error[i];
        }
        double[] product = Dense.times(h, error, SIZE, SIZE, OUTPUTS);
        double trace = 0;
        for (int i = 0; i < error.length; i++) {
            trace += error[i] * product[i];
        }
        return trace;
    }
}
