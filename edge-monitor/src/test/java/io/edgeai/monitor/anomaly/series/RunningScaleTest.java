package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link RunningScale} and {@link RunningSize} against plain means and known distributions. */
class RunningScaleTest {
    /** While the memory is longer than the series and nothing is clipped, the level is the plain mean. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theFirstRowsAreAveragedEvenly(long seed) {
        Random random = new Random(seed);
        RunningScale scale = new RunningScale();
        double sum = 0;
        double deviations = 0;
        double up = 0;
        double down = 0;
        for (int n = 1; n <= 100; n++) {
            double value = 50 + 9 * random.nextGaussian();
            double off = n == 1 ? 0 : value - sum / (n - 1);
            deviations += Math.abs(off);
            up += Math.max(0, off);
            down += Math.max(0, -off);
            sum += value;
            scale.learn(value);
            double expected = 1.25 * deviations / n + 1e-9 * (1 + Math.abs(sum / n));
            assertThat(scale.level()).as("seed %s row %s", seed, n).isCloseTo(sum / n, within(1e-9));
            assertThat(scale.scale()).isCloseTo(expected, within(1e-9));
            assertThat(scale.sideScale(1)).isCloseTo(2 * up / n + 0.05 * expected, within(1e-9));
            assertThat(scale.sideScale(-1)).isCloseTo(2 * down / n + 0.05 * expected, within(1e-9));
        }
    }

    /** The mean deviation of a standard normal is √(2/π) = 0.79788; its 1.25-fold is 0.99736. */
    @Test
    void ofANormalSeriesTheScaleIsItsStandardDeviation() {
        Random random = new Random(4);
        RunningScale scale = new RunningScale();
        RunningSize size = new RunningSize();
        for (int i = 0; i < 60_000; i++) {
            double noise = 3 * random.nextGaussian();
            scale.learn(-20 + noise);
            size.learn(noise);
        }
        assertThat(scale.scale()).isCloseTo(3, Percentage.withPercentage(5));
        assertThat(size.scale()).isCloseTo(3, Percentage.withPercentage(5));
        assertThat(scale.level()).isCloseTo(-20, within(0.2));
    }

    /** E[X; X > mean] of a unit exponential is 1/e on either side of its mean. */
    @Test
    void ofASkewedSeriesBothSidesHoldTheSameMass() {
        Random random = new Random(5);
        RunningScale scale = new RunningScale();
        for (int i = 0; i < 40_000; i++) {
            scale.learn(-Math.log(1 - random.nextDouble()));
        }
        double fromScale = 0.05 * scale.scale();
        assertThat(scale.sideScale(1) - fromScale).isCloseTo(2 / Math.E, Percentage.withPercentage(8));
        assertThat(scale.sideScale(-1) - fromScale).isCloseTo(2 / Math.E, Percentage.withPercentage(8));
    }

    /** One value moves the level by at most four scales times the rate. */
    @Test
    void oneWildValueMovesLittle() {
        Random random = new Random(6);
        RunningScale scale = new RunningScale();
        for (int i = 0; i < 2000; i++) {
            scale.learn(random.nextGaussian());
        }
        double level = scale.level();
        double before = scale.scale();
        scale.learn(1e12);
        assertThat(scale.level() - level).isCloseTo(4 * before / 2001, Percentage.withPercentage(0.1));
        assertThat(scale.scale()).isLessThan(1.01 * before);
    }

    /** A fixed clip would need 1e9 scales / (4 · 1e-9) rows; the growing one needs a few hundred. */
    @Test
    void aFlatStartDoesNotFreezeTheScale() {
        RunningScale scale = new RunningScale();
        RunningSize size = new RunningSize();
        for (int i = 0; i < 500; i++) {
            scale.learn(10);
            size.learn(0);
        }
        assertThat(scale.scale()).isLessThan(1e-7);
        Random random = new Random(7);
        for (int i = 0; i < 1500; i++) {
            double noise = random.nextGaussian();
            scale.learn(10 + noise);
            size.learn(noise);
        }
        assertThat(scale.scale()).isBetween(0.3, 1.2);
        assertThat(size.scale()).isBetween(0.3, 1.2);
    }

    /** With a memory of 4000, half a level is forgotten in 4000·ln 2 = 2772 rows. */
    @Test
    void theMemoryIsFourThousandRows() {
        RunningSize size = new RunningSize();
        for (int i = 0; i < 20_000; i++) {
            size.learn(2);
        }
        for (int i = 0; i < 2772; i++) {
            size.learn(0);
        }
        assertThat(size.mean()).isCloseTo(1, within(0.001));
    }

    @Test
    void theSizeIgnoresTheSign() {
        Random random = new Random(8);
        RunningSize plain = new RunningSize();
        RunningSize flipped = new RunningSize();
        for (int i = 0; i < 3000; i++) {
            double off = random.nextGaussian() * (i % 97 == 0 ? 50 : 1);
            plain.learn(off);
            flipped.learn(-off);
            assertThat(flipped.mean()).isEqualTo(plain.mean());
        }
    }

    /** Measuring in another unit and from another zero changes nothing but unit and zero. */
    @Test
    void theScaleFollowsUnitAndZero() {
        Random random = new Random(9);
        RunningScale plain = new RunningScale();
        RunningScale moved = new RunningScale();
        for (int i = 0; i < 5000; i++) {
            double value = random.nextGaussian() * (random.nextInt(50) == 0 ? 30 : 1);
            plain.learn(value);
            moved.learn(1000 * value + 5);
        }
        assertThat(moved.level()).isCloseTo(1000 * plain.level() + 5, within(1e-3));
        assertThat(moved.scale()).isCloseTo(1000 * plain.scale(), Percentage.withPercentage(0.01));
    }
}
