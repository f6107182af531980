package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What all parties of one aggregation must agree on; everything signed or derived depends on all of it. Immutable as long as
 * the hash's array is left alone.
 *
 * @param round never used twice with the same identities
 * @param modelHash SHA-256 of what was broadcast, 32 bytes: who was given another model ends with other keys
 * @param size length of the vectors, at least 1
 * @param degree neighbours of each participant where there are more; even
 * @param minimumSurvivors fewer vectors than that are never added up, at least 2
 * @param maskBits of a number of a mask: 8, 16 or 32; sums are modulo two to the power of that
 */
@SuppressWarnings("ArrayRecordComponent")
public record Terms(long round, byte[] modelHash, int size, int degree, int minimumSurvivors, int maskBits) {
    static final int HASH_BYTES = 32;

    public Terms {
        if (modelHash.length != HASH_BYTES) {
            throw new InvalidInputException("modelHash has (" + modelHash.length + ") bytes, not 32.");
        }
        if (size < 1 || degree < 2 || degree % 2 != 0 || minimumSurvivors < 2) {
            throw new InvalidInputException("size (" + size + "), degree (" + degree + ") and minimumSurvivors ("
                    + minimumSurvivors + ") must be at least 1, even and at least 2, and at least 2.");
        }
        requireWidth(maskBits);
        modelHash = modelHash.clone();
    }

    /** Of sums modulo 2³². */
    public Terms(long round, byte[] modelHash, int size, int degree, int minimumSurvivors) {
        this(round, modelHash, size, degree, minimumSurvivors, Integer.SIZE);
    }

    static void requireWidth(int maskBits) {
        if (maskBits != Byte.SIZE && maskBits != Short.SIZE && maskBits != Integer.SIZE) {
            throw new InvalidInputException("maskBits (" + maskBits + ") must be 8, 16 or 32.");
        }
    }

    /**
     * Usual terms: everyone is everyone's neighbour up to 100 participants, beyond that 10·log₂ n neighbours (100 for 1000).
     */
    public static Terms of(long round, byte[] modelHash, int size, int participants, int minimumSurvivors) {
        return new Terms(round, modelHash, size, degree(participants), minimumSurvivors);
    }

    /** Neighbours of each, as {@link #of} takes them. */
    public static int degree(int participants) {
        return participants <= 100 ? 100 : (int) Math.ceil(5 * Math.log(participants) / Math.log(2)) * 2;
    }

    /** Neighbours of each of that many participants. */
    int neighbours(int participants) {
        return Math.min(degree, participants - 1);
    }

    /** Shares needed, of those of the neighbours and the participant's own: more than half. */
    int threshold(int participants) {
        return (neighbours(participants) + 1) / 2 + 1;
    }

    /** A statement under these terms, hashed: what is signed or proven of it. */
    byte[] signed(String what, byte[]... parts) {
        byte[] label = ("EdgeAI secure aggregation 1 " + what).getBytes(StandardCharsets.US_ASCII);
        byte[] numbers = ByteBuffer.allocate(20)
                .putLong(round)
                .putInt(size)
                .putInt(degree)
                .putInt(minimumSurvivors)
                .array();
        byte[] width = maskBits == Integer.SIZE ? new byte[0] : new byte[] {(byte) maskBits};
        return Keys.sha256(label, numbers, modelHash, Keys.sha256(parts), width);
    }
}
