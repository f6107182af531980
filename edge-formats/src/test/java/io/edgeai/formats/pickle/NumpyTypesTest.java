package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements of every type numpy has, their bytes written by Java's buffers. */
class NumpyTypesTest {
    private static final int COUNT = 40;

    private static NumpyArray array(String dtype, char order, ByteBuffer data, int... shape) {
        return NumpyCode.read(NumpyCode.array(NumpyCode.dtype(dtype, order), false, data, shape));
    }

    @ParameterizedTest
    @CsvSource({"i1, |", "i2, <", "i2, >", "i4, <", "i4, >", "i8, <", "i8, >", "m8, <", "M8, >"})
    void signedNumbersOfEachSizeAndOrder(String dtype, char order) {
        int size = dtype.charAt(1) - '0';
        Random random = new Random(size);
        ByteBuffer data = NumpyCode.buffer(COUNT * size, order);
        long[] expected = new long[COUNT];
        for (int i = 0; i < COUNT; i++) {
            expected[i] = random.nextLong() >> 64 - 8 * size;
            put(data, size, expected[i]);
        }
        NumpyArray array = array(dtype, order, data, COUNT);
        assertThat(array.longs()).isEqualTo(expected);
        assertThat(array.values().get(3)).isEqualTo(expected[3]);
        assertThat(array.doubles()[7]).isEqualTo((double) expected[7]);
    }

