package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions against the platform's signatures, taken apart and put together by hand. */
class SessionSignerTest {
    private static final byte[] MESSAGE = ascii("keys of round 7");
    private static final byte[] MARK = ascii("EdgeAI session 1");
    private static final int OWN = 3;
    private static final KeyPair SESSION = rsa(2048, "65537");
    private static final KeyPair SECOND_SESSION = rsa(2048, "65537");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static KeyPair pair(String kind) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(kind).generateKeyPair();
    }

    private static KeyPair rsa(int bits, String exponent) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(new RSAKeyGenParameterSpec(bits, new BigInteger(exponent)));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] joined(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] length(byte[] part) {
        return new byte[] {(byte) (part.length >> 8), (byte) part.length};
    }

    private static byte[] platformSign(String scheme, KeyPair pair, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(scheme);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
    }

    private static boolean platformVerify(String scheme, PublicKey key, byte[] message, byte[] bytes)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(scheme);
        signature.initVerify(key);
        signature.update(message);
        return signature.verify(bytes);
    }

    /** What an identity with an Ed25519 key would send of a session with that key. */
    private static byte[] session(KeyPair identity, KeyPair session, byte[] message) throws GeneralSecurityException {
        byte[] key = session.getPublic().getEncoded();
        byte[] grant = platformSign("Ed25519", identity, joined(MARK, key));
        byte[] signature = platformSign("SHA256withRSA", session, message);
        return joined(MARK, length(key), key, length(grant), grant, signature);
    }

    private static Identities.Verifier verifier(KeyPair own, KeyPair other) {
        return Identities.verifier(Map.of(OWN, own.getPublic(), 4, other.getPublic()));
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, Ed25519", "RSA, SHA256withRSA", "EC, SHA256withECDSA"})
    void aSessionIsGrantedByTheIdentityAndSignsWithRsa(String kind, String scheme) throws GeneralSecurityException {
        KeyPair identity = pair(kind);
        byte[] signed =
                Identities.session(Identities.signer(identity.getPrivate())).sign(MESSAGE);

        ByteBuffer buffer = ByteBuffer.wrap(signed);
        byte[] mark = new byte[16];
        buffer.get(mark);
        byte[] key = new byte[buffer.getShort()];
        buffer.get(key);
        byte[] grant = new byte[buffer.getShort()];
        buffer.get(grant);
        byte[] signature = new byte[256];
        buffer.get(signature);
        PublicKey session = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key));
        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(mark).isEqualTo(MARK);
        assertThat(platformVerify(scheme, identity.getPublic(), joined(MARK, key), grant))
                .isTrue();
        assertThat(platformVerify("SHA256withRSA", session, MESSAGE, signature)).isTrue();
        assertThat(signed).as("what a message may hold").hasSizeLessThan(1024);
    }

    /** The first signature of a session, later ones, and plain ones in between. */
    @Test
    void sessionsAreVerifiedForTheirIdentityAndMessageOnly() throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");
        KeyPair other = pair("EC");
        Identities.Verifier verifier = verifier(own, other);
        Identities.Signer plain = Identities.signer(own.getPrivate());
        Identities.Signer session = Identities.session(plain);
        for (int round = 0; round < 3; round++) {
            byte[] message = ascii("round " + round);
            byte[] signed = session.sign(message);
            assertThat(verifier.verify(OWN, message, signed))
                    .as("round %s", round)
                    .isTrue();
            assertThat(verifier.verify(OWN, MESSAGE, signed))
                    .as("another message")
                    .isFalse();
            assertThat(verifier.verify(4, message, signed)).as("another's").isFalse();
            assertThat(verifier.verify(5, message, signed)).as("nobody's").isFalse();
            assertThat(verifier.verify(OWN, message, plain.sign(message))).isTrue();
        }
    }

    /** A participant that begins again has another session; both may sign. */
    @Test
    void sessionsPutTogetherByHandAreVerified() throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");
        Identities.Verifier verifier = verifier(own, pair("EC"));

        for (KeyPair session : new KeyPair[] {SESSION, SECOND_SESSION, SESSION}) {
            assertThat(verifier.verify(OWN, MESSAGE, session(own, session, MESSAGE)))
                    .isTrue();
        }
    }

    /** Before the true session was met and after it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyElsesKeySigns(boolean met) throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");
        KeyPair liar = pair("Ed25519");
        Identities.Verifier verifier = verifier(own, liar);
        byte[] honest = session(own, SESSION, MESSAGE);
        if (met) {
            assertThat(verifier.verify(OWN, MESSAGE, honest)).isTrue();
        }

        assertThat(verifier.verify(OWN, MESSAGE, session(liar, SECOND_SESSION, MESSAGE)))
                .as("granted by another")
                .isFalse();
        SessionSignature parts = SessionSignature.read(honest);
        assertThat(parts).isNotNull();
        byte[] liarsKey = SECOND_SESSION.getPublic().getEncoded();
        byte[] liarsSignature = platformSign("SHA256withRSA", SECOND_SESSION, MESSAGE);
        assertThat(verifier.verify(OWN, MESSAGE, new SessionSignature(liarsKey, parts.grant(), liarsSignature).bytes()))
                .as("the grant of another key")
                .isFalse();
        assertThat(verifier.verify(
                        OWN, MESSAGE, new SessionSignature(parts.key(), parts.grant(), liarsSignature).bytes()))
                .as("the signature of another key")
                .isFalse();
        assertThat(verifier.verify(OWN, MESSAGE, honest)).isTrue();
    }

    @Test
    void whatIsCutOffIsNoSignature() throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");
        byte[] honest = session(own, SESSION, MESSAGE);
        Identities.Verifier verifier = verifier(own, pair("EC"));

        for (int length = 0; length < honest.length; length += length < 40 ? 1 : 17) {
            assertThat(verifier.verify(OWN, MESSAGE, Arrays.copyOf(honest, length)))
                    .as("%s of %s bytes", length, honest.length)
                    .isFalse();
        }
    }

    /** Short keys can be broken; long exponents cost whoever verifies. */
    @ParameterizedTest
    @CsvSource({"1024, 65537", "2048, 3", "2048, 4294967297"})
    void weakAndSlowSessionKeysAreRefused(int bits, String exponent) throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");

        assertThat(verifier(own, pair("EC")).verify(OWN, MESSAGE, session(own, rsa(bits, exponent), MESSAGE)))
                .isFalse();
    }

    /** A signature by the identity over a statement of the protocol, 32 bytes, grants nothing. */
    @Test
    void statementsAreNoGrants() throws GeneralSecurityException {
        KeyPair own = pair("Ed25519");
        byte[] key = SESSION.getPublic().getEncoded();
        byte[] signature = platformSign("SHA256withRSA", SESSION, MESSAGE);
        for (byte[] signed : new byte[][] {key, Keys.sha256(key), Keys.sha256(MARK, key)}) {
            byte[] grant = platformSign("Ed25519", own, signed);
            assertThat(verifier(own, pair("EC"))
                            .verify(OWN, MESSAGE, new SessionSignature(key, grant, signature).bytes()))
                    .isFalse();
        }
    }

    /** Two rounds of the protocol, verified by what remembers sessions. */
    @Test
    void sumsAreMadeBySessions() throws GeneralSecurityException {
        Map<Integer, KeyPair> identities = Map.of(0, pair("Ed25519"), 1, pair("EC"), 2, pair("Ed25519"));
        Map<Integer, Identities.Signer> signers = new HashMap<>();
        Map<Integer, PublicKey> enrolled = new HashMap<>();
        identities.forEach((id, pair) -> {
            signers.put(id, Identities.session(Identities.signer(pair.getPrivate())));
            enrolled.put(id, pair.getPublic());
        });
        Identities.Verifier verifier = Identities.verifier(enrolled);
        Map<Integer, Integer> all = Map.of(0, Gathering.NEVER, 1, Gathering.NEVER, 2, Gathering.NEVER);
        for (int round = 1; round <= 2; round++) {
            Terms terms = new Terms(round, new byte[32], 2, 100, 3);
            Gathering gathering = new Gathering(
                    SecAggServer.start(terms), all, id -> SecAggClient.start(terms, id, signers.get(id), verifier));
            assertThat(gathering.sum(id -> new int[] {id, 10 * id}))
                    .as("round %s", round)
                    .containsExactly(3, 30);
        }
        Terms terms = new Terms(3, new byte[32], 2, 100, 3);
        Gathering swapped = new Gathering(
                SecAggServer.start(terms),
                all,
                id -> SecAggClient.start(terms, id, signers.get((id + 1) % 3), verifier));
        assertThatThrownBy(() -> swapped.sum(id -> new int[2])).hasMessageContaining("needs 3");
        assertThat(swapped.refusals).hasSize(3);
    }
}
