package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.PrivacyBudgetExceededException;
import io.edgeai.federated.selection.Selection;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivateRunTest {
    private static final int SIZE = 20_000;
    private static final int[] LAYERS = {0, SIZE};
    private static final long SEED = 77;

    private static Privacy privacy() {
        return Privacy.epsilon(8, 1e-5).clipping(Clipping.flat(2)).noise(3).insecureSeed(SEED);
    }

    /** The noisy sum of equal updates. */
    private static double[] sum(PrivateRun run, int participants, float each) {
        double[] sum = new double[SIZE];
        for (int i = 0; i < participants; i++) {
            float[] update = new float[SIZE];
            Arrays.fill(update, each);
            run.limit(update);
            for (int j = 0; j < SIZE; j++) {
                sum[j] += update[j];
            }
        }
        run.finish(sum, participants);
        return sum;
    }

    private static double[] sum(Privacy privacy, int participants, float each) {
        try (PrivateRun run = new PrivateRun(privacy, 1, LAYERS)) {
            return sum(run, participants, each);
        }
    }

    private static double deviation(double[] values, double mean) {
        return Math.sqrt(Arrays.stream(values)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow());
    }

    /** Ten equal updates of norm 2 after clipping, 2/√d in each place; noise 3 · 2 on the sum. */
    @Test
    void centralNoiseIsAddedOnceToTheClippedSum() {
        double[] sum = sum(privacy(), 10, 1);

        double mean = 10 * 2 / Math.sqrt(SIZE);
        assertThat(Arrays.stream(sum).average().orElseThrow())
                .as("seed %s", SEED)
                .isCloseTo(mean, within(4 * 6 / Math.sqrt(SIZE)));
        assertThat(deviation(sum, mean)).as("seed %s", SEED).isCloseTo(6, within(0.1));
    }

    /** Every participant adds noise 3 · 2 of its own, so that the sum has √10 times as much. */
    @Test
    void localNoiseIsAddedToEveryUpdate() {
        double[] sum = sum(privacy().noiseBy(Privacy.Noise.LOCAL), 10, 0);

        assertThat(deviation(sum, 0)).as("seed %s", SEED).isCloseTo(6 * Math.sqrt(10), within(0.3));
    }

    @Test
    void aRoundOfNobodyReleasesNoise() {
        assertThat(deviation(sum(privacy().sampling(0.1), 0, 0), 0))
                .as("seed %s", SEED)
                .isCloseTo(6, within(0.1));
    }

    /** With the least number of survivors the parts of the noise are together as much as the coordinator's would be. */
    @Test
    void distributedNoiseIsEnoughForTheSurvivors() {
        int survivors = 6;
        try (PrivateRun run = new PrivateRun(privacy().noiseBy(Privacy.Noise.DISTRIBUTED), 1, LAYERS)) {
            double[] sum = new double[SIZE];
            double part = 3 * (2 / run.granularity(survivors) + Math.sqrt(SIZE) / 2) / Math.sqrt(survivors);
            for (int i = 0; i < survivors; i++) {
                int[] units = new int[SIZE];
                run.addShare(units, part);
                for (int j = 0; j < SIZE; j++) {
                    sum[j] += units[j] * run.granularity(survivors);
                }
            }
            // Rounding may add √d/2 units to a vector, each worth 6 / (1024 · √6).
            double longest = 2 + Math.sqrt(SIZE) / 2 * 6 / (1024 * Math.sqrt(survivors));
            assertThat(deviation(sum, 0)).as("seed %s", SEED).isCloseTo(3 * longest, within(0.1));
            assertThat(run.granularity(survivors)).isEqualTo(6 / (1024 * Math.sqrt(survivors)));
        }
    }

    @ParameterizedTest
    @EnumSource(Privacy.Noise.class)
    void everyRoundIsEnteredAndTheLastIsRefused(Privacy.Noise who) {
        Privacy privacy = Privacy.epsilon(3, 1e-6).noiseBy(who);
        try (PrivateRun run = new PrivateRun(privacy, 12, LAYERS)) {
            double before = 0;
            for (int round = 0; round < 12; round++) {
                run.spend(1);
                assertThat(run.epsilon()).isGreaterThan(before);
                before = run.epsilon();
            }
            // The noise was chosen for twelve rounds: they spend the budget but for the calibration's 0.01 %.
            assertThat(before).isBetween(3 * 0.999, 3.0);
            assertThatThrownBy(() -> run.spend(13)).isInstanceOf(PrivacyBudgetExceededException.class);
        }
    }

    @Test
    void participantsAreDrawnIndependently() {
        int[] times = new int[50];
        for (int round = 0; round < 2000; round++) {
            for (int i :
                    privacy().sampling(0.3).selection(Selection.all()).select(round, 50, new SplittableRandom(1))) {
                times[i]++;
            }
        }
        for (int n : times) {
            // 600 ± 20.5, and five times that.
            assertThat(n).as("seed %s", SEED).isBetween(498, 702);
        }
    }

    @Test
    void anAdaptiveNormMovesAndCostsNothingMore() {
        Privacy privacy = privacy().clipping(Clipping.adaptive(2, 0.5)).noise(1.5);
        try (PrivateRun run = new PrivateRun(privacy, 1, LAYERS)) {
            double[] result = new double[SIZE];
            for (int i = 0; i < 100; i++) {
                float[] update = new float[SIZE];
                update[0] = 100;
                run.limit(update);
                result[0] += update[0];
            }
            run.spend(1);
            run.finish(result, 100);

            // Nobody was within the norm: it grows by exp(0.2 · 0.5), up to the noise of the count.
            assertThat(run.clipNorm()).isCloseTo(2 * Math.exp(0.1), within(0.1));
            assertThat(run.epsilon()).isEqualTo(PrivacyAccountant.pld().epsilon(Mechanism.gaussian(1.5), 1, 1e-5));
            // 1/z² = 1/zΔ² + 1/(2σ)² with σ = 100/20 leaves zΔ = 1.5173.
            result[0] = 0;
            assertThat(deviation(result, 0)).isCloseTo(1.5173 * 2, within(0.05));
        }
    }

    @Test
    void whatDoesNotFitIsListed() {
        assertThat(privacy().problems(1, 100)).isEmpty();
        assertThat(Privacy.epsilon(1, 0.01).problems(5, 200))
                .hasSize(1)
                .first()
                .asString()
                .contains("delta (0.01)");
        assertThat(privacy().noiseBy(Privacy.Noise.LOCAL).sampling(0.5).problems(1, 100))
                .hasSize(1)
                .first()
                .asString()
                .contains("local noise");
        assertThat(privacy().clipping(Clipping.adaptive(1, 0.5)).problems(1, 10))
                .hasSize(1)
                .first()
                .asString()
                .contains("more than (10.0) participants");
        assertThat(Privacy.epsilon(1, 1e-5).noise(2).problems(20, 100))
                .hasSize(1)
                .first()
                .asString()
                .contains("keeps only 0 of 20");
    }

    /**
     * An attacker who knows everything but whether a canary took part looks at one coordinate. The ε that its successes
     * prove, with 99.9 % confidence, is below the ε claimed.
     */
    @Test
    void anAttackNeverProvesMoreThanIsClaimed() {
        Privacy privacy = Privacy.epsilon(50, 1e-5).noise(0.8).insecureSeed(SEED);
        double claimed = PrivacyAccountant.pld().epsilon(Mechanism.gaussian(0.8), 1, 1e-5);
        int trials = 40_000;
        int found = 0;
        int mistaken = 0;
        try (PrivateRun run = new PrivateRun(privacy, 1, new int[] {0, 1})) {
            GaussianNoise noise = new GaussianNoise(NoiseRandom.insecure(SEED));
            for (int i = 0; i < trials; i++) {
                double[] with = {1};
                double[] without = {0};
                noise.addTo(with, run.multiplier(), run.clipNorm());
                noise.addTo(without, run.multiplier(), run.clipNorm());
                found += with[0] > 1.5 ? 1 : 0;
                mistaken += without[0] > 1.5 ? 1 : 0;
            }
        }
        double power = (found - 3.3 * Math.sqrt(found)) / trials;
        double falsely = (mistaken + 3.3 * Math.sqrt(mistaken + 1)) / trials;
        double proven = Math.log((power - 1e-5) / falsely);

        assertThat(proven).as("seed %s", SEED).isBetween(1.0, claimed);
    }
}
