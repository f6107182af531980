package io.edgeai.formats.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, with the arguments that CPython's {@code pickletools} documents. */
final class PickleCode {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static PickleCode start() {
        return new PickleCode();
    }

    /** Opcodes and text arguments, each character one byte. */
    PickleCode text(String latin) {
        out.writeBytes(latin.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleCode bytes(byte... raw) {
        out.writeBytes(raw);
        return this;
    }

    PickleCode u8(int value) {
        out.write(value);
        return this;
    }

    PickleCode u16(int value) {
        return bytes(little(2).putShort((short) value).array());
    }

    PickleCode u32(long value) {
        return bytes(little(4).putInt((int) value).array());
    }

    PickleCode i64(long value) {
        return bytes(little(8).putLong(value).array());
    }

    PickleCode f64(double value) {
        return bytes(ByteBuffer.allocate(8).putDouble(value).array());
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The pickle so far. */
    byte[] unfinished() {
        return out.toByteArray();
    }

    /** The pickle with its STOP. */
    byte[] stop() {
        return text(".").unfinished();
    }

    Object read() {
        return PickleReader.read(stop(), PickleLimits.DEFAULT);
    }

    static Object read(String latin) {
        return start().text(latin).read();
    }
}
