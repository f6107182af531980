package io.edgeai.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.golden.Allowance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random files come back as they were written; random damage gives typed errors or a consistent header. */
class DamagedSafetensorsPropertyTest {
    @TempDir
    Path folder;

    private static TensorFile random(Random random, Map<String, float[]> written) {
        TensorFile file = new TensorFile();
        for (int i = random.nextInt(6); i >= 0; i--) {
            long[] dims = random.ints(random.nextInt(4), 0, 5).asLongStream().toArray();
            float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
            for (int j = 0; j < values.length; j++) {
                values[j] = (float) random.nextGaussian();
            }
            String name = "layer." + i + (random.nextBoolean() ? ".weight" : ".ü");
            file.floats(name, values, dims);
            written.put(name, values);
        }
        return file;
    }

    @Test
    void whatIsWrittenIsRead() {
        for (long seed = 0; seed < 200; seed++) {
            Map<String, float[]> written = new java.util.HashMap<>();
            SafetensorsFile file =
                    SafetensorsFile.open(random(new Random(seed), written).save(folder.resolve("w" + seed)));

            assertThat(file.entries().keySet()).as("seed %d", seed).isEqualTo(written.keySet());
            for (String name : written.keySet()) {
                assertThat(file.tensor(name).floats()).as("seed %d", seed).isEqualTo(written.get(name));
            }
        }
    }

    @Test
    void damageGivesTypedErrors() throws IOException {
        int refused = 0;
        for (long seed = 0; seed < 10_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = random(random, new java.util.HashMap<>()).bytes();
            int at = random.nextInt(bytes.length);
            if (seed % 4 == 0) {
                bytes = Arrays.copyOf(bytes, at);
            } else {
                int header = (int) Math.min(bytes.length, 8L + (bytes[8] == 0 ? 0 : 120));
                bytes[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
            }
            Allowance allowance = Allowance.start();
            try {
                SafetensorsFile read = SafetensorsFile.read(folder, new SeekableInMemoryByteChannel(bytes));
                long data = read.entries().values().stream()
                        .mapToLong(SafetensorsEntry::bytes)
                        .sum();
                assertThat(read.start() + data).as("seed %d", seed).isEqualTo(bytes.length);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).as("seed %d", seed).contains("Maybe");
                refused++;
            }
            allowance.end("seed " + seed, bytes.length);
        }
        assertThat(refused).isGreaterThan(5000);
    }
}
