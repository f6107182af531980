package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys against a plain HKDF that is itself checked by the vectors of RFC 5869. */
class KeyDerivationTest {
    private static final byte[] SHARED = bytes("5d".repeat(32));

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static Terms terms(long round, int hash) {
        byte[] modelHash = new byte[32];
        Arrays.fill(modelHash, (byte) hash);
        return new Terms(round, modelHash, 10, 4, 2);
    }

    /** RFC 5869, section 2: extract, then T(i) = HMAC(PRK, T(i − 1) | info | i), as long as needed. */
    private static byte[] hkdf(byte[] salt, byte[] input, byte[] info, int length) {
        byte[] key = Keys.hmac(salt, input);
        ByteBuffer output = ByteBuffer.allocate(length + 32);
        byte[] last = new byte[0];
        for (int i = 1; output.position() < length; i++) {
            last = Keys.hmac(
                    key,
                    ByteBuffer.allocate(last.length + info.length + 1)
                            .put(last)
                            .put(info)
                            .put((byte) i)
                            .array());
            output.put(last);
        }
        return Arrays.copyOf(output.array(), length);
    }

    /** Test cases 1 and 3 of RFC 5869; a salt of zeros is the same as none. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9, "
                + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "00, '', 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    })
    void theReferenceGivesThePublishedKeys(String salt, String info, String output) {
        assertThat(hkdf(bytes(salt), bytes("0b".repeat(22)), bytes(info), 42)).isEqualTo(bytes(output));
    }

    /** Test cases 1, 2 and 6 of RFC 4231, and the abc of FIPS 180. */
    @Test
    void hashesArePublishedOnes() {
        assertThat(Keys.hmac(bytes("0b".repeat(20)), ascii("Hi There")))
                .isEqualTo(bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
        assertThat(Keys.hmac(ascii("Jefe"), ascii("what do ya want for nothing?")))
                .isEqualTo(bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
        assertThat(Keys.hmac(bytes("aa".repeat(131)), ascii("Test Using Larger Than Block-Size Key - Hash Key First")))
                .isEqualTo(bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
        assertThat(Keys.sha256(ascii("a"), new byte[0], ascii("bc")))
                .isEqualTo(bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] expected(String purpose, long round, int hash, int first, int second) {
        ByteBuffer info =
                ByteBuffer.allocate(purpose.length() + 48).put(ascii(purpose)).putLong(round);
        for (int i = 0; i < 32; i++) {
            info.put((byte) hash);
        }
        info.putInt(first).putInt(second);
        return hkdf(ascii("EdgeAI secure aggregation 1"), SHARED, info.array(), 16);
    }

    @ParameterizedTest
    @CsvSource({"1, 7, 0, 1", "1, 7, 1, 0", "-5, 0, 3, 2147483647", "9223372036854775807, 255, 4711, 12"})
    void keysAreThoseOfTheReference(long round, int hash, int from, int to) {
        Terms terms = terms(round, hash);

        assertThat(Keys.envelope(SHARED, terms, from, to)).isEqualTo(expected("envelope", round, hash, from, to));
        assertThat(Keys.consent(SHARED, terms, from, to)).isEqualTo(expected("consent", round, hash, from, to));
        assertThat(Keys.mask(SHARED, terms, from, to))
                .isEqualTo(expected("mask", round, hash, Math.min(from, to), Math.max(from, to)))
                .isEqualTo(Keys.mask(SHARED, terms, to, from));
    }

    /** Purpose, round, model, direction, pair and secret: whatever differs gives another key. */
    @Test
    void noTwoPurposesShareAKey() {
        byte[] other = SHARED.clone();
        other[31] ^= 1;
        List<byte[]> keys = new ArrayList<>();
        for (byte[] secret : List.of(SHARED, other)) {
            for (Terms terms : List.of(terms(1, 0), terms(2, 0), terms(1, 1))) {
                keys.add(Keys.mask(secret, terms, 1, 2));
                keys.add(Keys.mask(secret, terms, 1, 3));
                keys.add(Keys.envelope(secret, terms, 1, 2));
                keys.add(Keys.envelope(secret, terms, 2, 1));
                keys.add(Keys.consent(secret, terms, 1, 2));
                keys.add(Keys.consent(secret, terms, 2, 1));
            }
        }

        assertThat(keys.stream().map(ByteBuffer::wrap).distinct()).hasSize(36);
    }

    /** Regression: an envelope shorter than a tag failed with an exception of the JDK's provider. */
    @Test
    void envelopesOpenWithTheirKeyOnlyAndNoByteCanBeChanged() {
        byte[] key = Keys.envelope(SHARED, terms(1, 0), 1, 2);
        byte[] message = ascii("forty-eight bytes of shares, more or less so");
        byte[] sealed = SealedBox.seal(key, message);

        assertThat(SealedBox.open(key, sealed, 1)).isEqualTo(message);
        assertThat(sealed).hasSize(message.length + 16);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertNotOpened(key, changed, "byte " + i);
            assertNotOpened(key, Arrays.copyOf(sealed, i), "only " + i + " bytes");
        }
        assertNotOpened(Keys.envelope(SHARED, terms(1, 0), 2, 1), sealed, "reflected");
        assertNotOpened(Keys.envelope(SHARED, terms(2, 0), 1, 2), sealed, "replayed");
    }

    private static void assertNotOpened(byte[] key, byte[] sealed, String how) {
        assertThatThrownBy(() -> SealedBox.open(key, sealed, 23))
                .as(how)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageStartingWith("The envelope of participant (23) was not sealed for this participant");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33})
    void publicKeysHave32Bytes(int length) {
        assertThatThrownBy(() -> new X25519().pair(new byte[16]).agree(new byte[length]))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("A public key has (" + length + ") bytes, not 32.");
    }
}
