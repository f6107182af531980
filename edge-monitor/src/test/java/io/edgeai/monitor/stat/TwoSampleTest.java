package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two-sample statistics against all permutations of small samples and published tables. */
class TwoSampleTest {
    private static boolean[] order(int mask, int total) {
        boolean[] order = new boolean[total];
        for (int i = 0; i < total; i++) {
            order[i] = (mask >> i & 1) == 1;
        }
        return order;
    }

    /** Share of the arrangements of n and m values whose statistic is at least that of the given one. */
    private static double exact(boolean[] observed, int n, ToDoubleFunction<boolean[]> statistic) {
        double threshold = statistic.applyAsDouble(observed) - 1e-9;
        int all = 0;
        int beyond = 0;
        for (int mask = 0; mask < 1 << observed.length; mask++) {
            if (Integer.bitCount(mask) == n) {
                all++;
                beyond += statistic.applyAsDouble(order(mask, observed.length)) >= threshold ? 1 : 0;
            }
        }
        return (double) beyond / all;
    }

    private static double ksDistance(boolean[] fromFirst) {
        double[] a = new double[fromFirst.length];
        double[] b = new double[fromFirst.length];
        int n = 0;
        int m = 0;
        for (int i = 0; i < fromFirst.length; i++) {
            if (fromFirst[i]) {
                a[n++] = i;
            } else {
                b[m++] = i;
            }
        }
        return KolmogorovSmirnov.distance(Arrays.copyOf(a, n), Arrays.copyOf(b, m));
    }

    @ParameterizedTest
    @CsvSource({"5,5", "4,7", "6,8", "3,9", "1,6"})
    void exactKolmogorovSmirnovEqualsCountingAllArrangements(int n, int m) {
        Random random = new Random(n * 31L + m);
        for (int round = 0; round < 10; round++) {
            int mask = 0;
            while (Integer.bitCount(mask) < n) {
                mask |= 1 << random.nextInt(n + m);
            }
            boolean[] observed = order(mask, n + m);
            double d = ksDistance(observed);
            assertThat(KolmogorovSmirnov.exact(d, n, m))
                    .isCloseTo(exact(observed, n, TwoSampleTest::ksDistance), within(1e-12));
        }
    }

    /** Points of Kolmogorov's limit distribution: λ = 1.2239 (10 %), 1.3581 (5 %), 1.6276 (1 %). */
    @ParameterizedTest
    @CsvSource({"1.2239,0.10", "1.3581,0.05", "1.6276,0.01"})
    void asymptoticKolmogorovSmirnovEqualsPublishedPoints(double lambda, double expected) {
        int n = 2_000_000;
        double root = Math.sqrt(n / 2.0);
        assertThat(KolmogorovSmirnov.asymptotic(lambda / root, n, n)).isCloseTo(expected, within(2e-4));
    }

    @Test
    void exactAndAsymptoticAgreeWhereTheyMeet() {
        for (double d = 0.1; d < 0.35; d += 0.05) {
            assertThat(KolmogorovSmirnov.asymptotic(d, 100, 100))
                    .isCloseTo(KolmogorovSmirnov.exact(d, 100, 100), within(0.035));
        }
    }

    @Test
    void distanceCountsTiesOnce() {
        assertThat(KolmogorovSmirnov.distance(new double[] {1, 1, 2}, new double[] {1, 2, 2}))
                .isCloseTo(1.0 / 3, within(1e-12));
        assertThat(KolmogorovSmirnov.distance(new double[] {1, 2}, new double[] {3, 4}))
                .isEqualTo(1);
        assertThat(KolmogorovSmirnov.distance(new double[] {3, 3}, new double[] {3, 3}))
                .isZero();
    }

    /** Upper points of the limit distribution (Anderson and Darling 1954; Marsaglia and Marsaglia 2004). */
    @ParameterizedTest
    @CsvSource({"1.248,0.25", "1.933,0.10", "2.492,0.05", "3.0775,0.025", "3.8781,0.01"})
    void andersonDarlingEqualsPublishedPoints(double a, double expected) {
        assertThat(AndersonDarling.pValue(a)).isCloseTo(expected, Percentage.withPercentage(1.5));
    }

    @Test
    void andersonDarlingFallsAlongTheWholeLine() {
        double before = 1;
        for (double a = 0.005; a < 60; a *= 1.05) {
            double p = AndersonDarling.pValue(a);
            assertThat(p).as("at %s", a).isBetween(0.0, before + 1e-3);
            before = p;
        }
    }

    /** A² by its definition as an integral over the pooled empirical distribution. */
    @Test
    void andersonDarlingStatisticEqualsItsDefinition() {
        Random random = new Random(3);
        boolean[] order = new boolean[40];
        for (int i = 0; i < 15; i++) {
            order[random.nextInt(40)] = true;
        }
        double n = 0;
        for (boolean mine : order) {
            n += mine ? 1 : 0;
        }
        double m = 40 - n;
        double sum = 0;
        double below = 0;
        for (int i = 0; i < 39; i++) {
            below += order[i] ? 1 : 0;
            double pooled = (i + 1) / 40.0;
            double off = below / n - (i + 1 - below) / m;
            sum += off * off / (pooled * (1 - pooled)) / 40;
        }
        assertThat(AndersonDarling.statistic(order)).isCloseTo(n * m / 40 * sum, within(1e-9));
    }

    @Test
    void andersonDarlingPValueIsCloseToThePermutationOfSixteenValues() {
        for (int mask : new int[] {0b0000_0001_1111_1110, 0b0000_0111_0101_1010, 0xFF}) {
            boolean[] observed = order(mask, 16);
            assertThat(AndersonDarling.pValue(AndersonDarling.statistic(observed)))
                    .isCloseTo(exact(observed, 8, AndersonDarling::statistic), within(0.04));
        }
    }

    @Test
    void moodIsCloseToThePermutationOfSixteenValues() {
        ToDoubleFunction<boolean[]> score = order -> {
            double sum = 0;
            double mean = 0;
            for (int i = 0; i < order.length; i++) {
                double off = (i - 7.5) * (i - 7.5);
                mean += off / 2;
                sum += order[i] ? off : 0;
            }
            return Math.abs(sum - mean);
        };
        for (int mask : new int[] {0b0000_1111_1111_0000, 0b1111_0000_0000_1111, 0b0101_0101_0101_0101}) {
            boolean[] observed = order(mask, 16);
            assertThat(RankTests.mood(observed)).isCloseTo(exact(observed, 8, score), within(0.06));
        }
    }

    @Test
    void tailsAreTwoSidedMidPValues() {
        boolean[] balanced = order(0b0101_0101_0101_0101, 16);
        assertThat(RankTests.tail(balanced, 4, true)).isGreaterThan(0.9);
        boolean[] top = order(0b1111_1111_0000_0000, 16);
        // all of the four highest: C(8,4)/C(16,4) = 70/1820, half of it, two sides
        assertThat(RankTests.tail(top, 4, true)).isCloseTo(70.0 / 1820, within(1e-12));
        assertThat(RankTests.tail(top, 4, false)).isCloseTo(70.0 / 1820, within(1e-12));
    }
}
