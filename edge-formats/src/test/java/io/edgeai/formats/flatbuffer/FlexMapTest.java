package io.edgeai.formats.flatbuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FlexBuffer maps byte by byte, as https://flatbuffers.dev/internals/#flexbuffers lays them out. */
class FlexMapTest {
    private static final int INT = 1;
    private static final int UINT = 2;
    private static final int FLOAT = 3;
    private static final int STRING = 5;
    private static final int INDIRECT_INT = 6;
    private static final int INDIRECT_UINT = 7;
    private static final int INDIRECT_FLOAT = 8;
    private static final int MAP = 9;
    private static final int VECTOR = 10;
    private static final int BOOL = 26;

    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    private static Map<String, Object> read(byte[] bytes) {
        return FlexMap.read(ByteBuffer.wrap(bytes));
    }

    /** The example of the specification: {@code {bar: 14, foo: 13}}, all of it one byte wide. */
    private static byte[] example() {
        return bytes(
                'b', 'a', 'r', 0, 'f', 'o', 'o', 0, // keys
                2, 9, 6, // their vector: length, offsets back to them
                2, 1, 2, // the map: offset to the keys, their width, length
                14, 13, INT << 2, INT << 2, // values and types
                4, MAP << 2, 1); // root: offset back to the values, type, width
    }

    @Test
    void theExampleOfTheSpecification() {
        assertThat(read(example())).containsExactly(Map.entry("bar", 14L), Map.entry("foo", 13L));
    }

    /** A map of one value behind some bytes that it may point to; every part is {@code width} bytes wide. */
    private static byte[] map(int width, int type, int inner, byte[] before, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes('k', 0, 0, 0, 0, 0, 0, 0));
        out.writeBytes(before);
        while (out.size() % 8 != 0) {
            out.write(0);
        }
        number(out, width, 1);
        int keys = out.size();
        number(out, width, keys);
        number(out, width, out.size() - keys);
        number(out, width, width);
        number(out, width, 1);
        int values = out.size();
        number(out, width, value);
        out.write(type << 2 | Integer.numberOfTrailingZeros(inner));
        while (out.size() % width != 0) {
            out.write(0);
        }
        number(out, width, out.size() - values);
        out.write(MAP << 2 | Integer.numberOfTrailingZeros(width));
        out.write(width);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int width, long value) {
        byte[] wide = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        out.write(wide, 0, width);
    }

    private static Object only(byte[] bytes) {
        return read(bytes).get("k");
    }

    @ParameterizedTest
    @CsvSource({"1, -100", "2, -30000", "4, -2000000000", "8, -5000000000"})
    void signedNumbersOfEveryWidth(int width, long value) {
        assertThat(only(map(width, INT, width, new byte[0], value))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "2, 60000", "4, 4000000000", "8, 5000000000"})
    void numbersWithoutASignOfEveryWidth(int width, long value) {
        assertThat(only(map(width, UINT, width, new byte[0], value))).isEqualTo(value);
    }

    @Test
    void realNumbersAndTruth() {
        assertThat(only(map(4, FLOAT, 4, new byte[0], Float.floatToIntBits(1.5f))))
                .isEqualTo(1.5);
        assertThat(only(map(8, FLOAT, 8, new byte[0], Double.doubleToLongBits(.1))))
                .isEqualTo(.1);
        assertThat(only(map(1, BOOL, 1, new byte[0], 1))).isEqualTo(true);
        assertThat(only(map(1, BOOL, 1, new byte[0], 0))).isEqualTo(false);
    }

    private static byte[] little(int width, long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, width, value);
        return out.toByteArray();
    }

    /** Where a value of its own width stands before the map; the offset counts back from its place in the map. */
    private static byte[] pointing(int width, int type, int inner, byte[] before, int target) {
        byte[] trial = map(width, type, inner, before, 0);
        int values = trial.length - 2 - width - (int) root(trial, width);
        return map(width, type, inner, before, values - 8 - target);
    }

    private static long root(byte[] bytes, int width) {
        ByteBuffer wide = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        wide.put(bytes, bytes.length - 2 - width, width);
        return wide.getLong(0);
    }

    @Test
    void wideNumbersStandElsewhere() {
        assertThat(only(pointing(1, INDIRECT_INT, 8, little(8, -7_000_000_000L), 0)))
                .isEqualTo(-7_000_000_000L);
        assertThat(only(pointing(1, INDIRECT_UINT, 2, little(2, 60_000), 0))).isEqualTo(60_000L);
        assertThat(only(pointing(1, INDIRECT_FLOAT, 8, little(8, Double.doubleToLongBits(2.25)), 0)))
                .isEqualTo(2.25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "größer als ein Byte"})
    void textsCarryTheirLength(String text) {
        byte[] utf = text.getBytes(StandardCharsets.UTF_8);
        byte[] before = new byte[utf.length + 2];
        before[0] = (byte) utf.length;
        System.arraycopy(utf, 0, before, 1, utf.length);
        assertThat(only(pointing(1, STRING, 1, before, 1))).isEqualTo(text);
    }

    /** An offset of one byte reaches 255 bytes back: it has no sign. */
    @Test
    void offsetsReachTwiceAsFarAsSignedOnes() {
        byte[] before = new byte[180];
        System.arraycopy(little(4, 77), 0, before, 0, 4);
        assertThat(only(pointing(1, INDIRECT_INT, 4, before, 0))).isEqualTo(77L);
    }

    @Test
    void nestedVectorsAreLeftOut() {
        assertThat(read(map(1, VECTOR, 1, new byte[0], 3))).isEmpty();
    }

    @Test
    void whatIsNoMapSaysSo() {
        byte[] number = bytes(7, INT << 2, 1);
        assertThatThrownBy(() -> read(number))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no FlexBuffer map (type 1)");
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(ModelFormatException.class);
    }

    /** A text whose length lies behind all bytes must not be allotted before that is seen. */
    @Test
    void lengthsBeyondTheEndAreRefused() {
        byte[] before = new byte[16];
        System.arraycopy(little(8, Integer.MAX_VALUE), 0, before, 0, 8);
        byte[] damaged = pointing(1, STRING, 8, before, 8);
        assertThatThrownBy(() -> read(damaged))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("damaged FlexBuffer")
                .hasMessageContaining("Maybe fetch the model again");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void changedBytesGiveAMapOrOneError(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = i % 2 == 0 ? example() : map(8, STRING, 1, new byte[24], 9);
            for (int k = 0; k < 1 + i % 3; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                read(bad);
            } catch (ModelFormatException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + e, e);
            }
        }
        assertThat(refused).as("refused of 3000, seed " + seed).isBetween(300, 2999);
    }
}
