package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whole numbers of some bits as the digits of one large number, least significant first. */
class PackedTest {
    private static final long SEED = 3;

    @Test
    void numbersAreTheDigitsOfALargeOne() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int bits = 1; bits <= 32; bits++) {
            for (int count = 0; count < 40; count++) {
                int[] values = random.ints(count).toArray();
                BigInteger base = BigInteger.ONE.shiftLeft(bits);
                BigInteger all = BigInteger.ZERO;
                for (int i = count - 1; i >= 0; i--) {
                    all = all.multiply(base)
                            .add(BigInteger.valueOf(values[i] & 0xffffffffL).mod(base));
                }
                byte[] packed = Packed.write(values, bits);
                assertThat(packed)
                        .as("%d of %d bits, seed %d", count, bits, SEED)
                        .hasSize((count * bits + 7) / 8);
                for (int i = 0; i < packed.length; i++) {
                    assertThat(packed[i]).isEqualTo(all.shiftRight(8 * i).byteValue());
                }
                int[] back = Packed.read(packed, count, bits);
                for (int i = 0; i < count; i++) {
                    assertThat(back[i] & 0xffffffffL).isEqualTo(values[i] & (1L << bits) - 1);
                }
            }
        }
    }
}
