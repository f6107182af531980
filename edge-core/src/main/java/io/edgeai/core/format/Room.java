package io.edgeai.core.format;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.TensorSpec;

/**
 * How much of the heap may be kept of one kind of things that a file tells: so many bytes, and a fixed part that lets small
 * files say all they hold. Costs are estimates of what a 64-bit JVM takes, on the high side. Not thread-safe.
 */
final class Room {
    private static final long FIXED = 3 << 15;
    private static final int TEXT = 48;
    private static final int ENTRY = 96;
    private static final int DIM = 24;
    private static final int SHAPE = 40;
    private static final int SPEC = 48;

    private long left;

    Room(long bytes) {
        left = FIXED + bytes;
    }

    /** Whether there is room for so many bytes; where there is, it is taken. */
    boolean take(long bytes) {
        if (bytes > left) {
            return false;
        }
        left -= Math.max(0, bytes);
        return true;
    }

    /** Room for an entry of a map. */
    boolean take(String key) {
        return take(ENTRY + text(key));
    }

    boolean take(String key, String value) {
        return take(ENTRY + text(key) + text(value));
    }

    boolean take(TensorSpec spec) {
        long dims = spec.shape().isEmpty() ? 0 : SHAPE;
        for (Dim dim : spec.shape()) {
            dims += DIM + (dim.symbol().isEmpty() ? 0 : text(dim.symbol()));
        }
        return take(SPEC + text(spec.name()) + dims);
    }

    private static long text(String text) {
        return (long) TEXT + text.length();
    }
}
