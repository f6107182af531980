package io.edgeai.core.signing;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** An Ed25519 public key. Immutable and thread-safe. */
public final class VerifyingKey {
    private static final String PEM = "PUBLIC KEY";

    private final PublicKey key;

    VerifyingKey(PublicKey key) {
        this.key = key;
    }

    /** Reads a PEM file ({@code BEGIN PUBLIC KEY}). */
    public static VerifyingKey read(Path pem) {
        return of(PemFile.read(pem, PEM), pem.toString());
    }

    /** From the Base64 text of {@link #text}. */
    public static VerifyingKey parse(String text) {
        try {
            return of(Base64.getDecoder().decode(text), text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("Public key (" + text + ") is not Base64.", e);
        }
    }

    private static VerifyingKey of(byte[] encoded, String what) {
        try {
            return new VerifyingKey(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            throw new InvalidInputException(
                    "(" + what + ") is no Ed25519 public key: " + e.getMessage()
                            + ". Maybe it is of another kind; make one by 'edgeai registry key'.",
                    e);
        }
    }

    /** Writes a PEM file. */
    public void write(Path pem) {
        PemFile.write(pem, PEM, key.getEncoded());
    }

    /** The key in X.509 form as Base64. */
    public String text() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** Names the key: the first 16 digits of the SHA-256 of its X.509 form. */
    public String id() {
        return Digest.of(key.getEncoded()).hex().substring(0, 16);
    }

    /** Whether the signature, in Base64, is this key's over these bytes. */
    public boolean verifies(byte[] bytes, String signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // a signature that cannot even be read is not this key's
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyingKey that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "ed25519:" + id();
    }
}
