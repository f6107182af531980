package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.Cells;
import io.edgeai.samples.data.Halves;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every pair of types; {@link BigDecimal}, which rounds nothing, says what a value is and whether it fits. */
class TensorCastPropertyTest {
    private static final List<ElementType> NUMBERS = List.of(
            ElementType.BOOL,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.INT16,
            ElementType.UINT16,
            ElementType.INT32,
            ElementType.UINT32,
            ElementType.INT64,
            ElementType.UINT64,
            ElementType.FLOAT16,
            ElementType.BFLOAT16,
            ElementType.FLOAT,
            ElementType.DOUBLE);

    private static boolean floating(ElementType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
            default -> false;
        };
    }

    /** The exact value of the only element, or null where it is no finite number. */
    private static BigDecimal exact(Tensor tensor) {
        Object value = Cells.of(tensor).at(0);
        if (value instanceof Boolean flag) {
            return flag ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? new BigDecimal(number) : null;
        }
        return new BigDecimal(value.toString());
    }

    private static boolean fits(BigDecimal value, ElementType type) {
        if (value == null || value.stripTrailingZeros().scale() > 0) {
            return false;
        }
        BigInteger whole = value.toBigInteger();
        BigInteger two = BigInteger.TWO;
        return switch (type) {
            case BOOL -> whole.signum() >= 0 && whole.compareTo(BigInteger.ONE) <= 0;
            case UINT8, UINT16, UINT32 -> whole.signum() >= 0 && whole.bitLength() <= type.bits();
            case UINT64 -> whole.signum() >= 0 && whole.bitLength() <= 63; // the documented bound is that of a long
            default ->
                whole.compareTo(two.pow(type.bits() - 1).negate()) >= 0
                        && whole.compareTo(two.pow(type.bits() - 1)) < 0;
        };
    }

    private static Tensor random(ElementType type, Random random) {
        byte[] bytes = new byte[type.bits() / 8];
        random.nextBytes(bytes);
        switch (random.nextInt(4)) {
            case 0 -> java.util.Arrays.fill(bytes, (byte) 0);
            case 1 -> {
                // a small number, which most types hold
                java.util.Arrays.fill(bytes, (byte) 0);
                return TensorCast.to(
                        type, Tensor.of(new long[] {random.nextInt(type == ElementType.BOOL ? 2 : 100)}, 1), "r");
            }
            default -> {}
        }
        if (type == ElementType.BOOL) {
            bytes[0] &= 1;
        }
        return Tensor.ofBytes(type, bytes, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {
                "BOOL",
                "INT8",
                "UINT8",
                "INT16",
                "UINT16",
                "INT32",
                "UINT32",
                "INT64",
                "UINT64",
                "FLOAT16",
                "BFLOAT16",
                "FLOAT",
                "DOUBLE"
            })
    void wholeTypesTakeExactlyWhatTheyHold(ElementType from) {
        long seed = 300L + from.onnxCode();
        Random random = new Random(seed);
        for (ElementType to : NUMBERS) {
            if (floating(to) || to == from) {
                continue;
            }
            int taken = 0;
            for (int round = 0; round < 300; round++) {
                Tensor value = random(from, random);
                BigDecimal exact = exact(value);
                String where = "seed " + seed + ": " + Cells.of(value).text(0) + " " + from + " to " + to;
                if (fits(exact, to)) {
                    Tensor cast = TensorCast.to(to, value, "x");
                    assertThat(cast.type()).isEqualTo(to);
                    assertThat(exact(cast)).as(where).isEqualByComparingTo(exact);
                    taken++;
                } else {
                    assertThatThrownBy(() -> TensorCast.to(to, value, "x"))
                            .as(where)
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining("element 0");
                }
            }
            assertThat(taken).as("%s to %s", from, to).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64", "UINT64", "FLOAT", "DOUBLE"})
    void floatingTypesTakeTheNearestTheyHold(ElementType from) {
        long seed = 400L + from.onnxCode();
        Random random = new Random(seed);
        for (ElementType to :
                List.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16, ElementType.BFLOAT16)) {
            for (int round = 0; round < 300; round++) {
                Tensor value = random(from, random);
                BigDecimal exact = exact(value);
                if (exact == null || to == from) {
                    continue;
                }
                String where = "seed " + seed + ": " + exact + " to " + to;
                try {
                    assertNearest(exact, TensorCast.to(to, value, "x"), where);
                } catch (InvalidInputException e) {
                    double most = to == ElementType.FLOAT16 ? 65_504 : Float.MAX_VALUE * 0.99;
                    assertThat(exact.abs().doubleValue()).as(where).isGreaterThan(most);
                }
            }
        }
    }

    /** No neighbour of the answer is nearer to the exact value, and where two are as near the answer is even. */
    private static void assertNearest(BigDecimal exact, Tensor cast, String where) {
        byte[] bytes = cast.bytes();
        long bits = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            bits = bits << 8 | bytes[i] & 0xff;
        }
        BigDecimal error = exact(cast).subtract(exact).abs();
        for (int step : new int[] {-1, 1}) {
            long other = bits + step;
            byte[] beside = new byte[bytes.length];
            for (int i = 0; i < beside.length; i++) {
                beside[i] = (byte) (other >> 8 * i);
            }
            BigDecimal neighbour = exact(Tensor.ofBytes(cast.type(), beside, 1));
            if (neighbour != null) {
                int nearer = neighbour.subtract(exact).abs().compareTo(error);
                assertThat(nearer).as(where).isGreaterThanOrEqualTo(bits % 2 == 0 ? 0 : 1);
            }
        }
    }

    /** Values just beside a tie of the small type, closer than a float can tell: rounding by way of float errs there. */
    @Test
    void doublesAndLongsAreRoundedOnceNotTwice() {
        double justAbove = 1 + 0x1p-11 + 0x1p-40;
        double justBelow = 1 + 3 * 0x1p-11 - 0x1p-40;
        assertThat(half(justAbove)).isEqualTo(1 + 0x1p-10f);
        assertThat(half(justBelow)).isEqualTo(1 + 0x1p-10f);
        assertThat(half(-justAbove)).isEqualTo(-1 - 0x1p-10f);
        assertThat(half(1 + 0x1p-11)).isEqualTo(1f);

        long tie = (1L << 60) + (1L << 36);
        assertThat(TensorCast.to(ElementType.FLOAT, Tensor.of(new long[] {tie, tie + 1, -tie - 1}, 3), "x")
                        .floats())
                .containsExactly(0x1p60f, 0x1p60f + 0x1p37f, -0x1p60f - 0x1p37f);

        long wide = (1L << 60) + (1L << 52);
        Tensor brain = TensorCast.to(ElementType.BFLOAT16, Tensor.of(new long[] {wide, wide + 1}, 2), "x");
        assertThat(Cells.of(brain).at(0)).isEqualTo(0x1p60f);
        assertThat(Cells.of(brain).at(1)).isEqualTo(0x1p60f + 0x1p53f);
    }

    @Test
    void randomDoublesBesideTiesGoToTheNearestHalf() {
        long seed = 500;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            int bits = random.nextInt(0x7bff);
            double low = Halves.toFloat((short) bits);
            double high = Halves.toFloat((short) (bits + 1));
            double middle = (low + high) / 2;
            double nudge = (high - low) * Math.pow(2, -20 - random.nextInt(20));
            assertThat(half(middle + nudge)).as("seed %d, bits %d", seed, bits).isEqualTo((float) high);
            assertThat(half(middle - nudge)).as("seed %d, bits %d", seed, bits).isEqualTo((float) low);
        }
    }

    private static float half(double value) {
        return (Float) Cells.of(TensorCast.to(ElementType.FLOAT16, Tensor.of(new double[] {value}, 1), "x"))
                .at(0);
    }

    @Test
    void infinitiesStayAndFiniteValuesNeverBecomeThem() {
        for (ElementType to : List.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.BFLOAT16)) {
            Tensor cast = TensorCast.to(
                    to,
                    Tensor.of(new double[] {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}, 3),
                    "x");
            Cells cells = Cells.of(cast);
            assertThat(cells.at(0)).isEqualTo(Float.POSITIVE_INFINITY);
            assertThat(cells.at(1)).isEqualTo(Float.NEGATIVE_INFINITY);
            assertThat((Float) cells.at(2)).isNaN();
            for (double large : new double[] {Double.MAX_VALUE, 1e39, -1e39}) {
                assertThatThrownBy(() -> TensorCast.to(to, Tensor.of(new double[] {large}, 1), "x"))
                        .isInstanceOf(InvalidInputException.class);
            }
        }
        assertThat(half(65_519.99999)).isEqualTo(65_504f);
        assertThatThrownBy(() -> half(65_520)).isInstanceOf(InvalidInputException.class);
    }

    /** Numbers as text read back as the same numbers. */
    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            mode = Mode.INCLUDE,
            names = {"INT8", "UINT16", "INT64", "UINT64", "FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16"})
    void textsOfNumbersKeepThem(ElementType from) {
        Random random = new Random(600);
        for (int round = 0; round < 300; round++) {
            Tensor value = random(from, random);
            String text = TensorCast.to(ElementType.STRING, value, "x").strings()[0];
            BigDecimal exact = exact(value);
            if (exact == null) {
                assertThat(text).matches("NaN|-?Infinity");
            } else if (from == ElementType.DOUBLE) {
                assertThat(Double.parseDouble(text)).isEqualTo(exact.doubleValue());
            } else if (floating(from)) {
                assertThat(Float.parseFloat(text)).isEqualTo(exact.floatValue());
            } else {
                assertThat(new BigDecimal(text)).isEqualByComparingTo(exact);
            }
        }
    }

    @Test
    void shapesAreKeptAndTheBadElementIsCountedRowMajor() {
        double[] values = new double[24];
        assertThat(TensorCast.to(ElementType.INT8, Tensor.of(values, 2, 3, 4), "x")
                        .shape())
                .containsExactly(2, 3, 4);
        for (int bad = 0; bad < 24; bad++) {
            double[] wrong = values.clone();
            wrong[bad] = 0.25;
            String where = "(0.25) at element " + bad;
            assertThatThrownBy(() -> TensorCast.to(ElementType.INT8, Tensor.of(wrong, 2, 3, 4), "x"))
                    .hasMessageContaining(where);
        }
    }
}
