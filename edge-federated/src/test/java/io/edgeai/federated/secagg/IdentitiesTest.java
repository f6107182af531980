package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures of every kind of key against the platform's scheme of that kind. */
class IdentitiesTest {
    private static final byte[] MESSAGE = "these and no others survived".getBytes(StandardCharsets.US_ASCII);

    private static KeyPair pair(String kind) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(kind).generateKeyPair();
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, Ed25519", "RSA, SHA256withRSA", "EC, SHA256withECDSA"})
    void aKeySignsByItsKindsScheme(String kind, String scheme) throws GeneralSecurityException {
        KeyPair own = pair(kind);
        Signature platform = Signature.getInstance(scheme);
        platform.initVerify(own.getPublic());
        platform.update(MESSAGE);

        assertThat(platform.verify(Identities.signer(own.getPrivate()).sign(MESSAGE)))
                .as(kind)
                .isTrue();
    }

    /** Kinds may be mixed; a signature is good for its signer and message only. */
    @Test
    void onlyTheSignersOwnMessageIsVerified() throws GeneralSecurityException {
        KeyPair first = pair("RSA");
        KeyPair second = pair("Ed25519");
        Identities.Verifier verifier = Identities.verifier(Map.of(1, first.getPublic(), 2, second.getPublic()));
        byte[] signature = Identities.signer(first.getPrivate()).sign(MESSAGE);
        byte[] other = MESSAGE.clone();
        other[0] ^= 1;

        assertThat(verifier.verify(1, MESSAGE, signature)).isTrue();
        assertThat(verifier.verify(1, other, signature)).as("another message").isFalse();
        assertThat(verifier.verify(2, MESSAGE, signature)).as("another's").isFalse();
        assertThat(verifier.verify(3, MESSAGE, signature)).as("a stranger's").isFalse();
        assertThat(verifier.verify(1, MESSAGE, new byte[3])).as("none").isFalse();
    }

    @Test
    void keysThatCannotSignAreRefused() throws GeneralSecurityException {
        KeyPair exchange = pair("X25519");

        assertThatThrownBy(() -> Identities.signer(exchange.getPrivate()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(X")
                .hasMessageContaining("Maybe use Ed25519, RSA");
        assertThatThrownBy(() -> Identities.verifier(Map.of(0, exchange.getPublic())))
                .isInstanceOf(InvalidInputException.class);
    }
}
