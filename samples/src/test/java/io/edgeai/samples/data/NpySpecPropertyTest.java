package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of every type, byte order, index order and version, laid out here by the index formula of the specification. */
class NpySpecPropertyTest {
    private static byte[] file(int version, String literal, byte[] data) {
        return NpyFileTest.npy(version, literal, HexFormat.of().formatHex(data));
    }

    private static Tensor parse(byte[] file) {
        return NpyFileTest.parse(file);
    }

    private static String literal(String descr, boolean fortran, long... shape) {
        StringJoiner dims = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
        Arrays.stream(shape).forEach(d -> dims.add(Long.toString(d)));
        return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + dims
                + ", }";
    }

    /** The bytes of one number, most significant first. */
    private static byte[] bigEndian(BigInteger value, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = value.shiftRight(8 * (width - 1 - i)).byteValue();
        }
        return bytes;
    }

    private static byte[] inOrder(byte[] bigEndian, char order) {
        byte[] bytes = bigEndian.clone();
        if (order == '<') {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = bigEndian[bytes.length - 1 - i];
            }
        }
        return bytes;
    }

    /** Where element {@code index} lies in the file, by the definition of C and Fortran order. */
    private static int position(int[] index, long[] shape, boolean fortran) {
        int position = 0;
        int stride = 1;
        for (int step = 0; step < shape.length; step++) {
            int d = fortran ? step : shape.length - 1 - step;
            position += index[d] * stride;
            stride *= (int) shape[d];
        }
        return position;
    }

    private static int[] unravel(int flat, long[] shape) {
        int[] index = new int[shape.length];
        int rest = flat;
        for (int d = shape.length - 1; d >= 0; d--) {
            index[d] = rest % (int) shape[d];
            rest /= (int) shape[d];
        }
        return index;
    }

    @ParameterizedTest
    @CsvSource({
        "i1,1,INT8",
        "i2,2,INT16",
        "i4,4,INT32",
        "i8,8,INT64",
        "u1,1,UINT8",
        "u2,2,UINT16",
        "u4,4,UINT32",
        "u8,8,UINT64",
    })
    void wholeNumbersOfAnyShapeAndOrder(String code, int width, ElementType type) {
        long seed = 1000L + width;
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            char order = random.nextBoolean() ? '<' : '>';
            boolean fortran = random.nextBoolean();
            long[] shape = random.longs(random.nextInt(5), 1, 5).toArray();
            int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            BigInteger[] values = new BigInteger[count];
            byte[] data = new byte[count * width];
            for (int i = 0; i < count; i++) {
                values[i] = new BigInteger(width * 8, random);
                int at = position(unravel(i, shape), shape, fortran);
                System.arraycopy(inOrder(bigEndian(values[i], width), order), 0, data, at * width, width);
            }
            Tensor tensor = parse(file(1 + random.nextInt(3), literal(order + code, fortran, shape), data));
            Cells cells = Cells.of(tensor);

            String where = "seed " + seed + ", round " + round + " " + order + code + Arrays.toString(shape);
            assertThat(tensor.type()).as(where).isEqualTo(type);
            assertThat(tensor.shape()).as(where).containsExactly(shape);
            for (int i = 0; i < count; i++) {
                boolean negative = code.startsWith("i") && values[i].testBit(width * 8 - 1);
                BigInteger expected = negative ? values[i].subtract(BigInteger.ONE.shiftLeft(width * 8)) : values[i];
                assertThat(cells.text(i)).as(where).isEqualTo(expected.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<f4", ">f4", "<f8", ">f8", "<c8", ">c8", "<c16", ">c16"})
    void floatingPartsKeepEveryBit(String descr) {
        Random random = new Random(4);
        int part = descr.endsWith("f4") || descr.endsWith("c8") ? 4 : 8;
        int parts = descr.contains("c") ? 2 : 1;
        int count = 7;
        byte[] data = new byte[count * parts * part];
        BigInteger[] bits = new BigInteger[count * parts];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = new BigInteger(part * 8, random);
            System.arraycopy(inOrder(bigEndian(bits[i], part), descr.charAt(0)), 0, data, i * part, part);
        }
        ByteBuffer found = parse(file(1, literal(descr, false, count), data)).buffer();

        for (int i = 0; i < bits.length; i++) {
            long actual = part == 4 ? found.getInt(i * 4) : found.getLong(i * 8);
            long expected = part == 4 ? bits[i].intValue() : bits[i].longValue();
            assertThat(actual).as("%s part %d", descr, i).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<U5", ">U5"})
    void textsOfAnyCharacterInBothByteOrders(String descr) {
        Random random = new Random(8);
        int[] alphabet = {'a', ' ', 0, 0xE9, 0x4E2D, 0x1F600, 0x10FFFF};
        String[] texts = new String[12];
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        long[] shape = {3, 4};
        byte[][] items = new byte[12][];
        for (int i = 0; i < texts.length; i++) {
            StringBuilder text = new StringBuilder();
            ByteArrayOutputStream item = new ByteArrayOutputStream();
            for (int c = 0; c < 5; c++) {
                int point = alphabet[random.nextInt(alphabet.length)];
                text.appendCodePoint(point);
                item.writeBytes(inOrder(bigEndian(BigInteger.valueOf(point), 4), descr.charAt(0)));
            }
            texts[i] = text.toString().replaceAll("\0+$", "");
            items[position(unravel(i, shape), shape, true)] = item.toByteArray();
        }
        Arrays.stream(items).forEach(data::writeBytes);

        assertThat(parse(file(3, literal(descr, true, shape), data.toByteArray()))
                        .strings())
                .containsExactly(texts);
    }

    @Test
    void aFileCutAnywhereIsRefusedAndSoIsOneTooLong() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(Tensor.of(new long[] {1, 2, 3}, 3), out);
        byte[] good = out.toByteArray();

        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> parse(cut))
                    .as("%d of %d bytes", length, good.length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("x.npy")
                    .hasMessageContaining("Maybe");
        }
        assertThatThrownBy(() -> parse(Arrays.copyOf(good, good.length + 1))).isInstanceOf(InvalidInputException.class);
    }

    /** Deleting any one character that is no space, or doubling any that is no digit, breaks the dictionary. */
    @Test
    void everyCharacterOfTheHeaderCounts() {
        String good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}";
        byte[] data = new byte[24];
        assertThat(parse(file(1, good, data)).shape()).containsExactly(2, 3);
        List<String> accepted = new ArrayList<>();
        for (int at = 0; at < good.length(); at++) {
            if (good.charAt(at) == ' ') {
                continue;
            }
            String without = good.substring(0, at) + good.substring(at + 1);
            String doubled = good.substring(0, at) + good.charAt(at) + good.substring(at);
            for (String mutated : List.of(without, doubled)) {
                try {
                    parse(file(1, mutated, data));
                    accepted.add(mutated);
                } catch (InvalidInputException e) {
                    assertThat(e.getMessage()).contains("Maybe");
                }
            }
        }
        // without '<' the type is still f4, as numpy.dtype('f4') is
        assertThat(accepted).containsExactly(good.replace("<", ""));
    }

    @Test
    void keysMayComeInAnyOrderAndWithAnySpace() {
        List<String> entries =
                new ArrayList<>(List.of("\"descr\" :\t'<f4'", "'fortran_order':False", "'shape' : ( 1 , )"));
        Random random = new Random(6);
        for (int round = 0; round < 12; round++) {
            Collections.shuffle(entries, random);
            String literal = " {\n" + String.join(" ,\r\n", entries) + (round % 2 == 0 ? ", }" : "}") + " \n";

            assertThat(parse(file(2, literal, new byte[] {0, 0, 0, 0x40})).floats())
                    .as(literal)
                    .containsExactly(2f);
        }
    }

    @Test
    void digitsOfOtherScriptsAreNoNumbers() {
        assertThatThrownBy(() ->
                        parse(file(3, "{'descr': '|u1', 'fortran_order': False, 'shape': (\u0661,)}", new byte[] {5})))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not a number");
    }

    @Test
    void stringsOfNoLengthAreBoundedBeforeTheyAreAllocated() {
        for (String descr : List.of("|S0", "<U0")) {
            assertThat(parse(file(1, literal(descr, false, 3), new byte[0])).strings())
                    .containsExactly("", "", "");
            assertThatThrownBy(() -> parse(file(1, literal(descr, false, 2_000_000_000), new byte[0])))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(2000000000) strings");
        }
    }

    @Test
    void dimensionsAreAtMost32() {
        long[] shape = new long[32];
        Arrays.fill(shape, 1);
        long[] tooMany = new long[33];
        Arrays.fill(tooMany, 1);

        assertThat(parse(file(1, literal("|u1", true, shape), new byte[] {9})).bytes())
                .containsExactly(9);
        assertThatThrownBy(() -> parse(file(1, literal("|u1", false, tooMany), new byte[] {9})))
                .hasMessageContaining("32 dimensions");
    }

    @Test
    void headersAreAMultipleOf64BytesForEveryShape() throws IOException {
        Random random = new Random(12);
        for (int round = 0; round < 200; round++) {
            long[] shape = random.longs(random.nextInt(9), 1, 3).toArray();
            if (shape.length > 0) {
                shape[random.nextInt(shape.length)] = round % 3 == 0 ? 0 : 1 + random.nextInt(3);
            }
            int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            NpyFile.write(Tensor.ofBytes(ElementType.UINT8, new byte[count], shape), out);
            byte[] bytes = out.toByteArray();
            int header = (bytes[8] & 0xff | (bytes[9] & 0xff) << 8) + 10;

            assertThat(header % 64).isZero();
            assertThat(bytes).hasSize(header + count);
            assertThat(bytes[header - 1]).isEqualTo((byte) '\n');
            assertThat(new String(bytes, 10, header - 11, StandardCharsets.ISO_8859_1).stripTrailing())
                    .isEqualTo(literal("|u1", false, shape));
            assertThat(parse(bytes).shape()).containsExactly(shape);
        }
    }
}
