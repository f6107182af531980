package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The value of every half by the formula of IEEE 754-2019, section 3.4, and rounding by search among them. */
class HalvesPropertyTest {
    /** (-1)^S · 2^(E - bias) · (1 + T / 2^t), or (-1)^S · 2^(1 - bias) · T / 2^t where E is 0. */
    private static double formula(int bits, int exponentBits, int fractionBits) {
        int fraction = bits & ((1 << fractionBits) - 1);
        int exponent = bits >> fractionBits & ((1 << exponentBits) - 1);
        double sign = (bits >> (exponentBits + fractionBits) & 1) == 1 ? -1 : 1;
        int bias = (1 << (exponentBits - 1)) - 1;
        double share = fraction / Math.pow(2, fractionBits);
        if (exponent == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign / 0.0 : Double.NaN;
        }
        return exponent == 0 ? sign * Math.pow(2, 1 - bias) * share : sign * Math.pow(2, exponent - bias) * (1 + share);
    }

    @Test
    void all65536HalvesHaveTheirValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double expected = formula(bits, 5, 10);
            if ((float) expected != Halves.toFloat((short) bits) && !Double.isNaN(expected)) {
                assertThat(Halves.toFloat((short) bits)).as("half %04x", bits).isEqualTo((float) expected);
            }
            assertThat(Float.isNaN(Halves.toFloat((short) bits))).isEqualTo(Double.isNaN(expected));
        }
        assertThat(1 / Halves.toFloat((short) 0x8000)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void all65536BfloatsHaveTheirValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double expected = formula(bits, 8, 7);
            float actual = Halves.bfloatToFloat((short) bits);
            if (Double.isNaN(expected) ? !Float.isNaN(actual) : actual != expected) {
                assertThat((double) actual).as("bfloat %04x", bits).isEqualTo(expected);
            }
        }
    }

    @Test
    void anyFloatGoesToTheNearestHalf() {
        nearest(5, 10, bits -> Halves.ofFloat(Float.intBitsToFloat(bits)), 16);
    }

    @Test
    void anyFloatGoesToTheNearestBfloat() {
        nearest(8, 7, bits -> Halves.bfloatOfFloat(Float.intBitsToFloat(bits)), 17);
    }

    private static void nearest(int exponentBits, int fractionBits, IntToDoubleFunction rounded, long seed) {
        int infinite = ((1 << exponentBits) - 1) << fractionBits;
        double[] values = new double[infinite + 1];
        Arrays.setAll(values, bits -> formula(bits, exponentBits, fractionBits));
        // beyond the largest number, rounding goes on as if the next binade were there
        values[infinite] = Math.pow(2, (1 << (exponentBits - 1)));
        Random random = new Random(seed);
        for (int round = 0; round < 300_000; round++) {
            int raw = random.nextInt();
            float value = Float.intBitsToFloat(raw);
            if (round % 3 == 0) {
                int at = random.nextInt(infinite);
                value = (float) ((values[at] + values[at + 1]) / 2);
                value = round % 2 == 0 ? value : Math.nextUp(value);
                raw = Float.floatToRawIntBits(value);
            }
            if (!Float.isFinite(value)) {
                continue;
            }
            double size = Math.abs((double) value);
            int found = Arrays.binarySearch(values, size);
            int expected;
            if (found >= 0) {
                expected = found;
            } else {
                int above = Math.min(-found - 1, infinite);
                double up = values[above] - size;
                double down = size - values[above - 1];
                expected = up < down || (up == down && above % 2 == 0) ? above : above - 1;
                expected = size >= values[infinite] ? infinite : expected;
            }
            int signed = expected | (value < 0 ? 0x8000 : 0);
            if (value != 0 && (short) rounded.applyAsDouble(raw) != (short) signed) {
                assertThat((short) rounded.applyAsDouble(raw))
                        .as("seed %d: %s", seed, value)
                        .isEqualTo((short) signed);
            }
        }
    }

    @Test
    void notANumberStaysOneWithItsSignAndRoundingIsMonotone() {
        Random random = new Random(18);
        for (int round = 0; round < 20_000; round++) {
            float nan = Float.intBitsToFloat(0x7f800001 | random.nextInt() & 0x807fffff);
            assertThat(Halves.toFloat(Halves.ofFloat(nan))).isNaN();
            assertThat(Halves.bfloatToFloat(Halves.bfloatOfFloat(nan))).isNaN();
            float a = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(30) - 20));
            float b = Math.nextUp(a);
            assertThat(Halves.toFloat(Halves.ofFloat(a))).isLessThanOrEqualTo(Halves.toFloat(Halves.ofFloat(b)));
            assertThat(Halves.toFloat(Halves.ofFloat(-a))).isEqualTo(-Halves.toFloat(Halves.ofFloat(a)));
        }
    }
}
