package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    /** The buffer holds 8192 numbers: less, just that, one more, several times. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 8191, 8192, 8193, 30_001})
    void masksAreTheKeyStreamAddedOrTakenAway(int size) throws GeneralSecurityException {
        int[] expected = mask(seed(size), size);
        int[] start = vector(size, 1);
        int[] added = start.clone();
        int[] taken = start.clone();
        MaskStream stream = new MaskStream(size);

        stream.add(seed(size), added);
        stream.subtract(seed(size), taken);

        for (int i = 0; i < size; i++) {
            assertThat(added[i]).as("number %s, seed %s", i, size).isEqualTo(start[i] + expected[i]);
            assertThat(taken[i]).as("number %s, seed %s", i, size).isEqualTo(start[i] - expected[i]);
        }
    }

    /** FIPS 197 gives the block of zeros under the key of zeros. */
    @Test
    void theFirstBlockIsAPublishedOne() {
        int[] values = new int[4];

        new MaskStream(4).add(new byte[16], values);

        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        assertThat(HexFormat.of().formatHex(bytes.array())).isEqualTo("66e94bd4ef8a2c3b884cfa59ca342b2e");
    }

    /** One participant adds what the other takes away, in whatever order, with streams that were used before. */
    @Test
    void pairsOfMasksCancel() {
        int size = 10_000;
        int[] sum = vector(size, 2);
        MaskStream used = new MaskStream(size);
        used.add(seed(99), new int[size]);
        for (int i = 0; i < 5; i++) {
            used.add(seed(i), sum);
        }
        for (int i = 4; i >= 0; i--) {
            new MaskStream(size).subtract(seed(i), sum);
        }

        assertThat(sum).containsExactly(vector(size, 2));
    }

    /** What a shorter vector is masked with begins a longer one's mask. */
    @Test
    void masksDoNotDependOnTheLength() throws GeneralSecurityException {
        int[] longer = new int[9000];
        int[] shorter = new int[70];
        MaskStream stream = new MaskStream(9000);

        stream.add(seed(3), longer);
        stream.add(seed(3), shorter);

        assertThat(longer).startsWith(shorter).containsExactly(mask(seed(3), 9000));
    }
}
