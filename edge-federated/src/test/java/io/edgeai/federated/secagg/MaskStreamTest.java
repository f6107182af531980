package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks against counter mode written out: block i is the encryption of the number i. */
class MaskStreamTest {
    private static byte[] seed(long number) {
        byte[] seed = new byte[16];
        new Random(number).nextBytes(seed);
        return seed;
    }

    private static int[] vector(int size, long number) {
        return new Random(number).ints(size).toArray();
    }

    private static int[] mask(byte[] seed, int size) throws GeneralSecurityException {
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"));
        int[] mask = new int[size];
        ByteBuffer current = ByteBuffer.allocate(16);
        for (int i = 0; i < size; i++) {
            if (i % 4 == 0) {
                byte[] counter =
                        ByteBuffer.allocate(16).putLong(0).putLong(i / 4).array();
                current = ByteBuffer.wrap(block.doFinal(counter)).order(ByteOrder.LITTLE_ENDIAN);
            }
            mask[i] = current.getInt();
        }
        return mask;
    }

    /** A piece holds 1024 numbers: less, just that, one more, several times. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 1023, 1024, 1025, 30_001})
    void masksAreTheKeyStreamAddedOrTakenAway(int size) throws GeneralSecurityException {
        int[] expected = mask(seed(size), size);
        int[] start = vector(size, 1);
        int[] added = start.clone();
        int[] taken = start.clone();

        apply(added, stream -> stream.add(seed(size)));
        apply(taken, stream -> stream.subtract(seed(size)));

        for (int i = 0; i < size; i++) {
            assertThat(added[i]).as("number %s, seed %s", i, size).isEqualTo(start[i] + expected[i]);
            assertThat(taken[i]).as("number %s, seed %s", i, size).isEqualTo(start[i] - expected[i]);
        }
    }

    private static void apply(int[] values, Consumer<MaskStream> masks) {
        MaskStream stream = new MaskStream(values, 32);
        masks.accept(stream);
        stream.apply();
    }

    /** 64 wait at a time, in lanes of four: fewer than a lane, whole lanes, one more, more than wait at a time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 63, 64, 65, 131})
    void manyMasksAreTheSumOfEach(int masks) throws GeneralSecurityException {
        int size = 2500;
        int[] values = vector(size, 5);
        int[] expected = values.clone();
        for (int k = 0; k < masks; k++) {
            int[] mask = mask(seed(k), size);
            for (int i = 0; i < size; i++) {
                expected[i] += k % 3 == 0 ? -mask[i] : mask[i];
            }
        }

        apply(values, stream -> {
            for (int k = 0; k < masks; k++) {
                if (k % 3 == 0) {
                    stream.subtract(seed(k));
                } else {
                    stream.add(seed(k));
                }
            }
        });

        assertThat(values).as("seeds 0 to %s", masks - 1).containsExactly(expected);
    }

    /** FIPS 197 gives the block of zeros under the key of zeros. */
    @Test
    void theFirstBlockIsAPublishedOne() {
        int[] values = new int[4];

        apply(values, stream -> stream.add(new byte[16]));

        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        assertThat(HexFormat.of().formatHex(bytes.array())).isEqualTo("66e94bd4ef8a2c3b884cfa59ca342b2e");
    }

    /** One participant adds what the other takes away, in whatever order, with a stream that was used before. */
    @Test
    void pairsOfMasksCancel() {
        int size = 10_000;
        int[] sum = vector(size, 2);
        MaskStream stream = new MaskStream(sum, 32);
        for (int i = 0; i < 5; i++) {
            stream.add(seed(i));
        }
        stream.apply();
        for (int i = 4; i >= 0; i--) {
            stream.subtract(seed(i));
        }
        stream.apply();
        stream.apply();

        assertThat(sum).containsExactly(vector(size, 2));
    }

    /** What a shorter vector is masked with begins a longer one's mask. */
    @Test
    void masksDoNotDependOnTheLength() throws GeneralSecurityException {
        int[] longer = new int[9000];
        int[] shorter = new int[70];

        apply(longer, stream -> stream.add(seed(3)));
        apply(shorter, stream -> stream.add(seed(3)));

        assertThat(longer).startsWith(shorter).containsExactly(mask(seed(3), 9000));
    }

    /** The same bytes of the key stream as narrower numbers, in both ways to make it; sizes around pieces of 4 KiB. */
    @ParameterizedTest
    @CsvSource({"8, 1", "8, 4095", "8, 4097", "16, 1", "16, 2047", "16, 2049", "16, 4500", "32, 1025"})
    void narrowMasksAreTheKeyStreamToo(int bits, int size) throws GeneralSecurityException {
        int masks = 67;
        int[] start = vector(size, 7);
        int[] expected = start.clone();
        for (int k = 0; k < masks; k++) {
            int words = (size * bits + 31) / 32;
            ByteBuffer bytes = ByteBuffer.allocate(4 * words).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(mask(seed(k), words));
            for (int i = 0; i < size; i++) {
                int number = bits == 8 ? bytes.get(i) : bits == 16 ? bytes.getShort(2 * i) : bytes.getInt(4 * i);
                expected[i] += k % 3 == 0 ? -number : number;
            }
        }
        int unused = 32 - bits;
        Arrays.setAll(expected, i -> expected[i] << unused >>> unused);

        for (CounterMode mode : CounterMode.values()) {
            int[] values = start.clone();
            MaskStream stream = new MaskStream(values, bits, mode);
            for (int k = 0; k < masks; k++) {
                if (k % 3 == 0) {
                    stream.subtract(seed(k));
                } else {
                    stream.add(seed(k));
                }
            }
            stream.apply();
            assertThat(values).as("%s, seeds 0 to %s", mode, masks - 1).containsExactly(expected);
        }
    }
}
