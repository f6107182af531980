package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleRatioTest {
    /** The Bayes factor as a product of predictive probabilities, one request after the other. */
    @Test
    void isThePredictiveLikelihoodOverThePlannedOne() {
        double[] shares = {0.5, 0.3, 0.2};
        double[][] priors = {{150, 90, 60}, {15_000, 9_000, 6_000}};
        double[] factors = {1, 1};
        SampleRatio ratio = new SampleRatio(5, 3, 2);
        double most = 1;
        for (int request = 0; request < 400; request++) {
            int arm = request % 4 == 0 ? 2 : 0;
            for (int i = 0; i < 2; i++) {
                factors[i] *= priors[i][arm] / (priors[i][0] + priors[i][1] + priors[i][2]) / shares[arm];
                priors[i][arm]++;
            }
            most = Math.max(most, (factors[0] + factors[1]) / 2);
            ratio.add(arm, 1);
            assertThat(ratio.pValue()).isCloseTo(1 / most, within(1e-9));
        }
        assertThat(ratio.pValue()).isLessThan(1e-6);
    }

    @Test
    void trafficAsPlannedRaisesNoAlarm() {
        int alarms = 0;
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SampleRatio ratio = new SampleRatio(95, 5);
            double least = 1;
            for (int request = 0; request < 10_000; request++) {
                ratio.add(random.nextDouble() < 0.95 ? 0 : 1, 1);
                least = request % 20 == 0 ? ratio.pValue() : least;
            }
            alarms += least <= 0.05 ? 1 : 0;
        }
        // At most 20 are expected of 400; 34 or more would have a probability below 0.2 %.
        assertThat(alarms).isLessThan(34);
    }

    @Test
    void twoPercentOfTheRequestsLostAreNoticed() {
        SampleRatio ratio = new SampleRatio(1, 1);
        ratio.add(0, 100_000);
        ratio.add(1, 98_000);
        assertThat(ratio.pValue()).isLessThan(0.05);
    }

    @Test
    void goesOnAfterARestart() {
        SampleRatio ratio = new SampleRatio(1, 1);
        ratio.add(0, 900);
        double least = ratio.pValue();
        SampleRatio later = new SampleRatio(ratio.state());
        later.add(1, 900);
        assertThat(later.pValue()).isEqualTo(least);
        assertThat(later.state().counts()).containsExactly(900L, 900L);
    }

    @Test
    void refusesFewerThanTwoArmsAndSharesOfNothing() {
        assertThatThrownBy(() -> new SampleRatio(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new SampleRatio(1, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe leave the arm out");
    }
}
