package io.edgeai.monitor.objective;

import java.nio.ByteBuffer;

/** Good and bad calls in each of the newest slots of equal length. Not thread-safe. */
final class CallCounts {
    private final long slotMillis;
    private final long[] good;
    private final long[] bad;
    private long newest = Long.MIN_VALUE;

    CallCounts(long slotMillis, int slots) {
        this.slotMillis = slotMillis;
        this.good = new long[slots];
        this.bad = new long[slots];
    }

    /** Counts calls of a moment; one before the newest slot counts there, so that a clock set back loses none. */
    void add(long millis, long more, long worse) {
        advance(millis);
        int at = at(newest);
        good[at] += more;
        bad[at] += worse;
    }

    /** Good calls in the time before a moment, to the slot; all that is kept where that is less. */
    long good(long millis, long back) {
        return sum(good, millis, back);
    }

    long bad(long millis, long back) {
        return sum(bad, millis, back);
    }

    private void advance(long millis) {
        long slot = Math.floorDiv(millis, slotMillis);
        if (newest == Long.MIN_VALUE) {
            newest = slot;
            return;
        }
        for (long next = Math.max(newest + 1, slot - good.length + 1); next <= slot; next++) {
            good[at(next)] = 0;
            bad[at(next)] = 0;
        }
        newest = Math.max(newest, slot);
    }

    private long sum(long[] counts, long millis, long back) {
        if (newest == Long.MIN_VALUE) {
            return 0;
        }
        advance(millis);
        long slots = Math.min(counts.length, (back + slotMillis - 1) / slotMillis);
        long sum = 0;
        for (long slot = newest - slots + 1; slot <= newest; slot++) {
            sum += counts[at(slot)];
        }
        return sum;
    }

    private int at(long slot) {
        return Math.floorMod(slot, good.length);
    }

    int bytes() {
        return Long.BYTES * (1 + 2 * good.length);
    }

    void save(ByteBuffer out) {
        out.putLong(newest);
        for (int i = 0; i < good.length; i++) {
            out.putLong(good[i]).putLong(bad[i]);
        }
    }

    void restore(ByteBuffer in) {
        newest = in.getLong();
        for (int i = 0; i < good.length; i++) {
            good[i] = in.getLong();
            bad[i] = in.getLong();
        }
    }
}
