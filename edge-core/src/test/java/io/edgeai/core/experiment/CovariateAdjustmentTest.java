package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CovariateAdjustmentTest {
    @Test
    void theCoefficientIsLeastSquaresOverThePairsBefore() {
        CovariateAdjustment adjustment = new CovariateAdjustment();
        SplittableRandom random = new SplittableRandom(3);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < 100; i++) {
            double x = random.nextGaussian();
            double y = 2 * x + random.nextGaussian();
            double expected = i < 30 ? y : y - products / squares * x;
            assertThat(adjustment.adjust(y, x)).isCloseTo(expected, within(1e-12));
            products += x * y;
            squares += x * x;
        }
    }

    /** A correlation of 0.8 leaves 1 − 0.64 of the variance, so intervals shrink to 0.6. */
    @Test
    void narrowsTheIntervalByWhatTheCovariateExplains() {
        CovariateAdjustment adjustment = new CovariateAdjustment();
        SequentialDifference plain = new SequentialDifference(0.05, 10_000);
        SequentialDifference adjusted = new SequentialDifference(0.05, 10_000);
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 10_000; i++) {
            double x = random.nextGaussian();
            double y = 0.8 * x + 0.6 * random.nextGaussian();
            double rest = adjustment.adjust(y, x);
            if (i >= 100) { // once the coefficient is known
                plain.add(y);
                adjusted.add(rest);
            }
        }
        double ratio = (adjusted.interval().high() - adjusted.interval().low())
                / (plain.interval().high() - plain.interval().low());
        assertThat(ratio).isCloseTo(0.6, within(0.02));
    }

    @Test
    void aCovariateThatNeverDiffersChangesNothing() {
        CovariateAdjustment adjustment = new CovariateAdjustment();
        for (int i = 0; i < 50; i++) {
            assertThat(adjustment.adjust(i, 0)).isEqualTo(i);
        }
    }

    @Test
    void goesOnAfterARestart() {
        CovariateAdjustment adjustment = new CovariateAdjustment();
        for (int i = 0; i < 40; i++) {
            adjustment.adjust(3 * i, i);
        }
        assertThat(new CovariateAdjustment(adjustment.state()).coefficient()).isEqualTo(3);
    }
}
