package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected bytes follow numpy.lib.format's specification, written out by hand here. */
class NpyFileTest {
    @TempDir
    Path dir;

    /** A file as the specification lays it out, not padded. */
    static byte[] npy(int version, String literal, String dataHex) {
        byte[] text = literal.getBytes(version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        byte[] data = HexFormat.of().parseHex(dataHex.replace(" ", ""));
        ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        file.put(text).put(data);
        return Arrays.copyOf(file.array(), file.position());
    }

    static Tensor parse(byte[] file) {
        return NpyFile.parse(ByteBuffer.wrap(file), "x.npy", DataLimits.DEFAULT);
    }

    private static Tensor parse(String descr, String shape, String dataHex) {
        return parse(npy(1, "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }", dataHex));
    }

    @Test
    void readsLittleAndBigEndianFloats() {
        Tensor little = parse("<f4", "(2,)", "0000803f 00000040");
        Tensor big = parse(">f4", "(2,)", "3f800000 40000000");

        assertThat(little.floats()).containsExactly(1f, 2f);
        assertThat(big.floats()).containsExactly(1f, 2f);
        assertThat(little.shape()).containsExactly(2);
    }

    @Test
    void readsDoublesIn3Versions() {
        for (int version : new int[] {1, 2, 3}) {
            Tensor tensor =
                    parse(npy(version, "{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "000000000000f03f"));

            assertThat(tensor.doubles()).containsExactly(1.0);
            assertThat(tensor.shape()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "|b1,BOOL,00 01 07,0 1 1",
        "?,BOOL,00 01 01,",
        "|i1,INT8,00 7f ff,0 127 -1",
        "|u1,UINT8,00 7f ff,0 127 255",
        "<i2,INT16,0100 ff7f ffff,1 32767 -1",
        ">i2,INT16,0001 7fff ffff,1 32767 -1",
        "<u2,UINT16,0100 ff7f ffff,1 32767 65535",
        "<i4,INT32,01000000 ffffff7f ffffffff,1 2147483647 -1",
        ">i4,INT32,00000001 7fffffff ffffffff,1 2147483647 -1",
        "<u4,UINT32,01000000 ffffff7f ffffffff,1 2147483647 4294967295",
        "<i8,INT64,0100000000000000 ffffffffffffff7f ffffffffffffffff,1 9223372036854775807 -1",
        ">i8,INT64,0000000000000001 7fffffffffffffff ffffffffffffffff,1 9223372036854775807 -1",
        "<u8,UINT64,0100000000000000 ffffffffffffff7f ffffffffffffffff,1 9223372036854775807 18446744073709551615",
        "<f2,FLOAT16,003c 00c0 ff7b,1 -2 65504",
        ">f2,FLOAT16,3c00 c000 7bff,1 -2 65504",
        "<f4,FLOAT,0000803f 000000c0 cdcccc3d,1 -2 0.1",
    })
    void readsEachNumberType(String descr, ElementType type, String hex, String expected) {
        if (expected == null) {
            assertThatThrownBy(() -> parse(descr, "(3,)", hex))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + descr + ")");
            return;
        }
        Tensor tensor = parse(descr, "(3,)", hex);
        Cells cells = Cells.of(tensor);

        assertThat(tensor.type()).isEqualTo(type);
        String[] values = expected.split(" ");
        for (int i = 0; i < values.length; i++) {
            String text = type == ElementType.BOOL ? (cells.at(i).equals(true) ? "1" : "0") : cells.text(i);
            assertThat(text).as("element %d", i).isEqualTo(values[i]);
        }
    }

    @Test
    void readsComplexNumbersPartByPart() {
        Tensor little = parse("<c8", "(1,)", "0000803f 00000040");
        Tensor big = parse(">c8", "(1,)", "3f800000 40000000");

        assertThat(little.type()).isEqualTo(ElementType.COMPLEX64);
        assertThat(little.bytes()).containsExactly(big.bytes());
    }

    @Test
    void fortranOrderIsTransposed() {
        // numpy: np.asfortranarray([[1,2,3],[4,5,6]]) stores 1 4 2 5 3 6
        Tensor tensor =
                parse(npy(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", "01 04 02 05 03 06"));

        assertThat(tensor.bytes()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor.shape()).containsExactly(2, 3);
    }

    @Test
    void fortranOrderOfThreeDimensionsMatchesTheIndexFormula() {
        int[] shape = {2, 3, 4};
        byte[] stored = new byte[24];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 4; k++) {
                    stored[i + shape[0] * (j + shape[1] * k)] = (byte) (100 * i + 10 * j + k);
                }
            }
        }
        Tensor tensor = parse(npy(
                1,
                "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3, 4), }",
                HexFormat.of().formatHex(stored)));

        byte[] values = tensor.bytes();
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 4; k++) {
                    assertThat(values[(i * 3 + j) * 4 + k]).isEqualTo((byte) (100 * i + 10 * j + k));
                }
            }
        }
    }

    @Test
    void fortranOrderOfStringsIsTransposed() {
        Tensor tensor = parse(npy(1, "{'descr': '|S1', 'fortran_order': True, 'shape': (2, 2), }", "61 63 62 64"));

        assertThat(tensor.strings()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void readsUnicodeStrings() {
        Tensor little =
                parse("<U2", "(2,)", "41000000 00000000 3d d8 01 00 fc000000".replace("3d d8 01 00", "00f60100"));
        Tensor big = parse(">U1", "(1,)", "000000e9");

        assertThat(little.strings()).containsExactly("A", new String(Character.toChars(0x1F600)) + "ü");
        assertThat(big.strings()).containsExactly("é");
    }

    @Test
    void readsByteStringsAsUtf8() {
        assertThat(parse("|S3", "(2,)", "616200 c3a500").strings()).containsExactly("ab", "å");
        assertThatThrownBy(() -> parse("|S2", "(1,)", "ff41"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void emptyArraysAreArrays() {
        assertThat(parse("<f4", "(0, 5)", "").shape()).containsExactly(0, 5);
        assertThat(parse("<f4", "(0,)", "").floats()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f4', 'fortran_order': False}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + evil()",
                "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
                "{'descr': '<f\\x34', 'fortran_order': False, 'shape': (1,)}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}",
                "{",
                "",
                "[1, 2]",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1",
            })
    void wrongHeadersAreRefusedWithTheirPlace(String literal) {
        assertThatThrownBy(() -> parse(npy(1, literal, "0000803f")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x.npy")
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"|O", "|O8", "<M8[ns]", "|V8", "<f16", "<x4", "<U99999999999", "<S-1", "f", ""})
    void typesNoTensorHoldsAreNamed(String descr) {
        assertThatThrownBy(() -> parse(descr, "(1,)", "0000803f0000803f"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void objectsAreNeverUnpickled() {
        assertThatThrownBy(() -> parse("|O", "(1,)", "80049500"))
                .hasMessageContaining("pickled Python objects")
                .hasMessageContaining("allow_pickle=False");
    }

    @Test
    void structuredTypesAreRefused() {
        byte[] file = npy(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "0000803f");

        assertThatThrownBy(() -> parse(file)).hasMessageContaining("named fields");
    }

    @Test
    void tooFewAndTooManyBytesAreRefused() {
        assertThatThrownBy(() -> parse("<f4", "(2,)", "0000803f")).hasMessageContaining("needs 8 bytes");
        assertThatThrownBy(() -> parse("<f4", "(1,)", "0000803f00")).hasMessageContaining("(1) bytes follow");
    }

    @Test
    void hugeShapesAreRefusedBeforeAllocation() {
        assertThatThrownBy(() -> parse("<f8", "(1000000000000, 1000000000000)", ""))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> parse("<f8", "(2000000000,)", "")).hasMessageContaining("limit");
        assertThatThrownBy(() -> parse("|u1", "(3000000000,)", "")).hasMessageContaining("too large");
    }

    @Test
    void limitsApply() throws IOException {
        Path file = Files.write(dir.resolve("x.npy"), new byte[2000]);

        assertThatThrownBy(() -> NpyFile.read(file, new DataLimits(1000, 10, 10)))
                .hasMessageContaining("2000 bytes")
                .hasMessageContaining("(1000)");
    }

    @Test
    void otherFilesAreNotNumpy() throws IOException {
        Path text = Files.writeString(dir.resolve("t.npy"), "hello");
        Path empty = Files.createFile(dir.resolve("e.npy"));

        for (Path file : List.of(text, empty)) {
            assertThatThrownBy(() -> NpyFile.read(file, DataLimits.DEFAULT))
                    .hasMessageContaining("is not a NumPy array")
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> NpyFile.read(dir.resolve("no.npy"), DataLimits.DEFAULT))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> NpyFile.read(dir, DataLimits.DEFAULT)).hasMessageContaining("is not a file");
    }

    @Test
    void futureVersionsAreRefused() {
        byte[] file = npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "0000803f");
        file[6] = 4;

        assertThatThrownBy(() -> parse(file)).hasMessageContaining("(4.0)");
    }

    @Test
    void writtenBytesAreWhatNumpyWrites() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), out);

        byte[] bytes = out.toByteArray();
        String header = new String(bytes, 10, 118, StandardCharsets.ISO_8859_1);
        assertThat(bytes).hasSize(128 + 24);
        assertThat(Arrays.copyOf(bytes, 10)).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(header.stripTrailing()).isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
        assertThat(header).endsWith(" \n");
        assertThat(Arrays.copyOfRange(bytes, 128, 136)).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x40);
    }

    @Test
    void oneDimensionIsWrittenAsATuple() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(Tensor.of(new long[] {7}, 1), out);

        assertThat(out.toString(StandardCharsets.ISO_8859_1)).contains("'shape': (1,)");
    }

    @Test
    void everyTypeRoundTrips() {
        for (ElementType type : ElementType.values()) {
            if (type == ElementType.STRING || NpyType.descr(type) == null) {
                continue;
            }
            byte[] bytes = new byte[(int) type.bytes(6)];
            new Random(3).nextBytes(bytes);
            if (type == ElementType.BOOL) {
                Arrays.fill(bytes, (byte) 1);
            }
            Tensor tensor = Tensor.ofBytes(type, bytes, 3, 2);
            Path file = dir.resolve(type + ".npy");
            NpyFile.write(tensor, file);
            Tensor back = NpyFile.read(file, DataLimits.DEFAULT);

            assertThat(back.type()).isEqualTo(type);
            assertThat(back.shape()).containsExactly(3, 2);
            assertThat(back.bytes()).containsExactly(bytes);
        }
    }

    @Test
    void stringsRoundTrip() {
        String[] texts = {"", "a", "Grüße", new String(Character.toChars(0x1F600))};
        Path file = dir.resolve("s.npy");
        NpyFile.write(Tensor.of(texts, 2, 2), file);

        assertThat(NpyFile.read(file, DataLimits.DEFAULT).strings()).containsExactly(texts);
    }

    @Test
    void typesNumpyLacksAreNotWritten() {
        Tensor tensor = Tensor.allocate(ElementType.BFLOAT16, 2);

        assertThatThrownBy(() -> NpyFile.write(tensor, dir.resolve("b.npy")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("BFLOAT16");
        assertThat(dir.resolve("b.npy")).doesNotExist();
    }

    @Test
    void damagedFilesGiveOneTypedError() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2), out);
        byte[] good = out.toByteArray();
        long seed = 17;
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bad = i % 2 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (i % 2 == 1) {
                bad[random.nextInt(130)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                parse(bad);
            } catch (EdgeException e) {
                assertThat(e).as("seed %d, case %d", seed, i).isInstanceOf(InvalidInputException.class);
                assertThat(e.getMessage()).contains("Maybe");
            }
        }
    }

    @Test
    void realFilesReadAndRewriteToTheSameNumbers() throws IOException {
        Path root = Path.of(System.getProperty("edgeai.testdata", "../shared/data"));
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder edgeai.testdata");
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".npy")).toList();
        }
        Assumptions.assumeFalse(files.isEmpty(), "skipped: no .npy below edgeai.testdata");
        for (Path file : files) {
            Tensor tensor = NpyFile.read(file, DataLimits.DEFAULT);
            byte[] original = Files.readAllBytes(file);
            int data = (int) (original.length - tensor.type().bytes(tensor.elements()));
            assertThat(tensor.bytes())
                    .as(file.toString())
                    .containsExactly(Arrays.copyOfRange(original, data, original.length));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            NpyFile.write(tensor, out);
            Tensor back = parse(out.toByteArray());
            assertThat(back.shape()).containsExactly(tensor.shape());
            assertThat(back.bytes()).containsExactly(tensor.bytes());
        }
    }
}