    private static void put(ByteBuffer data, int size, long value) {
        switch (size) {
            case 1 -> data.put((byte) value);
            case 2 -> data.putShort((short) value);
            case 4 -> data.putInt((int) value);
            default -> data.putLong(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"u1, |, 255", "u2, >, 65535", "u4, <, 4294967295", "B, |, 255"})
    void unsignedNumbersHaveNoSign(String dtype, char order, long largest) {
        int size = Long.toHexString(largest).length() / 2;
        ByteBuffer data = NumpyCode.buffer(3 * size, order);
        put(data, size, largest);
        put(data, size, 0);
        put(data, size, largest / 2 + 1);
        assertThat(array(dtype, order, data, 3).longs()).containsExactly(largest, 0, largest / 2 + 1);
    }

    /** Above 2^63 a long has no room; the nearest double stands for the number. */
    @Test
    void unsignedNumbersOf64BitsBecomeDoublesWhereTheyMust() {
        ByteBuffer data =
                NumpyCode.buffer(24, '<').putLong(5).putLong(Long.MIN_VALUE).putLong(-2048);
        NumpyArray array = array("u8", '<', data, 3);
        assertThat(array.values()).containsExactly(5L, 0x1p63, 0x1p64 - 2048);
        assertThat(array.doubles()).containsExactly(5, 0x1p63, 0x1p64 - 2048);
    }

    @ParameterizedTest
    @ValueSource(chars = {'<', '>'})
    void realNumbersOfEachSize(char order) {
        double[] values = {0, -0.0, 1.5, -65504, 0x1p-14, 0x1p-24, Double.POSITIVE_INFINITY, Double.NaN};
        ByteBuffer doubles = NumpyCode.buffer(64, order);
        ByteBuffer floats = NumpyCode.buffer(32, order);
        short[] halves = {0, (short) 0x8000, 0x3e00, (short) 0xfbff, 0x0400, 0x0001, 0x7c00, 0x7e00};
        ByteBuffer half = NumpyCode.buffer(16, order);
        for (int i = 0; i < values.length; i++) {
            doubles.putDouble(values[i]);
            floats.putFloat((float) values[i]);
            half.putShort(halves[i]);
        }
        assertThat(array("f8", order, doubles, 8).doubles()).isEqualTo(values);
        assertThat(array("f4", order, floats, 8).doubles()).isEqualTo(values);
        assertThat(array("f2", order, half, 8).doubles()).isEqualTo(values);
    }

    /** IEEE 754 binary16: (-1)^s 2^(e-15) (1 + f/1024), without the one and with 2^-14 where e is 0. */
    @Test
    void allFiniteHalvesFollowTheStandard() {
        ByteBuffer data = NumpyCode.buffer(2 << 16, '<');
        double[] expected = new double[1 << 16];
        for (int bits = 0; bits < 1 << 16; bits++) {
            data.putShort((short) bits);
            int e = bits >> 10 & 31;
            double f = (bits & 1023) / 1024.0;
            double size = e == 31
                    ? f == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                    : e == 0 ? f * Math.pow(2, -14) : (1 + f) * Math.pow(2, e - 15);
            expected[bits] = bits >> 15 == 0 ? size : -size;
        }
        assertThat(array("f2", '<', data, 1 << 16).doubles()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b1", "?"})
    void flagsAreBooleansAndCountAsNumbers(String dtype) {
        NumpyArray flags = array(dtype, '|', ByteBuffer.wrap(new byte[] {0, 1, 2}), 3);
        assertThat(flags.values()).containsExactly(false, true, true);
        assertThat(flags.longs()[1]).isEqualTo(1);
        assertThat(flags.type().kind()).isEqualTo('b');
    }

    @ParameterizedTest
    @ValueSource(chars = {'<', '>'})
    void textIsFourBytesForEachCharacter(char order) {
        Charset utf32 = Charset.forName(order == '<' ? "UTF-32LE" : "UTF-32BE");
        ByteBuffer data = NumpyCode.buffer(3 * 16, order);
        for (String text : List.of("a", "é\uD83D\uDE00b\u20ac", "")) {
            int start = data.position();
            data.put(text.getBytes(utf32)).position(start + 16);
        }
        assertThat(array("U4", order, data, 3).values()).containsExactly("a", "é\uD83D\uDE00b\u20ac", "");
        ByteBuffer broken = NumpyCode.buffer(4, order).putInt(0x110000);
        assertThatThrownBy(() -> array("U1", order, broken, 1).values())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(1114112)");
    }

    @Test
    void bytesLoseTheirTrailingZerosAlone() {
        NumpyArray raw = array("S3", '|', ByteBuffer.wrap("a\0bcd\0\0\0\0".getBytes(StandardCharsets.UTF_8)), 3);
        assertThat(raw.values())
                .containsExactly(
                        "a\0b".getBytes(StandardCharsets.UTF_8), "cd".getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertThat(array("S0", '|', ByteBuffer.allocate(0), 2).values()).hasSize(2);
    }

    /** Fortran order against numpy's definition: element (i, j, k) lies at i + n(j + m k). */
    @Test
    void columnsFirstBecomesRowsFirst() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(4);
            int m = 1 + random.nextInt(4);
            int p = 1 + random.nextInt(4);
            ByteBuffer data = NumpyCode.buffer(8 * n * m * p, '<');
            for (int i = 0; i < n * m * p; i++) {
                data.putLong(i);
            }
            long[] expected = new long[n * m * p];
            int at = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < m; j++) {
                    for (int k = 0; k < p; k++) {
                        expected[at++] = i + (long) n * (j + m * k);
                    }
                }
            }
            NumpyArray array = NumpyCode.read(NumpyCode.array(NumpyCode.dtype("i8", '<'), true, data, n, m, p));
            assertThat(array.longs()).as("seed " + seed).isEqualTo(expected);
            assertThat(array.shape()).containsExactly(n, m, p);
        }
    }

    @Test
    void objectsMayLieColumnsFirstToo() {
        NumpyArray array = NumpyCode.read(NumpyCode.objects("](S'a'\nK\1NS'd'\ne", true, 2, 2));
        assertThat(array.values()).containsExactly("a", PyNone.NONE, 1L, "d");
        assertThat(array.type().objects()).isTrue();
        assertThatThrownBy(array::longs)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(a) where a number belongs");
        NumpyArray mixed = NumpyCode.read(NumpyCode.objects("](\u0088K\5G\77\u00f8\0\0\0\0\0\0e", false, 3));
        assertThat(mixed.doubles()).containsExactly(1, 5, 1.5);
        assertThatThrownBy(mixed::longs).hasMessageContaining("(1.5) where a whole number belongs");
    }

