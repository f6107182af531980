package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link DataOutputStream}, big-endian by contract, is the oracle. */
class IdxPropertyTest {
    @TempDir
    Path dir;

    private static byte[] idx(int code, long[] shape, byte[] data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(new byte[] {0, 0, (byte) code, (byte) shape.length});
        for (long dim : shape) {
            out.writeInt((int) dim);
        }
        out.write(data);
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"8,UINT8,1", "9,INT8,1", "11,INT16,2", "12,INT32,4", "13,FLOAT,4", "14,DOUBLE,8"})
    void everyTypeAndRankRoundTripsPlainAndPacked(int code, ElementType type, int width) throws IOException {
        long seed = 50L + code;
        Random random = new Random(seed);
        for (int rank = 0; rank <= 6; rank++) {
            long[] shape = random.longs(rank, 1, 4).toArray();
            int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            byte[] data = new byte[count * width];
            random.nextBytes(data);
            byte[] plain = idx(code, shape, data);
            for (boolean packed : new boolean[] {false, true}) {
                Path file = Files.write(dir.resolve("a.idx"), packed ? gzip(plain) : plain);
                Tensor tensor = IdxFile.read(file, DataLimits.DEFAULT);

                assertThat(tensor.type()).isEqualTo(type);
                assertThat(tensor.shape()).as("seed %d, rank %d", seed, rank).containsExactly(shape);
                ByteBuffer expected = ByteBuffer.wrap(data);
                ByteBuffer actual = tensor.buffer();
                for (int i = 0; i < count; i++) {
                    switch (width) {
                        case 1 -> assertThat(actual.get(i)).isEqualTo(expected.get(i));
                        case 2 -> assertThat(actual.getShort(i * 2)).isEqualTo(expected.getShort(i * 2));
                        case 4 -> assertThat(actual.getInt(i * 4)).isEqualTo(expected.getInt(i * 4));
                        default -> assertThat(actual.getLong(i * 8)).isEqualTo(expected.getLong(i * 8));
                    }
                }
                Path again = dir.resolve(packed ? "b.idx.gz" : "b.idx");
                IdxFile.write(tensor, again);
                byte[] written = Files.readAllBytes(again);
                if (packed) {
                    written = new GZIPInputStream(Files.newInputStream(again)).readAllBytes();
                }
                assertThat(written).isEqualTo(plain);
            }
        }
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        byte[] plain = idx(0x0C, new long[] {2, 3}, new byte[24]);
        for (int length = 0; length < plain.length; length++) {
            byte[] cut = Arrays.copyOf(plain, length);
            for (byte[] bytes : new byte[][] {cut, gzip(cut)}) {
                Path file = Files.write(dir.resolve("cut.idx"), bytes);
                assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT))
                        .as("%d bytes", length)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("Maybe");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 0x0A, 0x0F, 0x10, 0x7f, 0x80, 0xff})
    void otherTypeCodesAreRefused(int code) throws IOException {
        Path file = Files.write(dir.resolve("t.idx"), idx(code, new long[] {1}, new byte[8]));

        assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT)).isInstanceOf(InvalidInputException.class);
    }

    /** 2^32-1 three times and then 0: no elements, but the product on the way is above any number type. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 31, 32})
    void headersThatLieAboutEmptinessAreRefused(int large) throws IOException {
        long[] shape = new long[Math.min(32, large + 1)];
        Arrays.fill(shape, 0xffffffffL);
        shape[shape.length - 1] = 0;
        Path file = Files.write(dir.resolve("lie.idx"), idx(8, shape, new byte[0]));

        assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void emptySetsAreSets() throws IOException {
        Path file = Files.write(dir.resolve("empty.idx"), idx(8, new long[] {0, 28, 28}, new byte[0]));

        assertThat(IdxFile.read(file, DataLimits.DEFAULT).shape()).containsExactly(0, 28, 28);
    }

    @Test
    void aSmallFileCannotClaimALargeShape() throws IOException {
        for (byte[] bytes : new byte[][] {
            idx(8, new long[] {60_000, 28, 28}, new byte[100]), gzip(idx(8, new long[] {60_000, 28, 28}, new byte[100]))
        }) {
            Path file = Files.write(dir.resolve("claim.idx"), bytes);
            assertThatThrownBy(() -> IdxFile.read(file, DataLimits.DEFAULT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("unpacks from");
        }
    }

    @Test
    void damagedFilesGiveOneTypedError() throws IOException {
        byte[] plain = idx(0x0B, new long[] {3, 2}, new byte[12]);
        byte[] packed = gzip(plain);
        long seed = 61;
        Random random = new Random(seed);
        for (int i = 0; i < 600; i++) {
            byte[] bad = (i % 2 == 0 ? plain : packed).clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(dir.resolve("bad.idx"), bad);
            try {
                assertThat(IdxFile.read(file, DataLimits.DEFAULT).elements()).isLessThanOrEqualTo(12);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).as("seed %d, case %d", seed, i).contains("Maybe");
            }
        }
    }

    @Test
    void rowsOfAnyTypeComeOutInTheirOrder() {
        Tensor tensor = Tensor.of(new double[] {0.5, -0.0, Double.NaN, 1e300}, 2, 2);
        Path file = dir.resolve("d.idx2");
        IdxFile.write(tensor, file);

        assertThat(IdxFile.read(file, DataLimits.DEFAULT).doubles()).containsExactly(0.5, -0.0, Double.NaN, 1e300);
        assertThat(file.toFile().length()).isEqualTo(4 + 2 * 4 + 4 * 8);
    }
}
