package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupSequentialTest {
    /** Proschan, Lan and Wittes, "Statistical Monitoring of Clinical Trials", and R's ldbounds: five equal looks. */
    @Test
    void agreesWithThePublishedTableOfFiveLooks() {
        double[] published = {4.8769, 3.3569, 2.6803, 2.2898, 2.0310};
        GroupSequential looks = new GroupSequential(0.05);
        for (int i = 0; i < published.length; i++) {
            assertThat(looks.look((i + 1) / 5.0)).as("look " + (i + 1)).isCloseTo(published[i], within(2e-3));
        }
    }

    @Test
    void oneLookAtTheEndIsTheOrdinaryTest() {
        assertThat(new GroupSequential(0.05).look(1)).isCloseTo(1.959964, within(1e-5));
        assertThat(new GroupSequential(0.01).look(1)).isCloseTo(2.575829, within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 20, 200})
    void brownianMotionCrossesWithProbabilityAlpha(int count) {
        GroupSequential looks = new GroupSequential(0.05);
        double[] bounds = new double[count];
        for (int i = 0; i < count; i++) {
            bounds[i] = looks.look((i + 1.0) / count);
        }
        SplittableRandom random = new SplittableRandom(count);
        int runs = 40_000;
        int crossed = 0;
        for (int run = 0; run < runs; run++) {
            double sum = 0;
            for (int i = 0; i < count; i++) {
                sum += random.nextGaussian() / Math.sqrt(count);
                if (Math.abs(sum) / Math.sqrt((i + 1.0) / count) >= bounds[i]) {
                    crossed++;
                    break;
                }
            }
        }
        // Three standard errors of 40,000 runs are .0033.
        assertThat(crossed / (double) runs).isCloseTo(0.05, within(0.0033));
    }

    @Test
    void looksAtAnyTimeSpendNoMoreThanAlpha() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 20; round++) {
            GroupSequential looks = new GroupSequential(0.05);
            double fraction = 0;
            while (fraction < 1) {
                fraction = Math.min(1, fraction + random.nextDouble() / 5);
                assertThat(looks.look(fraction)).isGreaterThan(1.9599);
            }
            assertThat(looks.looks()).last().isEqualTo(1.0);
        }
    }

    @Test
    void aLookTooSoonAfterTheLastIsNone() {
        GroupSequential looks = new GroupSequential(0.05);
        looks.look(0.5);
        assertThat(looks.look(0.501)).isInfinite();
        assertThat(looks.look(0.4)).isInfinite();
        assertThat(looks.looks()).containsExactly(0.5);
    }

    @Test
    void theEndIsAlwaysALookOnce() {
        GroupSequential looks = new GroupSequential(0.05);
        looks.look(0.999);
        assertThat(looks.look(1)).isFinite();
        assertThat(looks.look(1)).isInfinite();
    }

    @Test
    void goesOnAfterARestart() {
        GroupSequential looks = new GroupSequential(0.05);
        looks.look(0.3);
        looks.look(0.6);
        GroupSequential later = new GroupSequential(0.05, List.of(0.3, 0.6));
        assertThat(later.look(0.8)).isEqualTo(looks.look(0.8));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
    void refusesWhatIsNoFraction(double fraction) {
        assertThatThrownBy(() -> new GroupSequential(0.05).look(fraction))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }
}
