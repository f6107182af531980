package io.edgeai.optimize.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundingTest {
    private static final double DAMPING = 0.01;

    @Test
    void neverWorseThanNearestAndMostlyTheBestOfAll() {
        int best = 0;
        int rounds = 60;
        for (int seed = 0; seed < rounds; seed++) {
            Random random = new Random(seed);
            int n = 2 + random.nextInt(4);
            int top = 1 + random.nextInt(2);
            double[] h = SymmetricMatrixTest.positive(random, n);
            correlate(h, n);
            double[] w = new double[n];
            for (int i = 0; i < n; i++) {
                w[i] = random.nextGaussian();
            }
            double scale = 0.3 + random.nextDouble();
            int[] levels = new Rounding(h, n).levels(w, scale, top);
            double cost = cost(damped(h, n), w, levels, scale);
            int[] nearest = new int[n];
            for (int i = 0; i < n; i++) {
                assertThat(Math.abs(levels[i])).as("seed " + seed).isLessThanOrEqualTo(top);
                nearest[i] = (int) Math.max(-top, Math.min(top, Math.rint(w[i] / scale)));
            }
            assertThat(cost).as("seed " + seed).isLessThanOrEqualTo(cost(damped(h, n), w, nearest, scale) + 1e-9);
            double least = brute(damped(h, n), w, scale, top);
            assertThat(cost).as("seed " + seed).isGreaterThanOrEqualTo(least - 1e-9);
            best += cost <= least + 1e-9 ? 1 : 0;
        }
        assertThat(best).as("of " + rounds + " found the optimum").isGreaterThan(rounds * 2 / 3);
    }

    @Test
    void withoutCorrelationNearestIsBest() {
        Random random = new Random(3);
        int n = 40;
        double[] h = new double[n * n];
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            h[i * n + i] = 0.1 + random.nextDouble();
            w[i] = random.nextGaussian();
        }
        int[] levels = new Rounding(h, n).levels(w, 0.25, 100);
        for (int i = 0; i < n; i++) {
            assertThat(levels[i]).isEqualTo((int) Math.rint(w[i] / 0.25));
        }
    }

    @Test
    void errorsOfEqualInputsCancel() {
        int n = 10;
        double[] h = new double[n * n];
        java.util.Arrays.fill(h, 1);
        double[] w = new double[n];
        java.util.Arrays.fill(w, 0.4);
        int[] levels = new Rounding(h, n).levels(w, 1, 7);
        int sum = 0;
        for (int level : levels) {
            sum += level;
        }
        assertThat(sum).as("ten times 0.4 is 4, though each rounds to 0").isEqualTo(4);
    }

    @Test
    void costIsTheQuadraticForm() {
        Random random = new Random(9);
        double[] h = SymmetricMatrixTest.positive(random, 6);
        double[] w = {1, -2, .5, .25, 3, -.75};
        int[] levels = {1, -1, 0, 1, 2, -1};
        Rounding rounding = new Rounding(h, 6);
        assertThat(rounding.cost(w, levels, 0.9)).isCloseTo(cost(damped(h, 6), w, levels, 0.9), within(1e-9));
        assertThat(rounding.importance(2)).isCloseTo(damped(h, 6)[14], within(1e-12));
    }

    @Test
    void inputsThatAreAlwaysZeroDoNoHarm() {
        int[] levels = new Rounding(new double[9], 3).levels(new double[] {.4, .6, -1.4}, 1, 7);
        assertThat(levels).containsExactly(0, 1, -1);
    }

    private static void correlate(double[] h, int n) {
        for (int i = 0; i < n * n; i++) {
            h[i] += 8;
        }
    }

    private static double[] damped(double[] h, int n) {
        double[] copy = h.clone();
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += h[i * n + i];
        }
        for (int i = 0; i < n; i++) {
            copy[i * n + i] += DAMPING * trace / n;
        }
        return copy;
    }

    private static double cost(double[] h, double[] w, int[] levels, double scale) {
        int n = w.length;
        double cost = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cost += (w[i] - scale * levels[i]) * h[i * n + j] * (w[j] - scale * levels[j]);
            }
        }
        return cost;
    }

    private static double brute(double[] h, double[] w, double scale, int top) {
        int choices = 2 * top + 1;
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < Math.pow(choices, w.length); code++) {
            int[] levels = new int[w.length];
            int rest = code;
            for (int i = 0; i < levels.length; i++) {
                levels[i] = rest % choices - top;
                rest /= choices;
            }
            least = Math.min(least, cost(h, w, levels, scale));
        }
        return least;
    }
}
