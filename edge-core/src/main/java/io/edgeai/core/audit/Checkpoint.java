package io.edgeai.core.audit;

import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.signing.VerifyingKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A signed statement of how far a history went and how it ended. Kept outside of the history, it tells when entries at its
 * end were cut off or the whole was written anew, which a chain by itself cannot.
 *
 * @param sequence the last entry
 * @param hash that entry's hash
 * @param at when it was signed
 * @param key the public key, as {@link VerifyingKey#text}
 * @param signature Base64 of the Ed25519 signature over {@link #statement}
 */
public record Checkpoint(long sequence, String hash, Instant at, String key, String signature) {
    public static Checkpoint sign(long sequence, String hash, Instant at, SigningKey key) {
        return new Checkpoint(sequence, hash, at, key.verifying().text(), key.sign(statement(sequence, hash, at)));
    }

    /** The bytes that are signed: four lines of ASCII, each ended by a line feed. */
    public byte[] statement() {
        return statement(sequence, hash, at);
    }

    private static byte[] statement(long sequence, String hash, Instant at) {
        return ("edgeai-checkpoint 1\n" + sequence + "\n" + hash + "\n" + at + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the key that it names has signed it; whether that key is to be trusted is another question. */
    public boolean genuine() {
        return VerifyingKey.parse(key).verifies(statement(), signature);
    }
}
