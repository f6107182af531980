package io.edgeai.formats.flatbuffer;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A FlatBuffer (https://flatbuffers.dev/internals/): little-endian bytes in which tables point forward to others. All
 * positions are checked against the buffer, and all that is copied out of it is counted: shared offsets cannot make a
 * small file unfold into much memory. Not thread-safe.
 */
public final class FlatBuffer {
    private static final long FREE = 1 << 20;

    private final ByteBuffer bytes;
    private final String name;
    private long allowance;

    /** @param name what error messages call it */
    public FlatBuffer(ByteBuffer bytes, String name) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.name = name;
        this.allowance = FREE + 4L * this.bytes.limit();
    }

    /** The root table; an identifier of four letters stands behind its offset. */
    public FlatTable root(String identifier) {
        if (bytes.limit() < 8) {
            throw damaged("ends before its root");
        }
        for (int i = 0; i < identifier.length(); i++) {
            if (bytes.get(4 + i) != identifier.charAt(i)) {
                throw damaged("does not carry the mark " + identifier);
            }
        }
        return new FlatTable(this, target(0));
    }

    int size() {
        return bytes.limit();
    }

    int check(long position, long length) {
        if (position < 0 || length < 0 || position > bytes.limit() - length) {
            throw damaged("points outside itself (at " + position + ", " + length + " bytes)");
        }
        return (int) position;
    }

    byte byteAt(long position) {
        return bytes.get(check(position, 1));
    }

    int shortAt(long position) {
        return bytes.getShort(check(position, 2)) & 0xffff;
    }

    int intAt(long position) {
        return bytes.getInt(check(position, 4));
    }

    long longAt(long position) {
        return bytes.getLong(check(position, 8));
    }

    float floatAt(long position) {
        return bytes.getFloat(check(position, 4));
    }

    /** Where the unsigned offset at {@code position} leads. */
    int target(long position) {
        return check(position + Integer.toUnsignedLong(intAt(position)), 4);
    }

    /** A view of bytes of this buffer, position 0, little-endian. */
    public ByteBuffer slice(long position, long length) {
        return bytes.slice(check(position, length), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Counts what is copied or listed. */
    void charge(long amount) {
        allowance -= amount;
        if (allowance < 0) {
            throw damaged("unfolds into more than four times its size");
        }
    }

    /** The error of a buffer that is not as it should be. */
    public ModelFormatException damaged(String how) {
        return new ModelFormatException(
                "Model (" + name + ") is a FlatBuffer that " + how + ". Maybe it is damaged; fetch it again.");
    }
}
