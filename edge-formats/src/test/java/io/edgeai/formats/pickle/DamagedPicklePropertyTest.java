package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.edgeai.core.error.ModelFormatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Cut off, flipped and spliced: whatever the bytes, the reader ends soon and with its own error. */
class DamagedPicklePropertyTest {
    private static final int VARIANTS = 10_000;
    private static final PickleLimits LIMITS = new PickleLimits(8 << 20, 50, 200_000, 500);

    @Test
    void tenThousandDamagedFilesGiveValuesOrTypedErrors() {
        List<Map.Entry<String, byte[]>> samples = new ArrayList<>(Samples.all().entrySet());
        int read = 0;
        for (int seed = 0; seed < VARIANTS; seed++) {
            Random random = new Random(seed);
            Map.Entry<String, byte[]> sample = samples.get(random.nextInt(samples.size()));
            byte[] damaged = damaged(
                    sample.getValue(),
                    samples.get(random.nextInt(samples.size())).getValue(),
                    random);
            String what = "seed " + seed + " of " + sample.getKey();
            read += Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> attempt(damaged, what), what)
                    ? 1
                    : 0;
        }
        assertThat(read).as("some damage is harmless, most is not").isBetween(100, VARIANTS - 1000);
    }

    private static boolean attempt(byte[] damaged, String what) {
        try {
            PickleReader.read(damaged, LIMITS);
            return true;
        } catch (ModelFormatException e) {
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail(what, e);
        }
    }

    private static byte[] damaged(byte[] whole, byte[] other, Random random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            default -> {
                int at = random.nextInt(bytes.length);
                int from = random.nextInt(other.length);
                System.arraycopy(other, from, bytes, at, Math.min(other.length - from, bytes.length - at));
            }
        }
        return bytes;
    }
}