    @Test
    void shapesOfNothingAndOfOne() {
        NumpyArray scalar = array("f8", '<', NumpyCode.buffer(8, '<').putDouble(2.5));
        assertThat(scalar.rank()).isZero();
        assertThat(scalar.size()).isEqualTo(1);
        assertThat(scalar.doubles()).containsExactly(2.5);
        NumpyArray none = array("f8", '<', ByteBuffer.allocate(0), 3, 0, 1_000_000);
        assertThat(none.size()).isZero();
        assertThat(none.dim(0)).isEqualTo(3);
        assertThat(none.doubles()).isEmpty();
        assertThat(none.toString()).isEqualTo("array f8[3, 0, 1000000]");
        none.shape()[0] = 99;
        assertThat(none.shape()).as("a copy").containsExactly(3, 0, 1_000_000);
    }

    /** Members of their own order and offset, with a gap between them, in rows that lie columns first. */
    @Test
    void structuresHaveMembersAtOffsets() {
        String dtype = NumpyCode.structure(
                16,
                "a",
                NumpyCode.dtype("i2", '>'),
                0,
                "b",
                NumpyCode.dtype("f8", '<'),
                8,
                "c",
                NumpyCode.dtype("S2", '|'),
                4);
        ByteBuffer data = NumpyCode.buffer(64, '<');
        for (int i = 0; i < 4; i++) {
            data.position(16 * i);
            data.put((byte) 1).put((byte) i).position(16 * i + 4);
            data.put((byte) ('p' + i)).position(16 * i + 8);
            data.putDouble(i / 4.0);
        }
        NumpyArray array = NumpyCode.read(NumpyCode.array(dtype, true, data, 2, 2));
        assertThat(array.field("a").longs()).containsExactly(256, 258, 257, 259);
        assertThat(array.field("b").doubles()).containsExactly(0, 0.5, 0.25, 0.75);
        assertThat((byte[]) array.field("c").values().get(1)).containsExactly('r');
        assertThat(array.type().field("d")).isNull();
        assertThat(array.type().toString()).isEqualTo("V16{3 fields}");
        assertThatThrownBy(() -> array.field("d")).hasMessageContaining("no member (d); it has [a, b, c]");
        assertThatThrownBy(array::values).hasMessageContaining("not readable as values");
    }

