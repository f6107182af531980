package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys for one purpose each, of shared secrets: HKDF with SHA-256 (RFC 5869), 16 bytes. */
final class Keys {
    private static final byte[] SALT = "EdgeAI secure aggregation 1".getBytes(StandardCharsets.US_ASCII);

    private Keys() {}

    /** The seed of the mask that both of a pair expand; the same from either side. */
    static byte[] mask(byte[] shared, Terms terms, int one, int other) {
        return derive(shared, "mask", terms, Math.min(one, other), Math.max(one, other));
    }

    /** Seals what one sends the other; not the key of the other direction. */
    static byte[] envelope(byte[] shared, Terms terms, int from, int to) {
        return derive(shared, "envelope", terms, from, to);
    }

    /** Proves to the other what one was told; not the key of the other direction. */
    static byte[] consent(byte[] shared, Terms terms, int from, int to) {
        return derive(shared, "consent", terms, from, to);
    }

    private static byte[] derive(byte[] shared, String purpose, Terms terms, int first, int second) {
        byte[] label = purpose.getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(label.length + 16 + Terms.HASH_BYTES + 1)
                .put(label)
                .putLong(terms.round())
                .put(terms.modelHash())
                .putInt(first)
                .putInt(second)
                .put((byte) 1)
                .array();
        return Arrays.copyOf(hmac(hmac(SALT, shared), info), 16);
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC with SHA-256.", e);
        }
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
