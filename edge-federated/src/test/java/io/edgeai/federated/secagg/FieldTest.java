package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldTest {
    private static final BigInteger PRIME = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);

    @Test
    void arithmeticAgreesWithBigIntegers() {
        Random random = new Random(3);
        long[] edges = {0, 1, 2, Field.PRIME - 1, Field.PRIME - 2, 1L << 60};
        for (int i = 0; i < 2000; i++) {
            long a = i < 36 ? edges[i / 6] : (random.nextLong() >>> 3) % Field.PRIME;
            long b = i < 36 ? edges[i % 6] : (random.nextLong() >>> 3) % Field.PRIME;
            BigInteger x = BigInteger.valueOf(a);
            BigInteger y = BigInteger.valueOf(b);
            assertThat(Field.add(a, b)).isEqualTo(x.add(y).mod(PRIME).longValueExact());
            assertThat(Field.subtract(a, b)).isEqualTo(x.subtract(y).mod(PRIME).longValueExact());
            assertThat(Field.multiply(a, b)).isEqualTo(x.multiply(y).mod(PRIME).longValueExact());
            if (a != 0) {
                assertThat(Field.inverse(a)).isEqualTo(x.modInverse(PRIME).longValueExact());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "5, 3", "20, 11", "70, 36"})
    void anyThresholdOfSharesGiveTheSecretAndOneFewerDoNot(int holders, int threshold) {
        Random random = new Random(holders);
        byte[] secret = new byte[16];
        random.nextBytes(secret);
        int[] points = random.ints(1, 100_000).distinct().limit(holders).toArray();
        long[][] shares = Shamir.split(secret, points, threshold, PlainParts.random(7));
        for (int start = 0; start < holders; start++) {
            int[] at = new int[threshold];
            long[][] some = new long[threshold][];
            for (int i = 0; i < threshold; i++) {
                at[i] = points[(start + i) % holders];
                some[i] = shares[(start + i) % holders];
            }
            assertThat(Shamir.join(some, Shamir.weights(at))).isEqualTo(secret);
            if (threshold > 1) {
                int[] fewer = Arrays.copyOf(at, threshold - 1);
                long[][] less = Arrays.copyOf(some, threshold - 1);
                assertThat(Shamir.join(less, Shamir.weights(fewer))).isNotEqualTo(secret);
            }
        }
    }
}
