package io.edgeai.federated.secagg;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signatures by long-term keys that participants know of each other without the server's help. Implementations are
 * thread-safe.
 */
public final class Identities {
    private static final String ALGORITHM = "Ed25519";

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

    /** Signs with an Ed25519 key. */
    public static Signer signer(PrivateKey key) {
        return message -> {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initSign(key);
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("The key of this participant cannot sign: " + e + ".", e);
            }
        };
    }

    /** Verifies with the Ed25519 keys of an enrolment. */
    public static Verifier verifier(Map<Integer, PublicKey> keys) {
        Map<Integer, PublicKey> known = Map.copyOf(keys);
        return (participant, message, bytes) -> verify(known.get(participant), message, bytes);
    }

    private static boolean verify(@Nullable PublicKey key, byte[] message, byte[] bytes) {
        if (key == null) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(bytes);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
