package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** If nothing changed, p-values are uniform: their distance from the diagonal stays below Kolmogorov's 0.1 % point. */
class NullDistributionTest {
    private static final int ROUNDS = 2000;

    private static boolean[] shuffled(Random random, int n, int m) {
        boolean[] order = new boolean[n + m];
        int left = n;
        for (int i = 0; i < order.length; i++) {
            order[i] = random.nextInt(order.length - i) < left;
            left -= order[i] ? 1 : 0;
        }
        return order;
    }

    private static double[] simulate(long seed, ToDoubleFunction<Random> pValue) {
        Random random = new Random(seed);
        double[] p = new double[ROUNDS];
        Arrays.setAll(p, i -> pValue.applyAsDouble(random));
        Arrays.sort(p);
        return p;
    }

    private static double distanceFromUniform(double[] sorted) {
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double above = (i + 1.0) / sorted.length - sorted[i];
            largest = Math.max(largest, Math.max(above, sorted[i] - (double) i / sorted.length));
        }
        return largest;
    }

    private static double share(double[] p, double level) {
        return Arrays.stream(p).filter(value -> value <= level).count() / (double) p.length;
    }

    /** 1.95/√2000 = 0.0436. */
    @ParameterizedTest
    @CsvSource({"100,100", "300,60", "1000,256"})
    void andersonDarlingAndMoodAreUniform(int n, int m) {
        double[] ad = simulate(n, random -> AndersonDarling.pValue(AndersonDarling.statistic(shuffled(random, n, m))));
        double[] mood = simulate(n + 1L, random -> RankTests.mood(shuffled(random, n, m)));
        assertThat(distanceFromUniform(ad)).as("Anderson-Darling").isLessThan(1.95 / Math.sqrt(ROUNDS));
        assertThat(distanceFromUniform(mood)).as("Mood").isLessThan(1.95 / Math.sqrt(ROUNDS));
    }

    @Test
    void kolmogorovSmirnovIsUniformUpToItsSteps() {
        double[] p = simulate(3, random -> {
            double[] a = random.doubles(400).sorted().toArray();
            double[] b = random.doubles(377).sorted().toArray();
            return KolmogorovSmirnov.pValue(KolmogorovSmirnov.distance(a, b), 400, 377);
        });
        assertThat(distanceFromUniform(p)).isLessThan(1.95 / Math.sqrt(ROUNDS));
    }

    @Test
    void chiSquaredOfManyLevelsIsUniform() {
        double[] p = simulate(4, random -> {
            int[] first = new int[12];
            int[] second = new int[12];
            for (int i = 0; i < 900; i++) {
                first[random.nextInt(12)]++;
            }
            for (int i = 0; i < 500; i++) {
                second[random.nextInt(12)]++;
            }
            return ContingencyTest.pValue(first, second, 100, 1);
        });
        assertThat(distanceFromUniform(p)).isLessThan(1.95 / Math.sqrt(ROUNDS));
    }

    /** Mid-p of a discrete count is close to its level, not exact; four standard errors of 2000 are 0.02. */
    @ParameterizedTest
    @CsvSource({"0.05", "0.1", "0.2"})
    void tailsRejectAboutAsOftenAsTheyMay(double level) {
        double[] p = simulate(5, random -> RankTests.tail(shuffled(random, 500, 500), 20, true));
        assertThat(share(p, level)).isBetween(0.3 * level, 1.35 * level + 0.02);
    }

    /** The combination that drift tests use, of tests on the same order and so dependent. */
    @Test
    void theCombinationOfDependentTestsKeepsItsLevel() {
        double[] weights = {0.6, 0.2, 0.1, 0.1};
        double[] p = simulate(6, random -> {
            boolean[] order = shuffled(random, 600, 256);
            double[] each = {
                AndersonDarling.pValue(AndersonDarling.statistic(order)),
                RankTests.mood(order),
                RankTests.tail(order, 13, true),
                RankTests.tail(order, 13, false)
            };
            return PValues.cauchy(each, weights);
        });
        assertThat(share(p, 0.05)).isCloseTo(0.05, within(0.018));
        assertThat(share(p, 0.01)).isCloseTo(0.01, within(0.009));
    }

    /** 40 true and 10 false null hypotheses: the false discoveries stay below 5 % of all on average. */
    @Test
    void benjaminiHochbergKeepsTheFalseDiscoveryRate() {
        Random random = new Random(7);
        double proportions = 0;
        int found = 0;
        for (int round = 0; round < 1000; round++) {
            double[] p = new double[50];
            for (int i = 0; i < 50; i++) {
                p[i] = Distributions.normalUpper(random.nextGaussian() + (i < 10 ? 3.5 : 0));
            }
            double[] adjusted = PValues.benjaminiHochberg(p);
            int all = 0;
            int wrong = 0;
            for (int i = 0; i < 50; i++) {
                all += adjusted[i] <= 0.05 ? 1 : 0;
                wrong += adjusted[i] <= 0.05 && i >= 10 ? 1 : 0;
            }
            proportions += all == 0 ? 0 : (double) wrong / all;
            found += all - wrong;
        }
        // exactly 0.05 · 40 / 50 in theory
        assertThat(proportions / 1000).isCloseTo(0.04, within(0.01));
        assertThat(found / 10_000.0).isGreaterThan(0.7);
    }

    /** min over k ≥ rank of p(k)·n/k, by comparing every pair. */
    @Test
    void benjaminiHochbergEqualsItsDefinition() {
        Random random = new Random(8);
        for (int round = 0; round < 200; round++) {
            boolean tied = round % 2 == 1;
            double[] p = random.doubles(1 + random.nextInt(20))
                    .map(u -> tied ? Math.ceil(u * 5) / 5 : u)
                    .toArray();
            double[] adjusted = PValues.benjaminiHochberg(p);
            for (int i = 0; i < p.length; i++) {
                double least = 1;
                for (double candidate : p) {
                    long notAbove = Arrays.stream(p).filter(v -> v <= candidate).count();
                    least = candidate >= p[i] ? Math.min(least, candidate * p.length / notAbove) : least;
                }
                assertThat(adjusted[i]).as("round %s", round).isCloseTo(least, within(1e-12));
            }
        }
    }
}
