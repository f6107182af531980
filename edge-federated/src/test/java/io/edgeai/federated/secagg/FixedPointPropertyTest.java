package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointPropertyTest {
    private static final long SEED = 32;

    /** In exact decimals; ties go to the even number. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.25, 0x1p-20, 1, 3})
    void unitsAreTheNearest(double granularity) {
        FixedPoint fixed = new FixedPoint(granularity, 4);
        SplittableRandom random = new SplittableRandom(SEED);
        float[] values = new float[500];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? (float) (random.nextInt(99) * granularity / 2) : (float) random.nextDouble(-9, 9);
        }
        int[] units = fixed.encode(values);
        for (int i = 0; i < values.length; i++) {
            BigDecimal exact =
                    new BigDecimal(values[i]).divide(new BigDecimal(granularity), 60, RoundingMode.HALF_EVEN);
            assertThat(units[i])
                    .as("%s in units of %s, seed %s", values[i], granularity, SEED)
                    .isEqualTo(exact.setScale(0, RoundingMode.HALF_EVEN).intValueExact());
        }
    }

    /** However large the values, a sum of as many as announced does not wrap around. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 1_000_003})
    void sumsNeverWrap(int summands) {
        FixedPoint fixed = new FixedPoint(1e-3, summands);
        int[] most = fixed.encode(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 1e9f, Float.POSITIVE_INFINITY});

        assertThat((long) most[0] * summands).isBetween((long) Integer.MAX_VALUE - summands, (long) Integer.MAX_VALUE);
        assertThat(most[1]).isEqualTo(-most[0]);
        assertThat(most[2]).isEqualTo(most[0]);
        assertThat(most[3]).isEqualTo(most[0]);
    }

    @ParameterizedTest
    @CsvSource({"8, 3", "0.001, 1000", "1000000, 2", "1, 1", "0.5, 100000"})
    void theWholeRangeIsHeldAndAsFinelyAsCanBe(double range, int summands) {
        FixedPoint fixed = FixedPoint.ofRange(range, summands);
        float end = (float) range;
        int[] units = fixed.encode(new float[] {end, -end});

        assertThat(fixed.decode(units[0])).isCloseTo(end, within(fixed.granularity()));
        assertThat(fixed.decode(units[1])).isCloseTo(-end, within(fixed.granularity()));
        assertThat(fixed.granularity())
                .isBetween(range * summands / 0x1p31, range * summands / 0x1p31 * (1 + summands / 0x1p30));
    }

    /** The decoded sum is the sum, but for half a unit each. */
    @ParameterizedTest
    @CsvSource({"2, 8", "17, 0.3", "300, 1"})
    void sumsAreExactUpToHalfAUnitEach(int summands, double range) {
        FixedPoint fixed = FixedPoint.ofRange(range, summands);
        SplittableRandom random = new SplittableRandom(SEED);
        double exact = 0;
        int sum = 0;
        for (int i = 0; i < summands; i++) {
            float value = (float) random.nextDouble(-range, range);
            exact += value;
            sum += fixed.encode(new float[] {value})[0];
        }

        assertThat(fixed.decode(sum)).as("seed %s", SEED).isCloseTo(exact, within(summands * fixed.granularity() / 2));
    }

    /** Regression: an infinite unit was taken, and every sum became NaN. */
    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "NaN, 1", "Infinity, 1", "4.9E-324, 1", "1.0, 0", "1.0, -1"})
    void unitsThatCannotBeAreRefused(double granularity, int summands) {
        assertThatThrownBy(() -> new FixedPoint(granularity, summands))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("granularity (" + granularity + ") of (" + summands + ") summands");
    }
}
