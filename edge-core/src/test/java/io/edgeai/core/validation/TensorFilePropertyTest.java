package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a child process wrote is read back as it was, and nothing that it could write breaks its reader. */
class TensorFilePropertyTest {
    private static final List<String> TEXTS = List.of("", "plain", "grün ✓", "line\nfeed", "\0", "😀");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("tensors");
    }

    private static Tensor random(ElementType type, Random random) {
        long[] shape = LongStream.range(0, random.nextInt(4))
                .map(axis -> random.nextInt(4))
                .toArray();
        if (type == ElementType.STRING) {
            String[] values = new String[(int) elements(shape)];
            Arrays.setAll(values, i -> TEXTS.get(random.nextInt(TEXTS.size())));
            return Tensor.of(values, shape);
        }
        byte[] bytes = new byte[(int) type.bytes(elements(shape))];
        random.nextBytes(bytes);
        return Tensor.ofBytes(type, bytes, shape);
    }

    private static long elements(long[] shape) {
        return LongStream.of(shape).reduce(1, (a, b) -> a * b);
    }

    private static void assertSame(Tensor read, Tensor written, String context) {
        assertThat(read.type()).as(context).isEqualTo(written.type());
        assertThat(read.shape()).as(context).isEqualTo(written.shape());
        if (written.type() == ElementType.STRING) {
            assertThat(read.strings()).as(context).isEqualTo(written.strings());
        } else {
            assertThat(read.bytes()).as(context).isEqualTo(written.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void everyTypeComesBackBitForBit(ElementType type) {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Map<String, Tensor> written = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                written.put(TEXTS.get(i) + i, random(type, random));
            }
            TensorFile.write(file(), written);
            Map<String, Tensor> read = TensorFile.read(file());
            assertThat(List.copyOf(read.keySet())).as("seed " + seed).isEqualTo(List.copyOf(written.keySet()));
            String context = type + ", seed " + seed;
            written.forEach((name, tensor) -> assertSame(read.get(name), tensor, context));
        }
    }

    private byte[] sample(long seed) throws IOException {
        Random random = new Random(seed);
        TensorFile.write(
                file(),
                Map.of(
                        "numbers", Tensor.of(new float[] {1, Float.NaN, -0f, 4}, 2, 2),
                        "texts", Tensor.of(new String[] {"a", "grün"}, 2),
                        "other", random(ElementType.INT64, random)));
        return Files.readAllBytes(file());
    }

    @Test
    void everyTruncationIsRefusedWithTheFilesName() throws IOException {
        byte[] whole = sample(3);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TensorFile.read(file()))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(file().toString());
        }
    }

    /** A flip in a value or name stays a readable file; any other one must be a format error. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFlippedBitIsReadOrRefusedAndNothingElse(long seed) throws IOException {
        byte[] whole = sample(seed);
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), damaged);
            try {
                assertThat(TensorFile.read(file()))
                        .as("seed %d, bit %d", seed, bit)
                        .hasSizeLessThanOrEqualTo(3);
            } catch (ModelFormatException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed " + seed).isGreaterThan(whole.length);
    }

    private byte[] header(int count, String type, long... shape) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(count);
        for (String text : List.of("x", type)) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(encoded.length);
            out.write(encoded);
        }
        out.writeInt(shape.length);
        for (long dim : shape) {
            out.writeLong(dim);
        }
        out.writeInt(4);
        out.writeInt(0);
        return bytes.toByteArray();
    }

    /** Shapes whose product overflows, or that ask for gigabytes where four bytes follow, allocate nothing. */
    @ParameterizedTest
    @CsvSource({
        "1, FLOAT, 4611686018427387904, 4",
        "1, STRING, 4611686018427387904, 4",
        "1, FLOAT, 500000000, 1",
        "1, DOUBLE, 268435455, 1",
        "1, INT8, 2147483647, 1",
        "1, STRING, 2147483647, 1",
        "1, FLOAT, -1, -1",
        "1, FLOAT, 2, 1",
        "1, FLOAT, 0, 9",
        "1, fax, 1, 1",
        "-1, FLOAT, 1, 1",
        "10001, FLOAT, 1, 1",
        "2, FLOAT, 1, 1",
    })
    void whatAHostileChildStatesIsRefused(int count, String type, long rows, long columns) throws IOException {
        Files.write(file(), header(count, type, rows, columns));
        assertThatThrownBy(() -> TensorFile.read(file()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void theHandWrittenLayoutIsTheOneThatIsRead() throws IOException {
        Files.write(file(), header(1, "FLOAT", 1, 1));
        Map<String, Tensor> read = TensorFile.read(file());
        assertThat(read).containsOnlyKeys("x");
        assertThat(read.get("x").floats()).containsExactly(0f);
        Files.write(file(), header(1, "FLOAT", new long[65]));
        assertThatThrownBy(() -> TensorFile.read(file())).hasMessageContaining("a count of 65");
    }
}
