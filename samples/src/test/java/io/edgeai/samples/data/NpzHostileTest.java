package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzHostileTest {
    @TempDir
    Path dir;

    private static byte[] npy(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(tensor, out);
        return out.toByteArray();
    }

    private static byte[] array(long... values) throws IOException {
        return npy(Tensor.of(values, values.length));
    }

    private Map<String, Tensor> read(ZipCrafter zip) throws IOException {
        return read(zip, DataLimits.DEFAULT);
    }

    private Map<String, Tensor> read(ZipCrafter zip, DataLimits limits) throws IOException {
        return NpzFile.read(Files.write(dir.resolve("x.npz"), zip.bytes()), limits);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void handMadeArchivesRead(boolean deflate) throws IOException {
        Map<String, Tensor> arrays =
                read(new ZipCrafter().entry("a.npy", array(1, 2), deflate).entry("folder/ü.npy", array(3), !deflate));

        assertThat(arrays.keySet()).containsExactly("a", "folder/ü");
        assertThat(arrays.get("a").longs()).containsExactly(1, 2);
        assertThat(arrays.get("folder/ü").longs()).containsExactly(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../evil.npy", "/etc/evil.npy", "..\\evil.npy", "C:\\evil.npy", "a/../../evil.npy"})
    void namesThatLeaveTheFolderAreOnlyNames(String name) throws IOException {
        Map<String, Tensor> arrays = read(new ZipCrafter().entry(name, array(7), false));

        assertThat(arrays).containsOnlyKeys(name.substring(0, name.length() - 4));
        try (Stream<Path> files = Files.walk(dir)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(f -> f.getFileName().toString()))
                    .containsExactly("x.npz");
        }
    }

    @Test
    void oneNameTwiceIsRefused() {
        assertThatThrownBy(() ->
                        read(new ZipCrafter().entry("a.npy", array(1), false).entry("a.npy", array(2), false)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(a)")
                .hasMessageContaining("twice");
    }

    /** Fifield, A better zip bomb, 2019: many names share one body, so each entry by itself is harmless. */
    @Test
    void overlappingEntriesCountEachTime() throws IOException {
        byte[] zeros = npy(Tensor.allocate(ElementType.UINT8, 1 << 20));
        ZipCrafter bomb = new ZipCrafter().entry("0.npy", zeros, true);
        for (int i = 1; i < 200; i++) {
            bomb.again(i + ".npy");
        }

        assertThatThrownBy(() -> read(bomb)).isInstanceOf(InvalidInputException.class);
        assertThat(read(new ZipCrafter().entry("0.npy", zeros, true)).get("0").elements())
                .isEqualTo(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {-100, -1, 1, 1000, 1 << 20, Integer.MAX_VALUE - 300})
    void sizesThatLieAreFound(int tooMuch) throws IOException {
        byte[] content = array(1, 2, 3);
        ZipCrafter lying = new ZipCrafter().entry("a.npy", content, true, content.length + tooMuch, 0);

        assertThatThrownBy(() -> read(lying))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWrongChecksumIsFound(boolean deflate) throws IOException {
        byte[] content = array(1, 2, 3);

        assertThatThrownBy(() -> read(new ZipCrafter().entry("a.npy", content, deflate, content.length, 12345)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a.npy")
                .hasMessageContaining("checksum");
    }

    /** Without the checksum a flipped bit among stored numbers would be read as another number. */
    @Test
    void noFlippedBitOfTheNumbersGoesUnnoticed() throws IOException {
        byte[] content = array(1, 2, 3);
        byte[] good = new ZipCrafter().entry("a.npy", content, false).bytes();
        int data = 30 + "a.npy".length() + content.length - 24;
        for (int at = data; at < data + 24; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Path file = Files.write(dir.resolve("flipped.npz"), bad);
            assertThatThrownBy(() -> NpzFile.read(file, DataLimits.DEFAULT))
                    .as("byte %d", at)
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void foldersAreSkippedAndOtherEndingsRefused() throws IOException {
        assertThat(read(new ZipCrafter().entry("f/", new byte[0], false).entry("f/a.npy", array(1), false)))
                .containsOnlyKeys("f/a");
        assertThatThrownBy(() -> read(new ZipCrafter().entry("a.NPY.txt", array(1), false)))
                .hasMessageContaining("a.NPY.txt");
    }

    @Test
    void errorsWithinAnArrayNameTheEntry() {
        assertThatThrownBy(() -> read(new ZipCrafter().entry("deep/a.npy", new byte[] {1, 2, 3}, true)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x.npz!deep/a.npy");
    }

    @Test
    void anArchiveCutAnywhereIsRefused() throws IOException {
        byte[] good = new ZipCrafter().entry("a.npy", array(1, 2), true).bytes();
        for (int length = 0; length < good.length; length++) {
            Path file = Files.write(dir.resolve("cut.npz"), java.util.Arrays.copyOf(good, length));
            assertThatThrownBy(() -> NpzFile.read(file, DataLimits.DEFAULT))
                    .as("%d of %d bytes", length, good.length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    /** The JDK's streaming reader, which checks checksums, reads what is written. */
    @Test
    void writtenArchivesAreSoundForOtherReaders() throws IOException {
        long seed = 14;
        Random random = new Random(seed);
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            arrays.put("n" + i, Tensor.ofBytes(ElementType.UINT8, bytes, bytes.length));
        }
        Path file = dir.resolve("w.npz");
        NpzFile.write(arrays, file);

        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                ZipEntry entry = zip.getNextEntry();
                assertThat(entry.getName()).isEqualTo(array.getKey() + ".npy");
                assertThat(zip.readAllBytes()).as("seed %d", seed).isEqualTo(npy(array.getValue()));
            }
            assertThat(zip.getNextEntry()).isNull();
        }
        Map<String, Tensor> back = NpzFile.read(file, DataLimits.DEFAULT);
        arrays.forEach((name, tensor) -> assertThat(back.get(name).bytes()).isEqualTo(tensor.bytes()));
    }
}
