package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void mnist() throws IOException {
        gzip("train-images-idx3-ubyte.gz", idx(0x803, 3, new int[] {2, 2}, 0, 255, 51, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        gzip("train-labels-idx1-ubyte.gz", idx(0x801, 3, new int[0], 7, 0, 9));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), idx(0x803, 1, new int[] {2, 2}, 10, 20, 30, 40));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idx(0x801, 1, new int[0], 3));
    }

    @Test
    void readsPlainAndZippedIdx() {
        LabelledSet train = MnistFiles.train(folder);
        assertThat(train).hasToString("3 samples × 4 features, 10 classes");
        assertThat(train.sample(0)).containsExactly(0, 1, 0.2f, 1 / 255f);
        assertThat(train.label(0)).isEqualTo(7);
        assertThat(train.label(2)).isEqualTo(9);
        assertThat(MnistFiles.test(folder).sample(0)[3]).isEqualTo(40 / 255f);
    }

    @Test
    void dealsToUsers() throws IOException {
        LabelledSet all = MnistFiles.train(folder);
        FederatedDataset users = MnistFiles.users(
                all,
                gzip(
                        "users.csv.gz",
                        "user,part,index\nann,train,2 0\nann,test,1\nbob,train,1\n"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(users.size()).isEqualTo(2);
        assertThat(users.participants().get(0).id()).isEqualTo("ann");
        assertThat(users.participants().get(0).train().label(0)).isEqualTo(9);
        assertThat(users.pooledTest().label(0)).isZero();
        assertThat(users.participants().get(1).test().size()).isZero();
    }

    @Test
    void brokenSplitsAreRefusedWithTheirLine() throws IOException {
        split("ann,train,5\n", "Sample (5)");
        split("ann,train,x\n", "line 1 has an index (x)");
        split("ann,both,1\n", "line 1 is not user,train|test,indices");
        split("ann,train,1\nann,train,2\n", "line 2 repeats user (ann)");
        split("user,part,index\nann,test,1\n", "no user with training samples");
    }

    private void split(String csv, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("split.csv"), csv);
        LabelledSet all = MnistFiles.train(folder);
        assertThatThrownBy(() -> MnistFiles.users(all, file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void brokenIdxIsRefused() throws IOException {
        Path labels = folder.resolve("t10k-labels-idx1-ubyte");
        images(idx(0x803, 1, new int[] {2, 2}, 1, 2, 3), labels, "more than the file can hold");
        images(idx(0x803, 1, new int[] {2, 2}, 1, 2, 3, 4, 5), labels, "goes on");
        images(idx(0x803, 2, new int[] {1, 1}, 1, 2), labels, "(2) images but there are 1 labels");
        images(idx(0x801, 1, new int[0], 1), labels, "(0x801), not IDX");
        images(idx(0x803, 1, new int[] {0, 2}), labels, "(0) rows and (2) columns");
        images(new byte[] {0, 0}, labels, "more than the file can hold");
        images(idx(0x803, -1, new int[] {2, 2}), labels, "count is (-1)");
        images(idx(0x803, 1, new int[] {2, 2}, 1, 2, 3, 4), folder.resolve("nowhere"), "does not exist");
        assertThatThrownBy(() -> MnistFiles.train(folder.resolve("nowhere")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has no train-images-idx3-ubyte");
    }

    /** A header of a few bytes that promises gigabytes must not allocate them. */
    @Test
    void aLyingHeaderIsRefusedBeforeMemoryIsTaken() throws IOException {
        Path labels = gzip("many.gz", idx(0x801, Integer.MAX_VALUE, new int[0], 1));
        assertThatThrownBy(() -> MnistFiles.images(labels, labels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than the file can hold");
    }

    @Test
    void aCutGzipIsRefused() throws IOException {
        Path whole = folder.resolve("train-images-idx3-ubyte.gz");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length - 12));
        assertThatThrownBy(() -> MnistFiles.train(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ends early");
    }

    @Test
    void readsFsyn() throws IOException {
        FederatedDataset data = FsynFile.read(gzip("two.fsyn.gz", fsyn()));
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.features()).isEqualTo(2);
        assertThat(data.classes()).isEqualTo(3);
        assertThat(data.participants().get(0).train().sample(1)).containsExactly(-3.5f, 4);
        assertThat(data.participants().get(0).test().label(0)).isEqualTo(2);
        assertThat(data.participants().get(1).test().size()).isZero();
        assertThat(data.pooledTrain().size()).isEqualTo(3);
    }

    @Test
    void brokenFsynIsRefused() throws IOException {
        byte[] good = fsyn();
        for (int length : new int[] {3, 15, 20, 30, good.length - 1}) {
            fsynRefused(Arrays.copyOf(good, length), "hold");
        }
        fsynRefused(Arrays.copyOf(good, good.length + 1), "goes on");
        fsynRefused(changed(good, 0, 'X'), "not FSYN");
        fsynRefused(changed(good, 4, 0), "(0) users");
        fsynRefused(changed(good, 7, 100), "Users needs");
        fsynRefused(changed(good, 12, 1), "(1) classes");
        fsynRefused(changed(good, 16, 0), "(0) train");
        fsynRefused(changed(good, 19, 0x7f), "more than the file can hold");
    }

    private void fsynRefused(byte[] bytes, String message) throws IOException {
        Path file = Files.write(folder.resolve("broken.fsyn"), bytes);
        assertThatThrownBy(() -> FsynFile.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    private void images(byte[] bytes, Path labels, String message) throws IOException {
        Path file = Files.write(folder.resolve("images"), bytes);
        assertThatThrownBy(() -> MnistFiles.images(file, labels))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    private static byte[] fsyn() {
        ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        out.put("FSYN".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .putInt(2)
                .putInt(2)
                .putInt(3);
        out.putInt(2).putInt(1);
        out.putFloat(1).putFloat(2).putFloat(-3.5f).putFloat(4).put((byte) 0).put((byte) 1);
        out.putFloat(9).putFloat(8).put((byte) 2);
        out.putInt(1).putInt(0);
        out.putFloat(5).putFloat(6).put((byte) 1);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] idx(int magic, int count, int[] dims, int... values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(magic);
        out.writeInt(count);
        for (int dim : dims) {
            out.writeInt(dim);
        }
        for (int value : values) {
            out.writeByte(value);
        }
        return bytes.toByteArray();
    }

    private Path gzip(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
        return file;
    }
}
