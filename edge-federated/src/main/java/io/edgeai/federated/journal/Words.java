package io.edgeai.federated.journal;

import io.edgeai.core.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes and reads the payload of a record value by value, in the order in which it was written. Not thread-safe. */
public final class Words {
    private ByteBuffer buffer;

    private Words(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    public static Words writing() {
        return new Words(ByteBuffer.allocate(256));
    }

    /** Reads a payload; values that are not there are a {@link StorageException}. */
    public static Words reading(byte[] payload) {
        return new Words(ByteBuffer.wrap(payload));
    }

    /** What was written, ready to be read; nothing may be written afterwards. */
    public ByteBuffer payload() {
        return buffer.flip();
    }

    private ByteBuffer room(long bytes) {
        if (buffer.remaining() < bytes) {
            long size = Math.min(Integer.MAX_VALUE - 64, Math.max(2L * buffer.capacity(), buffer.position() + bytes));
            if (size < buffer.position() + bytes) {
                throw new StorageException("A record of (" + (buffer.position() + bytes) + ") bytes is too long.");
            }
            buffer = ByteBuffer.wrap(
                    Arrays.copyOf(buffer.array(), (int) size), buffer.position(), (int) size - buffer.position());
        }
        return buffer;
    }

    public Words put(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    public Words put(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    public Words put(double value) {
        room(Double.BYTES).putDouble(value);
        return this;
    }

    public Words put(String value) {
        return put(value.getBytes(StandardCharsets.UTF_8));
    }

    public Words put(byte[] bytes) {
        put(bytes.length).room(bytes.length).put(bytes);
        return this;
    }

    public Words put(float[] values) {
        put(values.length);
        ByteBuffer target = room((long) Float.BYTES * values.length);
        target.asFloatBuffer().put(values);
        target.position(target.position() + Float.BYTES * values.length);
        return this;
    }

    public Words put(double[] values) {
        put(values.length);
        ByteBuffer target = room((long) Double.BYTES * values.length);
        target.asDoubleBuffer().put(values);
        target.position(target.position() + Double.BYTES * values.length);
        return this;
    }

    public Words put(double[][] values) {
        put(values.length);
        for (double[] row : values) {
            put(row);
        }
        return this;
    }

    public Words put(float[][] values) {
        put(values.length);
        for (float[] row : values) {
            put(row);
        }
        return this;
    }

    /** Whether anything is left to read. */
    public boolean more() {
        return buffer.hasRemaining();
    }

    public int integer() {
        return get(Integer.BYTES).getInt();
    }

    public long wide() {
        return get(Long.BYTES).getLong();
    }

    public double number() {
        return get(Double.BYTES).getDouble();
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[length(1)];
        buffer.get(bytes);
        return bytes;
    }

    public float[] floats() {
        float[] values = new float[length(Float.BYTES)];
        buffer.asFloatBuffer().get(values);
        buffer.position(buffer.position() + Float.BYTES * values.length);
        return values;
    }

    public double[] doubles() {
        double[] values = new double[length(Double.BYTES)];
        buffer.asDoubleBuffer().get(values);
        buffer.position(buffer.position() + Double.BYTES * values.length);
        return values;
    }

    public double[][] table() {
        double[][] values = new double[length(Integer.BYTES)][];
        for (int i = 0; i < values.length; i++) {
            values[i] = doubles();
        }
        return values;
    }

    public float[][] rows() {
        float[][] values = new float[length(Integer.BYTES)][];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats();
        }
        return values;
    }

    private int length(int width) {
        int length = integer();
        if (length < 0 || (long) length * width > buffer.remaining()) {
            throw new StorageException("A record names (" + length + ") values and has (" + buffer.remaining()
                    + ") bytes. Maybe another version wrote it.");
        }
        return length;
    }

    private ByteBuffer get(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new StorageException(
                    "A record ends too early. Maybe another version wrote it.", new BufferUnderflowException());
        }
        return buffer;
    }
}
