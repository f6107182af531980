package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SurpriseScaleTest {
    private static double exponential(Random random) {
        return -Math.log(1 - random.nextDouble());
    }

    private static SurpriseScale trained(int rows, long seed) {
        Random random = new Random(seed);
        SurpriseScale scale = new SurpriseScale();
        for (int i = 0; i < rows; i++) {
            scale.surprise(exponential(random), 0);
        }
        return scale;
    }

    /** Of a unit exponential P(X ≥ x) = e^(−x): the surprise is x·log10(e). */
    @ParameterizedTest
    @CsvSource({"0.1,0.02", "0.5,0.03", "1,0.04", "2,0.06", "3,0.08"})
    void insideTheHistogramTheSurpriseIsTheLogarithmOfTheTail(double size, double tolerance) {
        double exact = size * Math.log10(Math.E);
        double sum = 0;
        for (int seed = 0; seed < 5; seed++) {
            sum += trained(20_000, seed).surprise(size, 0);
        }
        assertThat(sum / 5).isCloseTo(exact, within(tolerance));
    }

    /** P = k/(n+1)·(1 + 0.25·(x − r0)/β)^(−4) beyond the 2 % level r0 = ln 50, mean excess β = 1. */
    @ParameterizedTest
    @ValueSource(doubles = {5, 7, 10, 20, 100})
    void beyondTwoPercentTheTailIsGeneralisedPareto(double size) {
        double exact = -Math.log10(0.02) + 4 * Math.log10(1 + 0.25 * (size - Math.log(50)));
        double sum = 0;
        for (int seed = 0; seed < 5; seed++) {
            sum += trained(20_000, seed).surprise(size, 0);
        }
        assertThat(sum / 5).isCloseTo(exact, within(0.05 + 0.03 * exact));
    }

    @Test
    void theFirstTwentyScoreNothing() {
        SurpriseScale scale = new SurpriseScale();
        for (int i = 0; i < 20; i++) {
            assertThat(scale.surprise(i == 10 ? 1e6 : 1, 0)).isZero();
        }
        assertThat(scale.surprise(1e6, 0)).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aLargerSizeIsNeverLessSurprising(long seed) {
        double before = 0;
        for (double size = 1e-4; size < 1e5; size *= 1.17) {
            double surprise = trained(3000, seed).surprise(size, 0);
            assertThat(surprise).as("seed %s size %s", seed, size).isGreaterThanOrEqualTo(before - 1e-6);
            before = surprise;
        }
        assertThat(before).isGreaterThan(10);
    }

    /** Surprises are −log10 of p-values, so a share of about 10^(−q) of them is above q. */
    @Test
    void onItsOwnPastTheSurprisesAreCalibrated() {
        Random random = new Random(4);
        SurpriseScale scale = new SurpriseScale();
        int[] above = new int[3];
        int rows = 60_000;
        for (int i = 0; i < rows; i++) {
            double surprise = scale.surprise(Math.abs(random.nextGaussian()), 0);
            for (int q = 0; q < 3; q++) {
                above[q] += surprise >= q + 1 ? 1 : 0;
            }
        }
        assertThat(above[0] / (double) rows).isCloseTo(0.1, within(0.01));
        assertThat(above[1] / (double) rows).isCloseTo(0.01, within(0.003));
        assertThat(above[2] / (double) rows).isLessThan(0.002);
    }

    /** A histogram with a memory of 40,000 rows: after 2·40,000 rows of a tenfold size the old tail is gone. */
    @Test
    void thePastFades() {
        SurpriseScale scale = trained(20_000, 5);
        double first = scale.surprise(60, 0);
        Random random = new Random(6);
        for (int i = 0; i < 80_000; i++) {
            scale.surprise(10 * exponential(random), 0);
        }
        assertThat(first).isGreaterThan(6);
        // P(10·X ≥ 60) = e^(−6): 2.6 decades
        assertThat(scale.surprise(60, 0)).isCloseTo(6 * Math.log10(Math.E), within(0.4));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-300, 1e-9, 1e15, 1e300, Double.MAX_VALUE})
    void extremeSizesGiveFiniteSurprises(double size) {
        SurpriseScale scale = trained(500, 7);
        assertThat(scale.surprise(size, 0)).isBetween(0.0, 300.0);
        assertThat(scale.surprise(1, 0)).isBetween(0.0, 2.0);
    }

    @Test
    void aConstantIsNeverSurprising() {
        SurpriseScale scale = new SurpriseScale();
        for (int i = 0; i < 2000; i++) {
            assertThat(scale.surprise(0, 0)).isLessThan(0.1);
        }
    }

    /** The weights are rescaled after 40,000·ln(1e6) = 552,620 rows; nothing shows. */
    @Test
    void aVeryLongSeriesStaysCalibrated() {
        Random random = new Random(8);
        SurpriseScale scale = new SurpriseScale();
        int above = 0;
        for (int i = 0; i < 620_000; i++) {
            above += scale.surprise(exponential(random), 0) >= 2 && i >= 520_000 ? 1 : 0;
        }
        assertThat(above / 100_000.0).isCloseTo(0.01, within(0.002));
    }

    /** A long event among rows as usual: what it taught is less where its rows are taken together. */
    @Test
    void aLongEventIsForgivenMoreWhereItsRowsAreOneEvent() {
        double[] surprise = new double[2];
        for (int run = 0; run < 2; run++) {
            Random random = new Random(9);
            SurpriseScale scale = new SurpriseScale();
            for (int row = 0; row < 20_000; row++) {
                scale.surprise(row >= 10_000 && row < 10_100 ? 40 : exponential(random), run == 0 ? 0 : 3);
            }
            surprise[run] = scale.surprise(40, 0);
        }
        // all but the first of its rows weigh 0.3
        assertThat(surprise[1] - surprise[0]).as("seed 9").isBetween(-0.8 * Math.log10(0.3), -2.5 * Math.log10(0.3));
    }
}
