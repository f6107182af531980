package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatTest {
    /** By search: of all 63,488 finite halves, none is nearer, and of two as near the even one is taken. */
    @Test
    void halvesAreTheNearest() {
        Random random = new Random(16);
        for (int i = 0; i < 300; i++) {
            float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40) - 26));
            if (i % 3 == 0) {
                short bits = (short) random.nextInt(0x7bff);
                value = (HalfFloat.fromHalf(bits) + HalfFloat.fromHalf((short) (bits + 1))) / 2;
            }
            float chosen = HalfFloat.fromHalf(HalfFloat.half(value));
            if (Math.abs(value) > 65504) {
                continue;
            }
            double error = Math.abs(value - (double) chosen);
            for (int bits = 0; bits <= 0xffff; bits++) {
                double other = HalfFloat.fromHalf((short) bits);
                if (Double.isFinite(other) && other != chosen) {
                    double distance = Math.abs(value - other);
                    assertThat(distance > error || distance == error && (HalfFloat.half(value) & 1) == 0)
                            .as("%s became %s, %s is nearer", value, chosen, other)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyHalfAndBrainFloatIsItself() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float half = HalfFloat.fromHalf((short) bits);
            float brain = HalfFloat.fromBrain((short) bits);
            if (!Float.isNaN(half)) {
                assertThat(HalfFloat.half(half)).isEqualTo((short) bits);
            }
            if (!Float.isNaN(brain)) {
                assertThat(HalfFloat.brain(brain)).isEqualTo((short) bits);
            }
        }
        assertThat(HalfFloat.fromHalf(HalfFloat.half(Float.NaN))).isNaN();
        assertThat(HalfFloat.fromBrain(HalfFloat.brain(Float.NaN))).isNaN();
        assertThat(HalfFloat.fromHalf(HalfFloat.half(1e6f))).isInfinite();
    }
}
