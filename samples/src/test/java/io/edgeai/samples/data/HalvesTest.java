package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalvesTest {
    /** Values of IEEE 754-2019, table 3.5 and the usual examples of binary16. */
    @ParameterizedTest
    @CsvSource({
        "0,0.0",
        "1,5.9604645E-8",
        "1023,6.097555E-5",
        "1024,6.103515625E-5",
        "15360,1.0",
        "15361,1.0009765625",
        "31743,65504.0",
        "31744,Infinity",
        "49152,-2.0",
        "13653,0.333251953125"
    })
    void knownValues(int bits, float value) {
        assertThat(Halves.toFloat((short) bits)).isEqualTo(value);
        assertThat(Halves.ofFloat(value)).isEqualTo((short) bits);
    }

    @Test
    void everyHalfSurvivesTheWayThere() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Halves.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(Halves.toFloat(Halves.ofFloat(value))).isNaN();
            } else {
                assertThat(Halves.ofFloat(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void valuesBetweenGoToTheNearestAndTiesToEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            BigDecimal low = new BigDecimal(Halves.toFloat((short) bits));
            BigDecimal high = new BigDecimal(Halves.toFloat((short) (bits + 1)));
            float middle = low.add(high).divide(BigDecimal.valueOf(2)).floatValue();
            short even = (short) (bits % 2 == 0 ? bits : bits + 1);

            assertThat(Halves.ofFloat(middle))
                    .as("between %d and %d", bits, bits + 1)
                    .isEqualTo(even);
            assertThat(Halves.ofFloat(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(Halves.ofFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @Test
    void largeValuesBecomeInfinite() {
        assertThat(Halves.toFloat(Halves.ofFloat(65519.99f))).isEqualTo(65504f);
        assertThat(Halves.toFloat(Halves.ofFloat(65520f))).isInfinite();
        assertThat(Halves.toFloat(Halves.ofFloat(-1e30f))).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void bfloatIsTheUpperHalfOfAFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Halves.bfloatToFloat((short) bits);
            assertThat(Float.floatToRawIntBits(value)).isEqualTo(bits << 16);
            if (!Float.isNaN(value)) {
                assertThat(Halves.bfloatOfFloat(value)).isEqualTo((short) bits);
            }
        }
        assertThat(Halves.bfloatToFloat(Halves.bfloatOfFloat(0x1.01p0f))).isEqualTo(1f);
        assertThat(Halves.bfloatToFloat(Halves.bfloatOfFloat(0x1.03p0f))).isEqualTo(1.015625f);
        assertThat(Halves.bfloatToFloat(Halves.bfloatOfFloat(Float.NaN))).isNaN();
    }
}
