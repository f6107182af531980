package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.FixedPoint;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.secagg.SumTerms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What participants elsewhere do to their own changes, and that it is what the coordinator's plan promises. */
class UpdateGuardTest {
    private static final int MANY = 200_000;

    private static UpdateGuard plain(double norm, double noise, int... layers) {
        return new UpdateGuard(norm, layers, noise, null);
    }

    /** (3, 4) has norm 5 and (5, 12) has 13; scaled down by hand. */
    @Test
    void changesAreLimitedAsAWholeOrPartByPart() {
        float[] whole = {3, 4, 0, 0};
        plain(1, 0, 0, 4).limit(whole);
        assertThat(whole).containsExactly(new float[] {0.6f, 0.8f, 0, 0}, within(1e-6f));

        float[] parts = {3, 4, 5, 12};
        plain(Math.sqrt(2), 0, 0, 2, 4).limit(parts);
        assertThat(parts).containsExactly(new float[] {0.6f, 0.8f, 5 / 13f, 12 / 13f}, within(1e-6f));

        float[] free = {3, 4};
        plain(0, 0, 0, 2).limit(free);
        assertThat(free).containsExactly(3, 4);
    }

    /** The mean square of n normal values with deviation s is s² up to 6·√(2/n) of it, but for one case in 5e8. */
    @Test
    void ownNoiseHasTheDeviationItPromises() {
        float[] change = new float[MANY];
        plain(0.5, 3, 0, MANY).limit(change);
        assertThat(meanSquare(change)).isCloseTo(2.25, within(2.25 * 6 * Math.sqrt(2.0 / MANY)));
    }

    @Test
    void aVectorForASumIsItsChangeInUnitsWithItsPartOfTheNoise() {
        FixedPoint units = new FixedPoint(0.25, 10);
        assertThat(new UpdateGuard(0, new int[] {0, 3}, 0, new SumTerms(units, 0, 100, 2))
                        .units(new float[] {1, -0.6f, 0.1f}, 1))
                .containsExactly(4, -2, 0);

        int[] noisy =
                new UpdateGuard(1, new int[] {0, MANY}, 0, new SumTerms(units, 20, 100, 2)).units(new float[MANY], 1);
        double squares = 0;
        for (int value : noisy) {
            squares += (double) value * value;
        }
        assertThat(squares / MANY).isCloseTo(400, within(400 * 6 * Math.sqrt(2.0 / MANY)));
    }

    private static double meanSquare(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum / values.length;
    }

    /** A multiplier of 1.5 in the plan is what every participant reads in its guard, whoever adds the noise. */
    @ParameterizedTest
    @CsvSource({"LOCAL, false, 1.5", "LOCAL, true, 1.5", "DISTRIBUTED, true, 1.5", "CENTRAL, true, 0"})
    void theGuardPromisesTheNoiseOfThePlan(Privacy.Noise who, boolean secure, double promised) {
        Privacy privacy = Privacy.epsilon(100, 1e-5).noise(1.5).noiseBy(who).clipping(Clipping.perLayer(0.5));
        ProtectedRounds rounds =
                new ProtectedRounds(privacy, secure ? SecureAggregation.of(4) : null, 1, new int[] {0, 30, 40}, true);
        rounds.begin(1, 10, 10);
        UpdateGuard guard = rounds.guard();
        rounds.end();
        assertThat(guard.promisedNoise()).isCloseTo(promised, within(1e-9));
        assertThat(guard.clipNorm()).isEqualTo(0.5);
        assertThat(guard.layers()).containsExactly(0, 30, 40);
        assertThat(rounds.needs()).contains("guard").hasSize(secure ? 2 : 1);
    }

    /** Four survivors' parts together have the deviation of the plan: multiplier × norm, in real numbers. */
    @Test
    void theLeastNumberOfPartsIsEnoughNoise() {
        Privacy privacy = Privacy.epsilon(100, 1e-5).noise(2).noiseBy(Privacy.Noise.DISTRIBUTED);
        ProtectedRounds rounds = new ProtectedRounds(privacy, SecureAggregation.of(4), 1, new int[] {0, 50}, true);
        rounds.begin(1, 9, 9);
        SumTerms sum = rounds.guard().sum();
        rounds.end();
        double together = Math.sqrt(4) * sum.noise() * sum.units().granularity();
        assertThat(together).isBetween(2.0, 2.02);
    }

    /**
     * Of a coded sum too: the longest vector of the protocol has the clip norm in units and one unit more for each value, as
     * random rounding moves a value by up to one.
     */
    @ParameterizedTest
    @CsvSource({"4, 1", "8, 0.25", "2, 0.5"})
    void aCodedSumPromisesTheNoiseOfThePlan(int bits, double share) {
        Privacy privacy = Privacy.epsilon(100, 1e-5).noise(2).noiseBy(Privacy.Noise.DISTRIBUTED);
        SecureAggregation coded = SecureAggregation.of(4).coded(bits, share, 99);
        ProtectedRounds rounds = new ProtectedRounds(privacy, coded, 1, new int[] {0, 5000}, true);
        rounds.begin(1, 9, 9);
        UpdateGuard guard = rounds.guard();
        rounds.end();
        SumTerms sum = guard.sum();
        assertThat(guard.clipNorm()).as("the norm of the plan, not of the sum").isEqualTo(1);
        assertThat(guard.promisedNoise()).isCloseTo(2, within(1e-9));
        double granularity = 4.5 / Math.sqrt(5000) / ((1 << bits - 1) - 1);
        assertThat(sum.maskBits()).as("bits (%s)", sum.bits()).isEqualTo(sum.bits() <= 16 ? 16 : 32);
        assertThat(rounds.needs()).containsExactly("guard", "secagg", "masks8");
        assertThat(sum.units().granularity()).isCloseTo(granularity, within(1e-12));
        double longest = 1 / granularity + Math.sqrt(sum.coding().length(5000));
        assertThat(Math.sqrt(4) * sum.noise()).isCloseTo(2 * longest, within(1e-6));
    }

    @Test
    void inOneProcessAndWithoutProtectionThereIsNoGuard() {
        Privacy central = Privacy.epsilon(100, 1e-5).noise(2);
        ProtectedRounds here =
                new ProtectedRounds(central.noiseBy(Privacy.Noise.LOCAL), null, 1, new int[] {0, 5}, false);
        ProtectedRounds trusting = new ProtectedRounds(central, null, 1, new int[] {0, 5}, true);
        assertThat(here.guard()).isNull();
        assertThat(trusting.guard()).isNull();
        assertThat(trusting.needs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "1e10, 0", "NaN, 0", "1, -1", "1, NaN", "0, 1"})
    void whatCannotBeKeptIsRefused(double norm, double noise) {
        assertThatThrownBy(() -> plain(norm, noise, 0, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("clipNorm (" + norm + ")");
    }

    @Test
    void layersAscendFromZeroToTheNumberOfParameters() {
        assertThatThrownBy(() -> plain(1, 0, 0)).hasMessageContaining("layers [0] must ascend");
        assertThatThrownBy(() -> plain(1, 0, 1, 4)).hasMessageContaining("must ascend from 0");
        assertThatThrownBy(() -> plain(1, 0, 0, 4, 4)).hasMessageContaining("must ascend from 0");
        assertThatThrownBy(() -> plain(1, 0, 0, 4).limit(new float[5]))
                .hasMessageContaining("change of (5) values has layers up to 4");
        assertThatThrownBy(() -> plain(1, 0, 0, 4).units(new float[4], 1)).hasMessageContaining("no secure sum");
    }
}
