package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key agreement against the ladder of RFC 7748, section 5, in big integers. */
class X25519PropertyTest {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger A24 = BigInteger.valueOf(121_665);
    private static final byte[] BASE = HexFormat.of().parseHex("09" + "00".repeat(31));

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = bytes[31 - i];
        }
        return new BigInteger(1, reversed);
    }

    private static byte[] ladder(byte[] scalar, byte[] point) {
        BigInteger k = littleEndian(scalar)
                .clearBit(0)
                .clearBit(1)
                .clearBit(2)
                .clearBit(255)
                .setBit(254);
        BigInteger x1 = littleEndian(point).clearBit(255).mod(PRIME);
        BigInteger[] low = {BigInteger.ONE, BigInteger.ZERO};
        BigInteger[] high = {x1, BigInteger.ONE};
        for (int bit = 254; bit >= 0; bit--) {
            boolean set = k.testBit(bit);
            BigInteger[] doubled = set ? high : low;
            BigInteger[] sum = add(low, high, x1);
            BigInteger[] twice = twice(doubled);
            low = set ? sum : twice;
            high = set ? twice : sum;
        }
        BigInteger x = low[0].multiply(low[1].modPow(PRIME.subtract(BigInteger.TWO), PRIME))
                .mod(PRIME);
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = x.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    /** The sum of two points whose difference is at x1. */
    private static BigInteger[] add(BigInteger[] p, BigInteger[] q, BigInteger x1) {
        BigInteger da = q[0].subtract(q[1]).multiply(p[0].add(p[1]));
        BigInteger cb = q[0].add(q[1]).multiply(p[0].subtract(p[1]));
        BigInteger sum = da.add(cb).pow(2).mod(PRIME);
        BigInteger difference = da.subtract(cb).pow(2).multiply(x1).mod(PRIME);
        return new BigInteger[] {sum, difference};
    }

    private static BigInteger[] twice(BigInteger[] p) {
        BigInteger aa = p[0].add(p[1]).pow(2);
        BigInteger bb = p[0].subtract(p[1]).pow(2);
        BigInteger e = aa.subtract(bb);
        return new BigInteger[] {
            aa.multiply(bb).mod(PRIME), e.multiply(aa.add(A24.multiply(e))).mod(PRIME)
        };
    }

    private static byte[] scalar(byte[] seed) {
        return Keys.hmac(seed, "scalar".getBytes(StandardCharsets.US_ASCII));
    }

    /** Both vectors of section 5.2. */
    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4, "
                + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c, "
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d, "
                + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493, "
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    })
    void theReferenceGivesThePublishedPoints(String scalar, String point, String result) {
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(ladder(hex.parseHex(scalar), hex.parseHex(point))))
                .isEqualTo(result);
    }

    @Test
    void pairsAgreeOnThePointOfTheReference() {
        Random random = new Random(7748);
        for (int i = 0; i < 12; i++) {
            byte[] one = new byte[16];
            byte[] two = new byte[16];
            random.nextBytes(one);
            random.nextBytes(two);
            KeyExchange.Pair first = new X25519().pair(one);
            KeyExchange.Pair second = new X25519().pair(two);

            assertThat(first.publicKey()).as("pair %s, seed 7748", i).isEqualTo(ladder(scalar(one), BASE));
            assertThat(first.agree(second.publicKey()))
                    .as("pair %s, seed 7748", i)
                    .isEqualTo(second.agree(first.publicKey()))
                    .isEqualTo(ladder(scalar(one), ladder(scalar(two), BASE)));
        }
    }

    /** The highest bit of a public key means nothing. */
    @Test
    void theUnusedBitIsIgnored() {
        KeyExchange.Pair pair = new X25519().pair(new byte[16]);
        byte[] other = new X25519().pair(new byte[] {1, 2, 3}).publicKey();
        byte[] marked = other.clone();
        marked[31] |= (byte) 0x80;

        assertThat(pair.agree(marked)).isEqualTo(pair.agree(other));
    }

    @Test
    void aSeedIsAlwaysTheSamePair() {
        byte[] seed = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 7, 6, 5, 4};
        byte[] key = new X25519().pair(seed).publicKey();
        byte[] other = seed.clone();
        other[15] ^= 1;

        assertThat(new X25519().pair(seed).publicKey()).isEqualTo(key);
        assertThat(new X25519().pair(other).publicKey()).isNotEqualTo(key);
    }
}
