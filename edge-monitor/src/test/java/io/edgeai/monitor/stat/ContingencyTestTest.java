package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ContingencyTestTest {
    @Test
    void statisticOfTwoByTwoEqualsTheTextbookFormula() {
        // n(ad − bc)² / ((a+b)(c+d)(a+c)(b+d))
        double expected = 100.0 * Math.pow(30 * 25 - 20 * 25, 2) / (50.0 * 50 * 55 * 45);
        assertThat(ContingencyTest.statistic(new int[] {30, 20}, new int[] {25, 25}))
                .isCloseTo(expected, within(1e-9));
    }

    /** The exact conditional distribution of a 2 × 2 table is the oracle of the permutation. */
    @Test
    void permutationEqualsEnumerationOfTheTable() {
        int[] first = {7, 1};
        int[] second = {3, 5};
        double observed = ContingencyTest.statistic(first, second);
        double[] p = Distributions.hypergeometric(16, 10, 8);
        double exact = 0;
        for (int x = 2; x <= 8; x++) {
            double statistic = ContingencyTest.statistic(new int[] {x, 8 - x}, new int[] {10 - x, x - 2});
            exact += statistic >= observed - 1e-9 ? p[x] : 0;
        }
        double sum = 0;
        int seeds = 400;
        for (int seed = 0; seed < seeds; seed++) {
            sum += ContingencyTest.pValue(first, second, 2000, seed);
        }
        // stopping at ten exceedances overestimates by about a tenth of the value
        assertThat(sum / seeds).isBetween(exact * 0.98, exact * 1.15);
    }

    @Test
    void rareLevelsArePermutedToTheExactSize() {
        Random random = new Random(11);
        int rejected = 0;
        int rounds = 600;
        for (int round = 0; round < rounds; round++) {
            int[] first = draw(random, 300);
            int[] second = draw(random, 60);
            rejected += ContingencyTest.pValue(first, second, 500, round) <= 0.05 ? 1 : 0;
        }
        assertThat((double) rejected / rounds).isBetween(0.025, 0.08);
    }

    private static int[] draw(Random random, int count) {
        int[] counts = new int[5];
        for (int i = 0; i < count; i++) {
            double u = random.nextDouble();
            counts[u < 0.6 ? 0 : u < 0.9 ? 1 : u < 0.97 ? 2 : u < 0.99 ? 3 : 4]++;
        }
        return counts;
    }

    @Test
    void oneLevelCannotDiffer() {
        assertThat(ContingencyTest.pValue(new int[] {50, 0}, new int[] {30, 0}, 100, 1))
                .isEqualTo(1);
    }

    @Test
    void theSameSeedGivesTheSameAnswer() {
        int[] first = {90, 9, 1};
        int[] second = {80, 15, 5};
        assertThat(ContingencyTest.pValue(first, second, 1000, 7))
                .isEqualTo(ContingencyTest.pValue(first, second, 1000, 7));
    }
}
