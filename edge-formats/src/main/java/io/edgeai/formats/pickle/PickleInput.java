package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A cursor over a pickle's bytes that never reads past their end. Not thread-safe. */
final class PickleInput {
    private final byte[] bytes;
    private final ByteBuffer little;
    private int at;

    PickleInput(byte[] bytes) {
        this.bytes = bytes;
        this.little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return at;
    }

    /** Moves on by that many bytes and returns where they begin. */
    int take(long count) {
        if (count < 0 || count > bytes.length - at) {
            throw new ModelFormatException("Pickle needs (" + count + ") bytes at offset " + at + " but only "
                    + (bytes.length - at) + " are left. Maybe the file is truncated; fetch it again.");
        }
        int from = at;
        at += (int) count;
        return from;
    }

    int u8() {
        return bytes[take(1)] & 0xff;
    }

    int u16() {
        return little.getShort(take(2)) & 0xffff;
    }

    int i32() {
        return little.getInt(take(4));
    }

    long u32() {
        return little.getInt(take(4)) & 0xffffffffL;
    }

    long i64() {
        return little.getLong(take(8));
    }

    double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(i64()));
    }

    String utf8(long count) {
        int from = take(count);
        return new String(bytes, from, (int) count, StandardCharsets.UTF_8);
    }

    String latin(long count) {
        int from = take(count);
        return new String(bytes, from, (int) count, StandardCharsets.ISO_8859_1);
    }

    byte[] copy(long count) {
        int from = take(count);
        return java.util.Arrays.copyOfRange(bytes, from, from + (int) count);
    }

    /** The next bytes without copying them. */
    ByteBuffer view(long count) {
        int from = take(count);
        return ByteBuffer.wrap(bytes, from, (int) count).slice().asReadOnlyBuffer();
    }

    /** UTF-8 text up to a line feed, which is passed over. */
    String line() {
        return line(StandardCharsets.UTF_8);
    }

    /** Latin-1 text up to a line feed, which is passed over. */
    String latinLine() {
        return line(StandardCharsets.ISO_8859_1);
    }

    private String line(Charset charset) {
        for (int i = at; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                String text = new String(bytes, at, i - at, charset);
                at = i + 1;
                return text;
            }
        }
        throw new ModelFormatException(
                "Pickle has no end of line after offset (" + at + "). Maybe the file is truncated; fetch it again.");
    }
}
