package io.edgeai.core.signing;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** An Ed25519 key pair. Immutable and thread-safe; its text never shows the private part. */
public final class SigningKey {
    private static final String PEM = "PRIVATE KEY";

    private final PrivateKey key;
    private final VerifyingKey verifying;

    private SigningKey(PrivateKey key, VerifyingKey verifying) {
        this.key = key;
        this.verifying = verifying;
    }

    /** A new pair. */
    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), new VerifyingKey(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM lacks Ed25519, which every Java from 15 on has.", e);
        }
    }

    /**
     * Reads the PEM file of a private key ({@code BEGIN PRIVATE KEY}) and that of its public key.
     *
     * @throws InvalidInputException where they are no pair
     */
    public static SigningKey read(Path privatePem, Path publicPem) {
        VerifyingKey verifying = VerifyingKey.read(publicPem);
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(PemFile.read(privatePem, PEM)));
            SigningKey pair = new SigningKey(key, verifying);
            byte[] probe = {1};
            if (!verifying.verifies(probe, pair.sign(probe))) {
                throw new InvalidInputException("(" + privatePem + ") and (" + publicPem
                        + ") are no pair. Maybe one of them is of another key.");
            }
            return pair;
        } catch (GeneralSecurityException e) {
            throw new InvalidInputException(
                    "(" + privatePem + ") is no Ed25519 private key: " + e.getMessage()
                            + ". Maybe it is encrypted or of another kind.",
                    e);
        }
    }

    /** Writes both PEM files; the private one readable by its owner only, where the file system can say so. */
    public void write(Path privatePem, Path publicPem) {
        PemFile.writeSecret(privatePem, PEM, key.getEncoded());
        verifying.write(publicPem);
    }

    public VerifyingKey verifying() {
        return verifying;
    }

    /** The signature over bytes, in Base64. */
    public String sign(byte[] bytes) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(bytes);
            return Base64.getEncoder().encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Signing with " + verifying + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "signing key of " + verifying;
    }
}
