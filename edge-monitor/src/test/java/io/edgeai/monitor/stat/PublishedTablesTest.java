package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of textbooks and closed forms. */
class PublishedTablesTest {
    /** Upper points of chi-squared: 99.5 %, 95 %, 10 %, 2.5 % and 0.5 %. */
    @ParameterizedTest
    @CsvSource({
        "0.412,5,0.995", "2.156,10,0.995", "0.103,2,0.95", "10.851,20,0.95", "9.236,5,0.10", "40.256,30,0.10",
        "12.833,5,0.025", "34.170,20,0.025", "7.879,1,0.005", "16.750,5,0.005", "53.672,30,0.005", "79.490,50,0.005"
    })
    void chiSquared(double x, double degrees, double tail) {
        assertThat(Distributions.chiSquaredUpper(x, degrees)).isCloseTo(tail, Percentage.withPercentage(0.35));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5,0.3085375",
        "1.2815516,0.1",
        "1.6448536,0.05",
        "2.3263479,0.01",
        "3.0902323,0.001",
        "4.2648908,1e-5"
    })
    void normal(double z, double tail) {
        assertThat(Distributions.normalUpper(z)).isCloseTo(tail, Percentage.withPercentage(1e-4));
    }

    /** Q(n, x) for whole n is the chance of fewer than n events of a Poisson process: e^(−x) Σ x^k / k!. */
    @Test
    void theIncompleteGammaOfWholeNumbersIsAPoissonSum() {
        for (int n = 1; n <= 60; n += 7) {
            for (double x = 0.05; x < 150; x *= 1.4) {
                double term = Math.exp(-x);
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += term;
                    term *= x / (k + 1);
                }
                assertThat(Distributions.gammaUpper(n, x))
                        .as("Q(%s, %s)", n, x)
                        .isCloseTo(sum, within(1e-12 + 1e-9 * sum));
            }
        }
    }

    /** Q(a + 1, x) = Q(a, x) + x^a e^(−x) / Γ(a + 1), also where series and fraction meet. */
    @Test
    void theIncompleteGammaObeysItsRecurrence() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            double a = 0.1 + 40 * random.nextDouble();
            double x = a * 2.5 * random.nextDouble() + 1e-3;
            double step = Math.exp(a * Math.log(x) - x - Distributions.logGamma(a + 1));
            assertThat(Distributions.gammaUpper(a + 1, x))
                    .as("Q(%s, %s)", a + 1, x)
                    .isCloseTo(Distributions.gammaUpper(a, x) + step, within(1e-11));
        }
    }

    /** Γ(z)·Γ(1 − z) = π / sin πz and Γ(z + 1) = z·Γ(z). */
    @Test
    void theGammaFunctionObeysReflectionAndRecurrence() {
        for (double z = 0.01; z < 1; z += 0.01) {
            assertThat(Distributions.logGamma(z) + Distributions.logGamma(1 - z))
                    .isCloseTo(Math.log(Math.PI / Math.sin(Math.PI * z)), within(1e-11));
        }
        for (double z = 0.05; z < 500; z *= 1.2) {
            assertThat(Distributions.logGamma(z + 1))
                    .isCloseTo(Distributions.logGamma(z) + Math.log(z), within(1e-10 * (1 + z)));
        }
    }

    /** The table of two samples of ten. */
    @ParameterizedTest
    @CsvSource({"0.4,0.4175", "0.5,0.1678", "0.6,0.05245", "0.7,0.01234", "0.8,0.002057", "0.9,0.0002165", "1,1.083e-5"
    })
    void kolmogorovSmirnovOfTenAndTen(double d, double p) {
        assertThat(KolmogorovSmirnov.pValue(d, 10, 10)).isCloseTo(p, Percentage.withPercentage(0.05));
    }

    /** Gnedenko and Korolyuk (1951): P(D ≥ k/n) = 2 Σ (−1)^(j+1) C(2n, n − jk) / C(2n, n). */
    @ParameterizedTest
    @ValueSource(ints = {5, 12, 30, 80})
    void kolmogorovSmirnovOfEqualSizesHasAClosedForm(int n) {
        for (int k = 1; k <= n; k++) {
            double sum = 0;
            for (int j = 1; j * k <= n; j++) {
                double ratio = 1;
                for (int i = 0; i < j * k; i++) {
                    ratio *= (n - i) / (double) (n + i + 1);
                }
                sum += j % 2 == 1 ? 2 * ratio : -2 * ratio;
            }
            assertThat(KolmogorovSmirnov.pValue((double) k / n, n, n))
                    .as("n %s k %s", n, k)
                    .isCloseTo(sum, within(1e-9));
        }
    }

    /** Mood's moments: mean n(N² − 1)/12, variance nm(N + 1)(N² − 4)/180. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void moodEqualsItsPublishedMoments(long seed) {
        Random random = new Random(seed);
        int total = 20 + random.nextInt(200);
        boolean[] order = new boolean[total];
        double sum = 0;
        double n = 0;
        for (int i = 0; i < total; i++) {
            order[i] = random.nextDouble() < 0.4;
            n += order[i] ? 1 : 0;
            sum += order[i] ? Math.pow(i + 1 - (total + 1) / 2.0, 2) : 0;
        }
        double big = total;
        double mean = n * (big * big - 1) / 12;
        double variance = n * (big - n) * (big + 1) * (big * big - 4) / 180;
        double expected = 2 * Distributions.normalUpper(Math.abs(sum - mean) / Math.sqrt(variance));
        assertThat(RankTests.mood(order)).as("seed %s", seed).isCloseTo(expected, within(1e-9));
    }

    /** Snedecor's form for two rows: with df = 2 the p-value is e^(−χ²/2). */
    @Test
    void aTwoByThreeTableByHand() {
        // expected 25 30 45 in both rows: 2·(25/25 + 0 + 25/45)
        double statistic = 2 * (1 + 25.0 / 45);
        int[] first = {20, 30, 50};
        int[] second = {30, 30, 40};
        assertThat(ContingencyTest.statistic(first, second)).isCloseTo(statistic, within(1e-12));
        assertThat(ContingencyTest.pValue(first, second, 100, 1)).isCloseTo(Math.exp(-statistic / 2), within(1e-12));
    }

    /** Fisher's tea: all four cups right has a chance of 1/70, and both sides of the table 2/70. */
    @Test
    void theLadyTastingTea() {
        double sum = 0;
        for (int seed = 0; seed < 100; seed++) {
            sum += ContingencyTest.pValue(new int[] {4, 0}, new int[] {0, 4}, 4000, seed);
        }
        assertThat(sum / 100).isBetween(2.0 / 70 * 0.97, 2.0 / 70 * 1.15);
    }

    /** An empty level changes nothing; swapping the rows neither. */
    @Test
    void tablesMayHaveEmptyLevelsAndSwappedRows() {
        double p = ContingencyTest.pValue(new int[] {40, 60, 30}, new int[] {60, 50, 40}, 100, 1);
        assertThat(ContingencyTest.pValue(new int[] {40, 0, 60, 30}, new int[] {60, 0, 50, 40}, 100, 1))
                .isEqualTo(p);
        assertThat(ContingencyTest.pValue(new int[] {60, 50, 40}, new int[] {40, 60, 30}, 100, 1))
                .isCloseTo(p, within(1e-12));
    }

    /** Mean n·K/N and variance n·(K/N)·(1 − K/N)·(N − n)/(N − 1) of the hypergeometric distribution. */
    @ParameterizedTest
    @CsvSource({"50,10,7", "1000,400,30", "1256,256,19", "20,20,5", "20,0,5"})
    void hypergeometricMoments(int total, int marked, int draws) {
        double[] p = Distributions.hypergeometric(total, marked, draws);
        double sum = 0;
        double mean = 0;
        double squares = 0;
        for (int x = 0; x < p.length; x++) {
            sum += p[x];
            mean += x * p[x];
            squares += x * x * p[x];
        }
        double share = (double) marked / total;
        assertThat(sum).isCloseTo(1, within(1e-9));
        assertThat(mean).isCloseTo(draws * share, within(1e-8));
        assertThat(squares - mean * mean)
                .isCloseTo(draws * share * (1 - share) * (total - draws) / (total - 1.0), within(1e-7));
    }
}
