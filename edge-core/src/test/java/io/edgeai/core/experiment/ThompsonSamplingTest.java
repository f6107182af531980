package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import java.util.Random;
import org.apache.commons.numbers.gamma.LogBeta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThompsonSamplingTest {
    private static ThompsonSampling after(double floor, int[]... successesAndFailures) {
        ThompsonSampling bandit = new ThompsonSampling(successesAndFailures.length, floor);
        for (int arm = 0; arm < successesAndFailures.length; arm++) {
            for (int i = 0; i < successesAndFailures[arm][0]; i++) {
                bandit.reward(arm, 1);
            }
            for (int i = 0; i < successesAndFailures[arm][1]; i++) {
                bandit.reward(arm, 0);
            }
        }
        return bandit;
    }

    /** P(B > A) for whole numbers of successes and failures, a finite sum (Cook 2005; Miller 2015). */
    private static double secondBetter(int s1, int f1, int s2, int f2) {
        double sum = 0;
        for (int i = 0; i <= s2; i++) {
            sum += Math.exp(LogBeta.value(1 + s1 + i, f2 + 1 + f1 + 1)
                    - Math.log(f2 + 1 + i)
                    - LogBeta.value(1 + i, f2 + 1)
                    - LogBeta.value(1 + s1, 1 + f1));
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,0,0",
        "3,7,6,4",
        "1,99,4,96",
        "0,1000,1,999",
        "500,500,520,480",
        "90000,10000,90300,9700",
        "0,5,5,0"
    })
    void theShareOfAnArmIsTheProbabilityThatItIsTheBest(int s1, int f1, int s2, int f2) {
        double expected = secondBetter(s1, f1, s2, f2);
        List<Double> shares = after(0, new int[] {s1, f1}, new int[] {s2, f2}).shares();
        assertThat(shares.get(1)).isCloseTo(expected, within(1e-4));
        assertThat(shares.get(0) + shares.get(1)).isCloseTo(1, within(1e-12));
    }

    @Test
    void threeArmsAlikeGetAThirdEachAndTheFloorHolds() {
        assertThat(after(0, new int[3][2]).shares())
                .allSatisfy(share -> assertThat(share).isCloseTo(1 / 3.0, within(1e-9)));
        List<Double> shares =
                after(0.02, new int[][] {{900, 100}, {500, 500}, {100, 900}}).shares();
        assertThat(shares.get(0)).isCloseTo(0.96, within(1e-6));
        assertThat(shares.get(1)).isCloseTo(0.02, within(1e-6));
        assertThat(shares.get(2)).isCloseTo(0.02, within(1e-6));
    }

    @Test
    void earnsMoreThanEqualShares() {
        double[] rates = {0.05, 0.10, 0.07};
        long seed = 4;
        Random random = new Random(seed);
        ThompsonSampling bandit = new ThompsonSampling(rates.length, 0.02);
        List<Double> shares = bandit.shares();
        long earned = 0;
        for (int request = 0; request < 20_000; request++) {
            if (request % 200 == 0) {
                shares = bandit.shares();
            }
            double draw = random.nextDouble();
            int arm = draw < shares.get(0) ? 0 : draw < shares.get(0) + shares.get(1) ? 1 : 2;
            int reward = random.nextDouble() < rates[arm] ? 1 : 0;
            earned += reward;
            bandit.reward(arm, reward);
        }
        double equal = 20_000 * (0.05 + 0.10 + 0.07) / 3;
        assertThat((double) earned).as("seed %d", seed).isGreaterThan(1.2 * equal);
        assertThat(bandit.shares().get(1)).as("seed %d", seed).isGreaterThan(0.9);
    }

    @Test
    void goesOnFromItsStateAndTakesPartsOfASuccess() {
        ThompsonSampling bandit = after(0.01, new int[] {5, 5}, new int[] {7, 3});
        bandit.reward(0, 0.25);
        assertThat(bandit.state().successes()).containsExactly(5.25, 7.0);
        assertThat(bandit.state().failures()).containsExactly(5.75, 3.0);
        assertThat(new ThompsonSampling(bandit.state()).shares()).isEqualTo(bandit.shares());
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> new ThompsonSampling(1, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ThompsonSampling(3, 0.4)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ThompsonSampling(2, 0).reward(0, 1.5)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ThompsonSampling(2, 0).reward(0, Double.NaN))
                .isInstanceOf(InvalidInputException.class);
    }
}
