package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.Cells;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorCastTest {
    private static Tensor one(double value) {
        return Tensor.of(new double[] {value}, 1);
    }

    @Test
    void theSameTypeIsTheSameTensor() {
        Tensor tensor = one(1);

        assertThat(TensorCast.to(ElementType.DOUBLE, tensor, "x")).isSameAs(tensor);
    }

    @ParameterizedTest
    @CsvSource({
        "255,UINT8,255",
        "0,UINT8,0",
        "-128,INT8,-128",
        "32767,INT16,32767",
        "65535,UINT16,65535",
        "2147483647,INT32,2147483647",
        "4294967295,UINT32,4294967295",
        "9007199254740992,INT64,9007199254740992",
        "9007199254740992,UINT64,9007199254740992",
        "1,BOOL,true",
        "0,BOOL,false",
        "1.5,FLOAT,1.5",
        "1.5,FLOAT16,1.5",
        "1.5,BFLOAT16,1.5",
        "NaN,FLOAT,NaN",
        "Infinity,FLOAT16,Infinity",
        "2.5,STRING,2.5",
        "3,STRING,3"
    })
    void valuesThatFitAreKept(double value, ElementType type, String expected) {
        Tensor cast = TensorCast.to(type, one(value), "x");

        assertThat(cast.type()).isEqualTo(type);
        assertThat(Cells.of(cast).text(0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "256,UINT8",
        "-1,UINT8",
        "128,INT8",
        "-129,INT8",
        "32768,INT16",
        "65536,UINT16",
        "2147483648,INT32",
        "-2147483649,INT32",
        "4294967296,UINT32",
        "9223372036854775808,INT64",
        "1e300,INT64",
        "-1,UINT64",
        "0.5,INT32",
        "NaN,INT64",
        "Infinity,INT64",
        "2,BOOL",
        "1e39,FLOAT",
        "70000,FLOAT16"
    })
    void valuesThatDoNotFitAreNamed(double value, ElementType type) {
        assertThatThrownBy(() -> TensorCast.to(type, one(value), "pixels"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(pixels)")
                .hasMessageContaining(type.name())
                .hasMessageContaining("element 0")
                .hasMessageContaining("Maybe");
    }

    @Test
    void theFirstBadElementIsNamed() {
        assertThatThrownBy(() -> TensorCast.to(ElementType.UINT8, Tensor.of(new long[] {1, 2, 300}, 3), "x"))
                .hasMessageContaining("(300)")
                .hasMessageContaining("element 2");
    }

    @Test
    void int64KeepsAllItsDigits() {
        long exact = (1L << 60) + 1;
        Tensor cast = TensorCast.to(ElementType.UINT64, Tensor.of(new long[] {exact, Long.MAX_VALUE}, 2), "x");

        assertThat(Cells.of(cast).at(0)).isEqualTo(BigInteger.valueOf(exact));
        assertThat(Cells.of(cast).at(1)).isEqualTo(BigInteger.valueOf(Long.MAX_VALUE));
    }

    @Test
    void unsignedValuesAboveTheSignedRangeAreRefused() {
        Tensor large = Tensor.ofBytes(ElementType.UINT64, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, 1);

        assertThatThrownBy(() -> TensorCast.to(ElementType.INT64, large, "x"))
                .hasMessageContaining("(18446744073709551615)");
        assertThat(TensorCast.to(ElementType.DOUBLE, large, "x").doubles()).containsExactly(0x1p64);
    }

    @Test
    void textBecomesFlagsButNotNumbers() {
        Tensor text = Tensor.of(new String[] {"True", "false"}, 2);

        assertThat(TensorCast.to(ElementType.BOOL, text, "x").bytes()).containsExactly(1, 0);
        assertThatThrownBy(() -> TensorCast.to(ElementType.FLOAT, text, "x"))
                .hasMessageContaining("'True'")
                .hasMessageContaining("--header");
        assertThatThrownBy(() -> TensorCast.to(ElementType.BOOL, Tensor.of(new String[] {"yes"}, 1), "x"))
                .hasMessageContaining("(yes)");
    }

    @Test
    void typesWithoutNumbersAreRefused() {
        for (ElementType type : new ElementType[] {ElementType.COMPLEX64, ElementType.INT4, ElementType.FLOAT8E5M2}) {
            assertThatThrownBy(() -> TensorCast.to(type, one(1), "x"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(type.name());
        }
    }

    @Test
    void wholeNumbersSurviveAnyWayThatHoldsThem() {
        long seed = 77;
        Random random = new Random(seed);
        Map<ElementType, long[]> ranges = new EnumMap<>(Map.of(
                ElementType.INT8, new long[] {-128, 127},
                ElementType.UINT8, new long[] {0, 255},
                ElementType.INT16, new long[] {-32768, 32767},
                ElementType.UINT16, new long[] {0, 65535},
                ElementType.INT32, new long[] {Integer.MIN_VALUE, Integer.MAX_VALUE},
                ElementType.UINT32, new long[] {0, 4294967295L},
                ElementType.INT64, new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
        for (int round = 0; round < 5000; round++) {
            long value = random.nextLong() >> random.nextInt(64);
            ranges.forEach((type, range) -> {
                boolean fits = value >= range[0] && value <= range[1];
                Tensor from = Tensor.of(new long[] {value}, 1);
                if (fits) {
                    Tensor there = TensorCast.to(type, from, "x");
                    assertThat(TensorCast.to(ElementType.INT64, there, "x").longs())
                            .as("seed %d, %s", seed, type)
                            .containsExactly(value);
                } else {
                    assertThatThrownBy(() -> TensorCast.to(type, from, "x"))
                            .as("seed %d, %d to %s", seed, value, type)
                            .isInstanceOf(InvalidInputException.class);
                }
            });
        }
    }
}