    @Test
    void structuresWithinStructures() {
        String inner = NumpyCode.structure(4, "x", NumpyCode.dtype("i2", '<'), 0, "y", NumpyCode.dtype("i2", '<'), 2);
        String outer = NumpyCode.structure(6, "p", inner, 2, "q", NumpyCode.dtype("u1", '|'), 0);
        ByteBuffer data = NumpyCode.buffer(12, '<');
        for (int i = 0; i < 2; i++) {
            data.put((byte) (200 + i)).put((byte) 0).putShort((short) i).putShort((short) -i);
        }
        NumpyArray array = NumpyCode.read(NumpyCode.array(outer, false, data, 2));
        assertThat(array.field("p").field("y").longs()).containsExactly(0, -1);
        assertThat(array.field("q").longs()).containsExactly(200, 201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c16", "f16", "V8", "c8"})
    void typesWithoutAPlainValueAreRefusedWhenRead(String dtype) {
        int size = Integer.parseInt(dtype.substring(1));
        NumpyArray array = array(dtype, '<', ByteBuffer.allocate(size), 1);
        assertThat(array.size()).isEqualTo(1);
        assertThatThrownBy(array::doubles)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(" + dtype + ")")
                .hasMessageContaining("Maybe convert");
    }

    @Test
    void scalarsAreTheirValue() {
        String call = "cnumpy.core.multiarray\nscalar\n(";
        ByteBuffer number = NumpyCode.buffer(8, '>').putDouble(-2.25);
        assertThat(PickleCode.start()
                        .text(call + NumpyCode.dtype("f8", '>') + "C\10")
                        .bytes(NumpyCode.bytes(number))
                        .text("tR")
                        .read())
                .isEqualTo(-2.25);
        assertThat(PickleCode.read(call + NumpyCode.dtype("b1", '|') + "C\1\1tR"))
                .isEqualTo(true);
        assertThat(PickleCode.read(call + NumpyCode.dtype("S2", '|') + "U\2abtR"))
                .isEqualTo("ab".getBytes(StandardCharsets.UTF_8));
        assertThat(PickleCode.read(call + NumpyCode.dtype("O8", '|') + "S'any'\ntR"))
                .isEqualTo("any");
        Object complex = PickleCode.read(call + NumpyCode.dtype("c8", '<') + "C\10abcdefghtR");
        assertThat(complex).hasToString("numpy.scalar");
        assertThatThrownBy(() -> PickleCode.read(call + NumpyCode.dtype("f8", '<') + "C\1atR"))
                .isInstanceOf(ModelFormatException.class);
    }

    /** Protocol 5 of numpy: the buffer, the dtype, the shape and the order in one call. */
    @Test
    void buffersInTheFileAreArrays() {
        byte[] raw = {1, 2, 3, 4, 5, 6};
        String call = "cnumpy.core.numeric\n_frombuffer\n(";
        for (String order : List.of("C", "F")) {
            NumpyArray array = NumpyCode.read(PickleCode.start()
                    .text(call + "\u0096")
                    .i64(6)
                    .bytes(raw)
                    .text(NumpyCode.dtype("i1", '|') + "(K\2K\3tS'" + order + "'\ntR"));
            assertThat(array.longs())
                    .isEqualTo(order.equals("C") ? new long[] {1, 2, 3, 4, 5, 6} : new long[] {1, 3, 5, 2, 4, 6});
        }
        assertThatThrownBy(() -> PickleCode.read(call + "C\1aS'i1'\n(K\1ttR"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("not of bytes, type and shape");
        assertThatThrownBy(() -> PickleCode.read(call + "NNtR")).isInstanceOf(ModelFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"S'z9'", "S''", "S'f8x'", "S'i12345678'"})
    void unknownTypesAreNamed(String name) {
        assertThatThrownBy(() -> PickleCode.read("cnumpy\ndtype\n(" + name + "\ntR"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Array element type (" + name.substring(2, name.length() - 1) + ") is unknown")
                .hasMessageContaining("Maybe it is an extension type");
    }

    @Test
    void dtypesOfOtherThingsStayRecords() {
        assertThat(PickleCode.read("cnumpy\ndtype\n(K\1tR")).hasToString("numpy.dtype");
        assertThatThrownBy(() -> PickleCode.read("cnumpy\ndtype\n)R")).hasMessageContaining("dtype of nothing");
        String copied = "cnumpy\ndtype\n(" + NumpyCode.dtype("i2", '>') + "tR";
        assertThat(PickleCode.read(copied)).hasToString("dtype >i2");
    }

    /** Damaged states: the wrong tuple, too few parts, a member outside the element, sizes without bound. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "K\1b",
                "(K\1K\2tb",
                "(I3\nS'<'\nN(S'a'\nt}I4\nI1\nI0\ntb",
                "(I3\nS'<'\nN(K\1t}I4\nI1\nI0\ntb",
                "(I3\nS'<'\nNNNI1048577\nI1\nI0\ntb",
                "(I3\nS'<'\nN(S'a'\nt}S'a'\n(K\1K\2tsI4\nI1\nI0\ntb"
            })
    void brokenTypesAreRefused(String state) {
        assertThatThrownBy(() -> PickleCode.read("cnumpy\ndtype\n(S'V4'\ntR" + state))
                .isInstanceOf(ModelFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({"I-1, -1", "I2147483648, 2147483648", "F1.5, 1.5", "S'2', 2"})
    void impossibleDimensionsAreRefused(String dimension, String shown) {
        String state = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(" + dimension
                + "\nt" + NumpyCode.dtype("i1", '|') + "I00\nC\0tb";
        assertThatThrownBy(() -> PickleCode.read(state))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Dimension (" + shown + ") of an array is outside");
    }

    @Test
    void latinTextIsBytesAsPython2WroteThem() {
        String state = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\nt"
                + NumpyCode.dtype("u1", '|') + "I00\nS'\\xff\\x01'\ntb";
        assertThat(((NumpyArray) PickleCode.read(state)).longs()).containsExactly(255, 1);
        byte[] expected = "\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(NumpyArray.bytes("\u00ff")).isEqualTo(ByteBuffer.wrap(expected));
    }
}
