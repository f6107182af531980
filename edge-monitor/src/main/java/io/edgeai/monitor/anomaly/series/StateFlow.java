package io.edgeai.monitor.anomaly.series;

import java.nio.ByteBuffer;

/**
 * Carries the state of a detector's parts into bytes or out of them. Each part names its fields once, in one order, for
 * both ways: a field is given as it is and taken as it shall be.
 */
final class StateFlow {
    private final ByteBuffer buffer;
    private final boolean restoring;

    private StateFlow(ByteBuffer buffer, boolean restoring) {
        this.buffer = buffer;
        this.restoring = restoring;
    }

    /** Writes to the buffer. */
    static StateFlow saving(ByteBuffer buffer) {
        return new StateFlow(buffer, false);
    }

    /** Reads from the buffer. */
    static StateFlow restoring(ByteBuffer buffer) {
        return new StateFlow(buffer, true);
    }

    double real(double value) {
        if (restoring) {
            return buffer.getDouble();
        }
        buffer.putDouble(value);
        return value;
    }

    long whole(long value) {
        if (restoring) {
            return buffer.getLong();
        }
        buffer.putLong(value);
        return value;
    }

    int whole(int value) {
        return (int) whole((long) value);
    }

    boolean yes(boolean value) {
        return whole(value ? 1L : 0L) == 1;
    }

    void all(double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = real(values[i]);
        }
    }

    void all(long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = whole(values[i]);
        }
    }

    void all(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bits(Float.floatToRawIntBits(values[i])));
        }
    }

    void all(int[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = bits(values[i]);
        }
    }

    void all(short[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) half((char) values[i]);
        }
    }

    void all(char[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = half(values[i]);
        }
    }

    void all(byte[] values) {
        if (restoring) {
            buffer.get(values);
        } else {
            buffer.put(values);
        }
    }

    private int bits(int value) {
        if (restoring) {
            return buffer.getInt();
        }
        buffer.putInt(value);
        return value;
    }

    private char half(char value) {
        if (restoring) {
            return buffer.getChar();
        }
        buffer.putChar(value);
        return value;
    }
}
