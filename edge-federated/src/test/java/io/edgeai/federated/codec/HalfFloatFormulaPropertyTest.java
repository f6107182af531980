package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formulas of IEEE 754 in exact decimals: values are whole multiples of a power of two that depends on their size. */
class HalfFloatFormulaPropertyTest {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final long SEED = 754;

    private static BigDecimal power(int exponent) {
        return exponent >= 0 ? TWO.pow(exponent) : BigDecimal.ONE.divide(TWO.pow(-exponent));
    }

    private static BigDecimal exact(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        BigDecimal size = exponent == 0
                ? power(-24).multiply(BigDecimal.valueOf(fraction))
                : power(exponent - 25).multiply(BigDecimal.valueOf(1024 + fraction));
        return bits >> 15 == 0 ? size : size.negate();
    }

    /** Rounded to {@code fraction} bits after the point, where normal numbers begin at the exponent {@code least}. */
    private static BigDecimal rounded(float value, int fraction, int least, RoundingMode mode) {
        int exponent = Math.max(least, Math.getExponent(value));
        BigDecimal step = power(exponent - fraction);
        return new BigDecimal(value).divide(step).setScale(0, mode).multiply(step);
    }

    private static float any(SplittableRandom random, int lowest, int highest) {
        float size = Math.scalb(1 + random.nextInt(1 << 23) * 0x1p-23f, random.nextInt(lowest, highest));
        return random.nextBoolean() ? size : -size;
    }

    @Test
    void allFiniteHalvesAreWhatTheirBitsSay() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            if ((bits & 0x7c00) != 0x7c00) {
                assertThat(new BigDecimal(HalfFloat.fromHalf((short) bits)))
                        .as("bits %s", bits)
                        .isEqualByComparingTo(exact(bits));
            }
        }
    }

    @Test
    void halvesAreRoundedToTheEvenOfTheNearest() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            float value = any(random, -27, 15);
            assertThat(new BigDecimal(HalfFloat.fromHalf(HalfFloat.half(value))))
                    .as("%s, seed %s", value, SEED)
                    .isEqualByComparingTo(rounded(value, 10, -14, RoundingMode.HALF_EVEN));
        }
    }

    @Test
    void scalesAreRoundedUp() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            float value = Math.abs(any(random, -27, 15));
            assertThat(new BigDecimal(HalfFloat.fromHalf(HalfFloat.halfAbove(value))))
                    .as("%s, seed %s", value, SEED)
                    .isEqualByComparingTo(rounded(value, 10, -14, RoundingMode.CEILING));
        }
    }

    @Test
    void brainFloatsAreRoundedToTheEvenOfTheNearest() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 5000; i++) {
            float value = any(random, -126, 127);
            assertThat(new BigDecimal(HalfFloat.fromBrain(HalfFloat.brain(value))))
                    .as("%s, seed %s", value, SEED)
                    .isEqualByComparingTo(rounded(value, 7, -126, RoundingMode.HALF_EVEN));
        }
    }

    /** Ties, the ends of the range, the step to subnormal numbers; negative ones alike. */
    @ParameterizedTest
    @CsvSource({
        "0x1p-25, 0x0000",
        "0x1.000002p-25, 0x0001",
        "0x1p-24, 0x0001",
        "0x1.8p-24, 0x0002",
        "0x1.ff8p-15, 0x03ff",
        "0x1.ffcp-15, 0x0400",
        "0x1p-14, 0x0400",
        "0x1.002p0, 0x3c00",
        "0x1.006p0, 0x3c02",
        "0x1.ffep0, 0x4000",
        "65504, 0x7bff",
        "65519.996, 0x7bff",
        "65520, 0x7c00",
        "Infinity, 0x7c00",
    })
    void edgesOfHalves(float value, String bits) {
        int expected = Integer.decode(bits);

        assertThat(HalfFloat.half(value) & 0xffff).isEqualTo(expected);
        assertThat(HalfFloat.half(-value) & 0xffff).isEqualTo(expected | 0x8000);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x0000",
        "1.4e-45, 0x0000",
        "0x1.01p0, 0x3f80",
        "0x1.03p0, 0x3f82",
        "0x1.fffffep127, 0x7f80",
        "0x1.fep127, 0x7f7f",
        "0x1.fefffep127, 0x7f7f",
        "Infinity, 0x7f80",
    })
    void edgesOfBrainFloats(float value, String bits) {
        int expected = Integer.decode(bits);

        assertThat(HalfFloat.brain(value) & 0xffff).isEqualTo(expected);
        assertThat(HalfFloat.brain(-value) & 0xffff).isEqualTo(expected | 0x8000);
    }
}
