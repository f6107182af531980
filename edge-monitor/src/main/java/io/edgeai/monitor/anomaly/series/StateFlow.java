package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Stage;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Carries the state of a detector's parts into bytes or out of them. Each part names its fields once, in one order, for
 * both ways: a field is given as it is and taken as it shall be.
 */
final class StateFlow {
    private static final int MOST_BYTES = 1 << 17; // of all that is the library's own

    private ByteBuffer buffer;
    private final boolean restoring;

    private StateFlow(ByteBuffer buffer, boolean restoring) {
        this.buffer = buffer;
        this.restoring = restoring;
    }

    /** Collects bytes. */
    static StateFlow saving() {
        return new StateFlow(ByteBuffer.allocate(MOST_BYTES), false);
    }

    /** Reads from the buffer. */
    static StateFlow restoring(ByteBuffer buffer) {
        return new StateFlow(buffer, true);
    }

    /** What was collected so far. */
    byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
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

    /** A stage of the library's field by field, one of the host's as the bytes it gives. */
    void stage(Object stage) {
        if (stage instanceof Flowing flowing) {
            flowing.state(this);
        } else if (stage instanceof Stage own) {
            own(own);
        }
    }

    void stages(Object[] stages) {
        for (Object each : stages) {
            stage(each);
        }
    }

    private void own(Stage stage) {
        if (restoring) {
            byte[] state = new byte[whole(0)];
            all(state);
            stage.restore(state);
        } else {
            byte[] state = stage.save();
            buffer = ByteBuffer.allocate(buffer.capacity() + Long.BYTES + state.length)
                    .put(bytes());
            whole(state.length);
            all(state);
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
