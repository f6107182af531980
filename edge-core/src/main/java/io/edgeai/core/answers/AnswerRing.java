package io.edgeai.core.answers;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of many threads that offer and one that takes. Offering takes no lock and never waits: at worst it tries
 * again because another thread got in before. Thread-safe for one taker.
 */
final class AnswerRing<T> {
    private final AtomicReferenceArray<@Nullable T> slots;
    private final int mask;
    /** Places given to offerers so far. */
    private final AtomicLong given = new AtomicLong();
    /** Places emptied by the taker so far. */
    private volatile long taken;

    /** @param capacity a power of two */
    AnswerRing(int capacity) {
        this.slots = new AtomicReferenceArray<>(capacity);
        this.mask = capacity - 1;
    }

    /** False where there is no room. */
    boolean offer(T item) {
        while (true) {
            long place = given.get();
            if (place - taken > mask) {
                return false;
            }
            if (given.compareAndSet(place, place + 1)) {
                slots.set((int) place & mask, item); // seen by the taker before it goes to sleep, or it is woken
                return true;
            }
        }
    }

    /** Takes what is there in the order of places, at most so many; fewer where an offerer has its place but not filled it. */
    void take(List<? super T> into, int most) {
        long place = taken;
        long end = place + most;
        for (; place < end; place++) {
            int slot = (int) place & mask;
            T item = slots.get(slot);
            if (item == null) {
                break;
            }
            slots.set(slot, null);
            into.add(item);
        }
        taken = place;
    }

    long given() {
        return given.get();
    }

    /** Whether an offer was made that was not taken. */
    boolean waiting() {
        return given.get() != taken;
    }
}
