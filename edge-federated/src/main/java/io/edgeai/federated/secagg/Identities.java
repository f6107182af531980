package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Signatures by long-term keys that participants know of each other without the server's help. Implementations are
 * thread-safe.
 */
public final class Identities {
    private Identities() {}

    /** Signs as one participant. */
    @FunctionalInterface
    public interface Signer {
        byte[] sign(byte[] message);
    }

    /** Knows everyone's public key. */
    @FunctionalInterface
    public interface Verifier {
        /** Whether that participant signed the message; false for participants it does not know. */
        boolean verify(int participant, byte[] message, byte[] signature);
    }

    /**
     * Signs with an Ed25519, RSA or elliptic-curve key, such as a participant's certificate has.
     *
     * @throws InvalidInputException for keys of another kind
     */
    public static Signer signer(PrivateKey key) {
        String algorithm = algorithm(key);
        return message -> {
            try {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(key);
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("The key of this participant cannot sign: " + e + ".", e);
            }
        };
    }

    /**
     * Signs with the key of a PEM file, PKCS #8 without a password; the one of a TLS certificate will do.
     *
     * @throws StorageException where it cannot be read
     * @throws InvalidInputException where it holds no such key
     */
    public static Signer signer(Path pem) {
        String text;
        try {
            text = Files.readString(pem, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new StorageException("Key file (" + pem + ") cannot be read. Maybe correct its path.", e);
        }
        byte[] encoded = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
        GeneralSecurityException last = new GeneralSecurityException("no algorithm was tried");
        for (String algorithm : List.of("EC", "Ed25519", "RSA")) {
            try {
                return signer(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
            } catch (GeneralSecurityException e) {
                last = e; // a key of another kind
            }
        }
        throw new InvalidInputException(
                "File (" + pem + ") holds no private key. Maybe write it as PKCS #8 without a password.", last);
    }

    /**
     * Signs with an RSA key of 2048 bits that is made now, some 0.2 s of CPU, and lives as long as this signer; the identity
     * signs once for that key. Others verify the identity's signature when they meet the session first, and afterwards only
     * RSA's, which is some twenty times as fast as Ed25519 or an elliptic curve in JDK 17. A signature takes about 630 bytes.
     * Whoever has the session's key signs as the participant until the participant leaves the roster, just as with the key
     * of the identity.
     */
    public static Signer session(Signer identity) {
        return new SessionSigner(identity);
    }

    private static String algorithm(Key key) {
        return switch (key.getAlgorithm()) {
            case "EdDSA", "Ed25519" -> "EdDSA";
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default ->
                throw new InvalidInputException("A key of kind (" + key.getAlgorithm()
                        + ") signs nothing here. Maybe use Ed25519, RSA or an elliptic curve.");
        };
    }

    /**
     * Verifies with the keys of an enrolment, of the kinds that {@link #signer} takes, also what sessions signed that these
     * grant. A participant verifies one signature of each neighbour in a round; keep one verifier for all rounds, as it
     * remembers the sessions it met.
     *
     * @throws InvalidInputException for keys of another kind
     */
    public static Verifier verifier(Map<Integer, PublicKey> keys) {
        Map<Integer, PublicKey> known = Map.copyOf(keys);
        known.values().forEach(Identities::algorithm);
        return new SessionVerifier(known);
    }

    static boolean verify(PublicKey key, byte[] message, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(algorithm(key));
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(bytes);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
