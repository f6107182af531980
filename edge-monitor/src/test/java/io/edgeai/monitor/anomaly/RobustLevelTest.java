package io.edgeai.monitor.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the window detectors: baseline, excursions and the tail of peaks. */
class RobustLevelTest {
    /** Of signals with a known correlation the whitened residuals have variance 1 and correlation 0. */
    @ParameterizedTest
    @CsvSource({"gaussian", "ar"})
    void whitenedResidualsAreStandardAndUncorrelated(String kind) {
        DoubleSupplier signal = Signals.of(kind, 1, 8640);
        RobustLevel baseline = new RobustLevel();
        double previous = 0;
        double sum = 0;
        double squares = 0;
        double products = 0;
        int rows = 0;
        for (int i = 0; i < 50_000; i++) {
            double value = signal.getAsDouble();
            if (i >= 2000) {
                double residual = baseline.whitened(baseline.standard(value));
                sum += residual;
                squares += residual * residual;
                products += residual * previous;
                previous = residual;
                rows++;
            }
            baseline.learn(value);
        }
        assertThat(sum / rows).isCloseTo(0, within(0.05));
        assertThat(squares / rows).isCloseTo(1, within(0.12));
        assertThat(products / squares).isCloseTo(0, within(0.06));
        assertThat(baseline.scale()).isCloseTo(1, within(0.2));
        assertThat(baseline.level()).isCloseTo(10, within(0.8));
    }

    /** The first thirty values are averaged without a clip. */
    @Test
    void aYoungBaselineIsThePlainMean() {
        Random random = new Random(2);
        RobustLevel baseline = new RobustLevel();
        double sum = 0;
        for (int n = 1; n <= 30; n++) {
            double value = 1e6 * random.nextGaussian();
            sum += value;
            baseline.learn(value);
            assertThat(baseline.level()).as("value %s", n).isCloseTo(sum / n, within(1e-6));
        }
    }

    @Test
    void oneWildValueMovesTheLevelByThreeScalesOfAHundredTwentiethAtMost() {
        DoubleSupplier signal = Signals.of("gaussian", 3, 8640);
        RobustLevel baseline = new RobustLevel();
        for (int i = 0; i < 1000; i++) {
            baseline.learn(signal.getAsDouble());
        }
        double level = baseline.level();
        double scale = baseline.scale();
        baseline.learn(1e12);
        assertThat(baseline.level() - level).isCloseTo(3 * scale / 120, within(1e-9));
        assertThat(baseline.scale()).isLessThan(scale * 1.02);
    }

    @Test
    void skippedValuesChangeNeitherLevelNorScaleAndAdoptedOnesOnlyTheLevel() {
        DoubleSupplier signal = Signals.of("gaussian", 4, 8640);
        RobustLevel baseline = new RobustLevel();
        for (int i = 0; i < 500; i++) {
            baseline.learn(signal.getAsDouble());
        }
        double level = baseline.level();
        double scale = baseline.scale();
        for (int i = 0; i < 100; i++) {
            baseline.skip(50);
        }
        assertThat(baseline.level()).isEqualTo(level);
        assertThat(baseline.scale()).isEqualTo(scale);
        baseline.adopt(50);
        assertThat(baseline.level()).isEqualTo(50);
        assertThat(baseline.scale()).isCloseTo(scale, within(1e-4));
    }

    /** Peaks that exceed the floor ln 10 by an exponential of mean m stretch the threshold to (30 + m·n) / (30 + n). */
    @ParameterizedTest
    @CsvSource({"0.5,1", "1,1", "2,1.9", "4,3.7"})
    void theTailLearnsHowFarPeaksReach(double mean, double stretch) {
        Random random = new Random(5);
        double sum = 0;
        for (int seed = 0; seed < 40; seed++) {
            PeakTail tail = new PeakTail();
            for (int i = 0; i < 270; i++) {
                tail.add(Math.log(10) - mean * Math.log(1 - random.nextDouble()), false);
                tail.add(0, false);
            }
            sum += tail.stretch();
        }
        assertThat(sum / 40).isCloseTo(stretch, within(0.12));
    }

    @Test
    void peaksThatEndInAnAlertOrStayBelowTheFloorTeachNothing() {
        PeakTail tail = new PeakTail();
        for (int i = 0; i < 500; i++) {
            tail.add(50, false);
            tail.add(60, true);
            tail.add(2, false);
            tail.add(0, false);
        }
        assertThat(tail.stretch()).isEqualTo(1);
    }

    /** A peak counts once, with its highest value, when the statistic has fallen well below the floor. */
    @Test
    void aPeakIsCountedOnceByItsHighestValue() {
        PeakTail tail = new PeakTail();
        for (double log : new double[] {3, 7, 5, 2, 6, 1.9, 0}) {
            tail.add(log, false);
        }
        assertThat(tail.stretch()).isCloseTo((30 + 7 - Math.log(10)) / 31, within(1e-12));
    }

    /** S ← max(0, S + clip(r, ±3) − 0.75), by hand. */
    @Test
    void anExcursionIsACumulativeSumOverItsThreshold() {
        Excursions excursions = new Excursions(1e-6);
        double threshold = 2.25 / excursions.add(9); // 3 − 0.75
        assertThat(threshold).isGreaterThan(3);
        assertThat(excursions.add(1)).isCloseTo(2.5 / threshold, within(1e-12));
        assertThat(excursions.add(-1)).isCloseTo(0.75 / threshold, within(1e-12));
        assertThat(excursions.add(-1)).isZero();
        assertThat(excursions.add(0.75)).isZero();
        excursions.add(3);
        excursions.restart();
        assertThat(excursions.add(0)).isZero();
    }

    /** A rarer alarm needs a higher threshold, and never less than two of the largest steps. */
    @Test
    void theThresholdGrowsAsTheChanceShrinks() {
        double before = 0;
        for (double chance : new double[] {0.5, 1e-2, 1e-4, 1e-6, 1e-9}) {
            double threshold = 2.25 / new Excursions(chance).add(3);
            assertThat(threshold).as("chance %s", chance).isGreaterThanOrEqualTo(Math.max(3, before));
            before = threshold;
        }
        assertThat(before).isGreaterThan(10);
    }

    /** However far it rose, a CUSUM is back below its threshold a few quiet values later. */
    @Test
    void theSumIsBoundedSoThatAlertsEnd() {
        Excursions excursions = new Excursions(1e-5);
        for (int i = 0; i < 10_000; i++) {
            excursions.add(3);
        }
        int steps = 0;
        while (excursions.add(0) >= 1) {
            steps++;
        }
        assertThat(steps).isBetween(6, 8); // 6 above the threshold, 0.75 a step
    }
}
