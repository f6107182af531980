package io.edgeai.core.format;

import java.util.Arrays;

/** What a sketch held, and had put aside, at each mark on its stack. Not thread-safe. */
final class PickleMarks {
    private long[] held = new long[16];
    private int[] put = new int[16];
    private int count;

    void add(long heldNow, int putNow) {
        if (count == held.length) {
            held = Arrays.copyOf(held, count + (count >> 1));
            put = Arrays.copyOf(put, held.length);
        }
        held[count] = heldNow;
        put[count++] = putNow;
    }

    /** Takes the last one off; {@link #held} and {@link #put} then tell of it. */
    void remove() {
        count--;
    }

    long held() {
        return held[count];
    }

    int put() {
        return put[count];
    }
}
