package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.golden.Allowance;
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
            read += Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> attempt(damaged, what), what)
                    ? 1
                    : 0;
        }
        assertThat(read).as("some damage is harmless, most is not").isBetween(100, VARIANTS - 1000);
    }

    private static boolean attempt(byte[] damaged, String what) {
        Allowance allowance = Allowance.start();
        try {
            PickleReader.read(damaged, LIMITS);
            return true;
        } catch (ModelFormatException e) {
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail(what, e);
        } finally {
            allowance.end(what, damaged.length);
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

    /**
     * Programs of valid opcodes in any order, so that the machine is reached and not only its checks of length: it stops
     * with a value or with its own error, and what it gives can be shown and compared.
     */
    @Test
    void anyProgramOfRealOpcodesEnds() {
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            PickleCode code = PickleCode.start();
            for (int i = 0; i < 1 + random.nextInt(12); i++) {
                code.text(INSTRUCTIONS.get(random.nextInt(INSTRUCTIONS.size())));
            }
            try {
                Object value = PickleReader.read(code.stop(), LIMITS);
                if (!(value instanceof List)) {
                    assertThat(value.toString()).as("seed " + seed).isNotNull();
                }
                read++;
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("seed " + seed, e);
            }
        }
        assertThat(read).as("programs that end with a value").isBetween(1000, 19_000);
    }

    private static final List<String> INSTRUCTIONS = List.of(
            "N",
            "K\7",
            "\u0088",
            "]",
            "}",
            ")",
            "\u008f",
            "(",
            "(",
            "0",
            "1",
            "2",
            "a",
            "e",
            "s",
            "u",
            "t",
            "l",
            "d",
            "\u0085",
            "\u0086",
            "\u0087",
            "\u0090",
            "\u0091",
            "q\0",
            "q\1",
            "h\0",
            "h\1",
            "\u0094",
            "U\1k",
            "C\1b",
            "cm\nC\n",
            "cnumpy\ndtype\n",
            "U\2f8",
            "cnumpy\nndarray\n",
            "cbuiltins\nset\n",
            "R",
            "b",
            "o",
            "Q",
            "\u0081",
            "\u0092",
            "\u0093",
            "cnumpy.core.multiarray\n_reconstruct\n",
            "ccollections\nOrderedDict\n");
}
