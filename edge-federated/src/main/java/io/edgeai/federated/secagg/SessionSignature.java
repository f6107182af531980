package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A signature by a session's key and what grants that key the right to sign. On the wire: 16 bytes that no other signature
 * begins with, then key and grant, each behind its length in two bytes, then the signature.
 *
 * @param key as the JDK encodes it (X.509)
 * @param grant signature of {@link #granted} by the identity
 */
@SuppressWarnings("ArrayRecordComponent")
record SessionSignature(byte[] key, byte[] grant, byte[] signature) {
    private static final byte[] MARK = "EdgeAI session 1".getBytes(StandardCharsets.US_ASCII);

    /** What the identity signs; longer than the hashes of the protocol's statements, so that none can be taken for it. */
    static byte[] granted(byte[] key) {
        return ByteBuffer.allocate(MARK.length + key.length).put(MARK).put(key).array();
    }

    byte[] bytes() {
        return ByteBuffer.allocate(MARK.length + 2 * Short.BYTES + key.length + grant.length + signature.length)
                .put(MARK)
                .putShort((short) key.length)
                .put(key)
                .putShort((short) grant.length)
                .put(grant)
                .put(signature)
                .array();
    }

    /** Null for a signature of another kind, or one that was cut off. */
    static @Nullable SessionSignature read(byte[] bytes) {
        if (bytes.length < MARK.length || !Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).position(MARK.length);
        byte[] key = part(buffer);
        byte[] grant = part(buffer);
        byte[] signature = new byte[buffer.remaining()];
        buffer.get(signature);
        return new SessionSignature(key, grant, signature);
    }

    private static byte[] part(ByteBuffer buffer) {
        int length = buffer.remaining() < Short.BYTES ? 0 : Short.toUnsignedInt(buffer.getShort());
        byte[] part = new byte[Math.min(length, buffer.remaining())];
        buffer.get(part);
        return part;
    }
}
