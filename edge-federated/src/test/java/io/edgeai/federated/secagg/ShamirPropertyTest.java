package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares against polynomials in big integers. */
class ShamirPropertyTest {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
    private static final int HOLDERS = 7;
    private static final int[] POINTS = {1, 2, 3, 50, 4711, 1 << 20, Integer.MAX_VALUE};

    private static byte[] secret(long seed) {
        byte[] secret = new byte[16];
        new Random(seed).nextBytes(secret);
        return secret;
    }

    /** The three numbers of 6, 5 and 5 bytes. */
    private static BigInteger part(byte[] secret, int part) {
        int from = part == 0 ? 0 : 1 + 5 * part;
        return new BigInteger(1, Arrays.copyOfRange(secret, from, 6 + 5 * part));
    }

    private static int[] members(int subset) {
        return IntStream.range(0, HOLDERS).filter(i -> (subset >> i & 1) == 1).toArray();
    }

    /** Lagrange's polynomial through the members' shares, at x. */
    private static BigInteger lagrange(int[] members, long[][] shares, int part, long x) {
        BigInteger sum = BigInteger.ZERO;
        for (int i : members) {
            BigInteger term = BigInteger.valueOf(shares[i][part]);
            for (int j : members) {
                if (j != i) {
                    BigInteger below =
                            BigInteger.valueOf((long) POINTS[i] - POINTS[j]).mod(PRIME);
                    term = term.multiply(BigInteger.valueOf(x - POINTS[j])).multiply(below.modInverse(PRIME));
                }
            }
            sum = sum.add(term).mod(PRIME);
        }
        return sum;
    }

    private static byte[] join(int[] members, long[][] shares) {
        int[] at = Arrays.stream(members).map(i -> POINTS[i]).toArray();
        long[][] chosen = Arrays.stream(members).mapToObj(i -> shares[i]).toArray(long[][]::new);
        return Shamir.join(chosen, Shamir.weights(at));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void everySubsetOfEnoughGivesTheSecretAndNoSmallerOne(int threshold) {
        byte[] secret = secret(threshold);
        long[][] shares = Shamir.split(secret, POINTS, threshold, PlainParts.random(threshold));
        for (int subset = 1; subset < 1 << HOLDERS; subset++) {
            int[] members = members(subset);
            boolean enough = members.length >= threshold;

            assertThat(Arrays.equals(join(members, shares), secret))
                    .as("holders %s of threshold %s, seed %s", Arrays.toString(members), threshold, threshold)
                    .isEqualTo(enough);
            if (enough) {
                for (int part = 0; part < 3; part++) {
                    assertThat(lagrange(members, shares, part, 0)).isEqualTo(part(secret, part));
                }
            }
        }
    }

    /** A polynomial of the degree just below the threshold, no less: one point fewer does not predict another share. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void sharesLieOnAPolynomialOfFullDegree(int threshold) {
        long[][] shares = Shamir.split(secret(9), POINTS, threshold, PlainParts.random(threshold));
        int[] enough = members((1 << threshold) - 1);
        int[] fewer = members((1 << threshold - 1) - 1);
        for (int other = threshold; other < HOLDERS; other++) {
            for (int part = 0; part < 3; part++) {
                BigInteger share = BigInteger.valueOf(shares[other][part]);
                assertThat(lagrange(enough, shares, part, POINTS[other])).isEqualTo(share);
                assertThat(lagrange(fewer, shares, part, POINTS[other])).isNotEqualTo(share);
            }
        }
    }

    /** Weights interpolate 1, x, x², … at 0 exactly: their moments are 1, 0, 0, …. */
    @Test
    void weightsReproducePowersAtZero() {
        for (int n = 1; n <= HOLDERS; n++) {
            int[] at = Arrays.copyOf(POINTS, n);
            long[] weights = Shamir.weights(at);
            for (int power = 0; power < n; power++) {
                BigInteger moment = BigInteger.ZERO;
                for (int i = 0; i < n; i++) {
                    moment = moment.add(BigInteger.valueOf(weights[i])
                            .multiply(BigInteger.valueOf(at[i]).pow(power)));
                }
                assertThat(moment.mod(PRIME))
                        .as("%s points, power %s", n, power)
                        .isEqualTo(power == 0 ? 1 : 0);
            }
        }
    }

    /** As they are linear: shares of two secrets, added up, are shares of the sum of their parts. */
    @Test
    void sharesAddUp() {
        byte[] small = new byte[16];
        byte[] other = new byte[16];
        Arrays.fill(small, (byte) 3);
        Arrays.fill(other, (byte) 40);
        long[][] one = Shamir.split(small, POINTS, 4, PlainParts.random(1));
        long[][] two = Shamir.split(other, POINTS, 4, PlainParts.random(2));
        long[][] sum = new long[HOLDERS][3];
        for (int i = 0; i < HOLDERS; i++) {
            for (int part = 0; part < 3; part++) {
                sum[i][part] = BigInteger.valueOf(one[i][part])
                        .add(BigInteger.valueOf(two[i][part]))
                        .mod(PRIME)
                        .longValueExact();
            }
        }
        byte[] expected = new byte[16];
        Arrays.fill(expected, (byte) 43);

        assertThat(join(new int[] {0, 3, 5, 6}, sum)).isEqualTo(expected);
    }

    @Test
    void oneChangedShareChangesTheSecret() {
        byte[] secret = secret(5);
        long[][] shares = Shamir.split(secret, POINTS, 3, PlainParts.random(5));
        for (int part = 0; part < 3; part++) {
            long kept = shares[2][part];
            shares[2][part] = (kept + 1) % Field.PRIME;
            assertThat(join(new int[] {0, 2, 4}, shares)).as("part %s", part).isNotEqualTo(secret);
            assertThat(join(new int[] {0, 1, 4}, shares)).as("part %s", part).isEqualTo(secret);
            shares[2][part] = kept;
        }
    }
}
