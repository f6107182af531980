package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
    @TempDir
    Path dir;

    private Path file(String name, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        if (name.endsWith(".gz")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(bytes);
            }
            bytes = out.toByteArray();
        }
        return Files.write(dir.resolve(name), bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.idx3", "a.idx3.gz", "misnamed.bin"})
    void readsPlainAndCompressed(String name) throws IOException {
        Tensor tensor =
                IdxFile.read(file(name, "00000803 00000002 00000001 00000003 01 02 03 fd fe ff"), DataLimits.DEFAULT);

        assertThat(tensor.type()).isEqualTo(ElementType.UINT8);
        assertThat(tensor.shape()).containsExactly(2, 1, 3);
        assertThat(tensor.bytes()).containsExactly(1, 2, 3, -3, -2, -1);
    }

    @ParameterizedTest
    @CsvSource({
        "08,UINT8,7f ff,127 255",
        "09,INT8,7f ff,127 -1",
        "0b,INT16,0102 ffff,258 -1",
        "0c,INT32,00010203 ffffffff,66051 -1",
        "0d,FLOAT,3f800000 c0000000,1 -2",
        "0e,DOUBLE,3ff0000000000000 c000000000000000,1 -2",
    })
    void readsEachTypeBigEndian(String code, ElementType type, String data, String expected) throws IOException {
        Tensor tensor = IdxFile.read(file("x.idx1", "0000" + code + "01 00000002" + data), DataLimits.DEFAULT);
        Cells cells = Cells.of(tensor);

        assertThat(tensor.type()).isEqualTo(type);
        assertThat(cells.text(0) + " " + cells.text(1)).isEqualTo(expected);
        Path again = dir.resolve("again.idx");
        IdxFile.write(tensor, again);
        assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(dir.resolve("x.idx1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00000a01 00000001 00",
                "01000801 00000001 00",
                "000008",
                "00000802 00000001",
                "00000801 00000005 01 02",
                "00000801 00000001 01 02",
                "000008ff",
                "00000802 ffffffff ffffffff",
                "0000080401000000 01000000 01000000 01000000"
            })
    void wrongFilesAreRefused(String hex) throws IOException {
        Path plain = file("w.idx", hex);
        Path packed = file("w.idx.gz", hex);

        for (Path file : new Path[] {plain, packed}) {
            assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("Maybe");
        }
    }

    @Test
    void cutOffGzipIsRefused() throws IOException {
        byte[] good = Files.readAllBytes(file("g.idx.gz", "00000801 00000008 0102030405060708"));
        for (int length = 2; length < good.length; length++) {
            Path file = Files.write(dir.resolve("cut.idx.gz"), Arrays.copyOf(good, length));
            assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT)).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void expansionIsBounded() throws IOException {
        Path file = file("z.idx.gz", "00000801 00010000" + "00".repeat(65_536));

        assertThatThrownBy(() -> IdxFile.read(file, new DataLimits(1 << 20, 10, 10)))
                .hasMessageContaining("unpacks from");
        assertThat(IdxFile.read(file, DataLimits.DEFAULT).elements()).isEqualTo(65_536);
    }

    @ParameterizedTest
    @CsvSource({
        "a.idx,true",
        "a.idx3.gz,true",
        "t10k-images-idx3-ubyte,true",
        "t10k-images-idx3-ubyte.gz,true",
        "train-images.idx4.gz,true",
        "A.IDX,true",
        "a.npy,false",
        "idx.csv,false",
        "a.gz,false"
    })
    void namesAreRecognised(String name, boolean expected) {
        assertThat(IdxFile.named(Path.of(name))).isEqualTo(expected);
    }

    @Test
    void writesCompressedByName() throws IOException {
        byte[] bytes = new byte[200];
        new Random(1).nextBytes(bytes);
        Path file = dir.resolve("r.idx2.gz");
        IdxFile.write(Tensor.ofBytes(ElementType.UINT8, bytes, 20, 10), file);

        assertThat(Files.readAllBytes(file)).startsWith(0x1f, 0x8b);
        assertThat(IdxFile.read(file, DataLimits.DEFAULT).bytes()).containsExactly(bytes);
        assertThatThrownBy(() -> IdxFile.write(Tensor.of(new long[] {1}, 1), dir.resolve("l.idx")))
                .hasMessageContaining("INT64");
    }

    @Test
    void readsMnistAsPublished() {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "federated", "mnist");
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no MNIST below edgeai.testdata");
        Tensor images = IdxFile.read(folder.resolve("t10k-images-idx3-ubyte.gz"), DataLimits.DEFAULT);
        Tensor labels = IdxFile.read(folder.resolve("t10k-labels-idx1-ubyte.gz"), DataLimits.DEFAULT);
        int[] histogram = new int[10];
        for (byte label : labels.bytes()) {
            histogram[label]++;
        }

        assertThat(images.shape()).containsExactly(10_000, 28, 28);
        // the class counts of the MNIST test set, as published
        assertThat(histogram).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    }
}
