package io.edgeai.core.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Rounding to 16 bits, against a search through all values that there are. */
class NarrowFloatsTest {
    private static final long SEED = new SplittableRandom().nextLong();

    @Test
    void everyHalfIsItsOwnNearest() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double value = WireSample.ieee(bits, 5, 10);
            if (Double.isNaN(value)) {
                assertThat(NarrowFloats.ofHalf((short) bits)).isNaN();
            } else {
                assertThat((double) NarrowFloats.ofHalf((short) bits)).isEqualTo(value);
                assertThat(NarrowFloats.half(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void everyBrainFloatIsItsOwnNearest() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double value = WireSample.ieee(bits, 8, 7);
            if (Double.isNaN(value)) {
                assertThat(NarrowFloats.ofBrain((short) bits)).isNaN();
            } else {
                assertThat((double) NarrowFloats.ofBrain((short) bits)).isEqualTo(value);
                assertThat(NarrowFloats.brain(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halvesRoundToTheNearestAndTiesToEven() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 200; i++) {
            double value = (1 + random.nextDouble()) * Math.pow(2, random.nextInt(-27, 15));
            assertThat(NarrowFloats.half(value) & 0xFFFF)
                    .as("seed %d, value %s", SEED, value)
                    .isEqualTo(nearest(value, bits -> WireSample.ieee(bits, 5, 10), 0x7C00));
        }
        double tie = 1 + 3 * Math.pow(2, -11);
        assertThat(NarrowFloats.half(tie) & 0xFFFF).isEqualTo(0x3C02);
    }

    @Test
    void brainFloatsRoundToTheNearestAndTiesToEven() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 200; i++) {
            double value = (1 + random.nextDouble()) * Math.pow(2, random.nextInt(-136, 126));
            assertThat(NarrowFloats.brain(value) & 0xFFFF)
                    .as("seed %d, value %s", SEED, value)
                    .isEqualTo(nearest(value, bits -> WireSample.ieee(bits, 8, 7), 0x7F80));
        }
    }

    @Test
    void whatIsBeyondTheLargestBecomesInfinityAndNaNStays() {
        assertThat(NarrowFloats.half(65519.99) & 0xFFFF).isEqualTo(0x7BFF);
        assertThat(NarrowFloats.half(65520) & 0xFFFF).isEqualTo(0x7C00);
        assertThat(NarrowFloats.half(-1e300) & 0xFFFF).isEqualTo(0xFC00);
        assertThat(NarrowFloats.ofHalf(NarrowFloats.half(Double.NaN))).isNaN();
        assertThat(NarrowFloats.ofBrain(NarrowFloats.brain(Double.NEGATIVE_INFINITY)))
                .isEqualTo(Float.NEGATIVE_INFINITY);
    }

    private static int nearest(double value, IntToDoubleFunction decode, int infinity) {
        int best = 0;
        for (int bits = 0; bits < infinity; bits++) {
            double distance = Math.abs(decode.applyAsDouble(bits) - value);
            double least = Math.abs(decode.applyAsDouble(best) - value);
            if (distance < least || distance == least && bits % 2 == 0) {
                best = bits;
            }
        }
        return best;
    }
}
