package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** A detector's state with a mark of its version and a checksum before it. */
final class SavedState {
    private static final int MAGIC = 0x53444558; // the fifth version
    private static final int HEADER = 8;

    private SavedState() {}

    static byte[] seal(byte[] state) {
        return ByteBuffer.allocate(HEADER + state.length)
                .putInt(MAGIC)
                .putInt(checksum(state, 0))
                .put(state)
                .array();
    }

    /** @throws InvalidInputException where the bytes are cut, damaged, or of another version */
    static ByteBuffer open(byte[] sealed) {
        ByteBuffer buffer = ByteBuffer.wrap(sealed);
        boolean whole =
                sealed.length > HEADER && buffer.getInt() == MAGIC && buffer.getInt() == checksum(sealed, HEADER);
        if (!whole) {
            throw refused(sealed.length);
        }
        return buffer;
    }

    /** Lets a reader take all of the buffer, neither more nor less. */
    static void take(ByteBuffer buffer, Runnable reader) {
        try {
            reader.run();
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            InvalidInputException refused = refused(buffer.capacity());
            refused.initCause(e);
            throw refused;
        }
        if (buffer.hasRemaining()) {
            throw refused(buffer.capacity());
        }
    }

    private static InvalidInputException refused(int bytes) {
        return new InvalidInputException("State of (" + bytes
                + ") bytes is cut, damaged, of another version or of other stages. Maybe start a new detector.");
    }

    private static int checksum(byte[] bytes, int from) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
