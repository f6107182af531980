package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {
    @TempDir
    Path dir;

    private static byte[] array(float... values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        NpyFile.write(Tensor.of(values, values.length), out);
        return out.toByteArray();
    }

    private Path zip(String name, Map<String, byte[]> entries, boolean stored) throws IOException {
        Path file = dir.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry one = new ZipEntry(entry.getKey());
                if (stored) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    one.setMethod(ZipEntry.STORED);
                    one.setSize(entry.getValue().length);
                    one.setCrc(crc.getValue());
                }
                zip.putNextEntry(one);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    @Test
    void readsStoredAndDeflatedArchives() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("b.npy", array(1, 2));
        entries.put("a.npy", array(3));

        for (boolean stored : new boolean[] {true, false}) {
            Map<String, Tensor> arrays = NpzFile.read(zip("x" + stored + ".npz", entries, stored), DataLimits.DEFAULT);

            assertThat(arrays.keySet()).containsExactly("b", "a");
            assertThat(arrays.get("b").floats()).containsExactly(1f, 2f);
            assertThat(arrays.get("a").floats()).containsExactly(3f);
        }
    }

    @Test
    void writtenArchivesReadBackAndAreEqualForEqualTensors() throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("x", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        arrays.put("text", Tensor.of(new String[] {"a", "bc"}, 2));
        arrays.put("empty", Tensor.of(new long[0], 0));
        Path one = dir.resolve("one.npz");
        Path two = dir.resolve("deep/er/two.npz");
        NpzFile.write(arrays, one);
        NpzFile.write(arrays, two);

        Map<String, Tensor> back = NpzFile.read(one, DataLimits.DEFAULT);
        assertThat(back.keySet()).containsExactly("x", "text", "empty");
        assertThat(back.get("x").floats()).containsExactly(1f, 2f, 3f, 4f);
        assertThat(back.get("text").strings()).containsExactly("a", "bc");
        assertThat(Files.readAllBytes(one)).isEqualTo(Files.readAllBytes(two));
    }

    @Test
    void noTemporaryFileStaysBehind() throws IOException {
        NpzFile.write(Map.of("x", Tensor.of(new float[] {1}, 1)), dir.resolve("x.npz"));

        try (var files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("x.npz");
        }
    }

    @Test
    void foreignEntriesAreRefused() throws IOException {
        Path file = zip("x.npz", Map.of("readme.txt", new byte[] {1}), false);

        assertThatThrownBy(() -> NpzFile.read(file, DataLimits.DEFAULT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("readme.txt");
    }

    @Test
    void expansionIsBounded() throws IOException {
        byte[] zeros = new byte[1 << 20];
        System.arraycopy(array(0), 0, zeros, 0, 128);
        Path file = zip("bomb.npz", Map.of("x.npy", zeros), false);

        assertThatThrownBy(() -> NpzFile.read(file, new DataLimits(1 << 30, 10, 20)))
                .hasMessageContaining("unpacks from")
                .hasMessageContaining("(20)");
        assertThatThrownBy(() -> NpzFile.read(file, new DataLimits(1 << 16, 10, 2000)))
                .hasMessageContaining("limit");
    }

    @Test
    void entriesAreBounded() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            entries.put(i + ".npy", array(i));
        }
        Path file = zip("many.npz", entries, false);

        assertThatThrownBy(() -> NpzFile.read(file, new DataLimits(1 << 20, 10, 1000)))
                .hasMessageContaining("(12) entries");
    }

    @Test
    void otherFilesAreNoArchives() throws IOException {
        Path text = Files.writeString(dir.resolve("t.npz"), "not a zip");

        assertThatThrownBy(() -> NpzFile.read(text, DataLimits.DEFAULT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not a readable .npz archive")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> NpzFile.read(dir.resolve("none.npz"), DataLimits.DEFAULT))
                .hasMessageContaining("does not exist");
    }

    @Test
    void damagedArchivesGiveOneTypedError() throws IOException {
        byte[] good = Files.readAllBytes(zip("x.npz", Map.of("x.npy", array(1, 2, 3)), false));
        long seed = 5;
        Random random = new Random(seed);
        for (int i = 0; i < 600; i++) {
            byte[] bad = i % 2 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (i % 2 == 1) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(dir.resolve("bad.npz"), bad);
            try {
                NpzFile.read(file, DataLimits.DEFAULT);
            } catch (EdgeException e) {
                assertThat(e).as("seed %d, case %d", seed, i).isInstanceOf(InvalidInputException.class);
            }
        }
    }
}
