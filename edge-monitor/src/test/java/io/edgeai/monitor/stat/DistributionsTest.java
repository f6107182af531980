package io.edgeai.monitor.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionsTest {
    @ParameterizedTest
    @CsvSource({"0,0.5", "1,0.158655253931457", "1.959963984540054,0.025", "3,0.001349898031630", "6,9.86587645e-10"})
    void normalTailEqualsPublishedValues(double z, double expected) {
        assertThat(Distributions.normalUpper(z)).isCloseTo(expected, Percentage.withPercentage(1e-6));
        assertThat(Distributions.normalUpper(-z)).isCloseTo(1 - expected, within(1e-12));
    }

    /** Upper 5 % and 1 % points of the usual tables. */
    @ParameterizedTest
    @CsvSource({"3.841,1,0.05", "5.991,2,0.05", "9.488,4,0.05", "18.307,10,0.05", "6.635,1,0.01", "124.342,100,0.05"})
    void chiSquaredTailEqualsPublishedTable(double x, double degrees, double expected) {
        assertThat(Distributions.chiSquaredUpper(x, degrees)).isCloseTo(expected, within(2e-5));
    }

    @Test
    void chiSquaredOfTwoDegreesIsExponential() {
        for (double x = 0.1; x < 100; x *= 1.5) {
            assertThat(Distributions.chiSquaredUpper(x, 2))
                    .isCloseTo(Math.exp(-x / 2), Percentage.withPercentage(1e-9));
        }
    }

    @Test
    void logGammaOfWholeNumbersIsTheFactorial() {
        double factorial = 1;
        for (int n = 1; n < 30; n++) {
            assertThat(Distributions.logGamma(n)).isCloseTo(Math.log(factorial), within(1e-10));
            factorial *= n;
        }
        assertThat(Distributions.logGamma(0.5)).isCloseTo(Math.log(Math.sqrt(Math.PI)), within(1e-12));
        assertThat(Distributions.logGamma(0.25)).isCloseTo(Math.log(3.625609908221908), within(1e-12));
    }

    @Test
    void hypergeometricEqualsCountingAllDraws() {
        int total = 9;
        int marked = 4;
        int draws = 3;
        double[] counted = new double[draws + 1];
        int subsets = 0;
        for (int mask = 0; mask < 1 << total; mask++) {
            if (Integer.bitCount(mask) == draws) {
                counted[Integer.bitCount(mask & ((1 << marked) - 1))]++;
                subsets++;
            }
        }
        double[] p = Distributions.hypergeometric(total, marked, draws);
        for (int x = 0; x <= draws; x++) {
            assertThat(p[x]).isCloseTo(counted[x] / subsets, within(1e-12));
        }
        assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-12));
    }
}
