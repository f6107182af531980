package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands out slots: first the one this thread probably had last, then any free one; takes no lock while one is free.
 * Otherwise threads queue. A running thread may overtake the queue, which keeps short runs short, but once the first in
 * the queue has waited 4 ms the next slot goes to it directly, so that nobody starves (the two modes of Go's
 * {@code sync.Mutex}, which waits 1 ms: with 64 threads on a 2.5 µs model that costs 2/3 of the throughput and gains
 * nothing at p99.9). Thread-safe.
 */
final class SlotPool {
    static final long PATIENCE_NANOS = 4_000_000;

    private final Slot[] slots;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> queue = new ArrayDeque<>();
    private volatile int waiting;
    private volatile boolean closed;

    /** One thread in the queue; fields but {@code given} are guarded by the lock. */
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final long since = System.nanoTime();
        boolean awake = true;
        volatile @Nullable Slot given;
    }

    SlotPool(Slot[] slots) {
        this.slots = slots;
    }

    /**
     * @param deadlineNanos longest wait as the caller stated it, or 0 for as long as it takes
     * @param at the {@code System.nanoTime()} at which that ends
     * @throws LifecycleException once draining began
     */
    Slot take(long deadlineNanos, long at) {
        Slot slot = tryTake();
        if (slot == null) {
            slot = await(deadlineNanos, at);
        }
        if (closed) {
            release(slot);
            throw closedSession();
        }
        return slot;
    }

    /**
     * A slot that is free now, or null.
     *
     * @throws LifecycleException once draining began
     */
    @Nullable
    Slot tryTakeOpen() {
        Slot slot = tryTake();
        if (closed) {
            if (slot != null) {
                release(slot);
            }
            throw closedSession();
        }
        return slot;
    }

    void release(Slot slot) {
        if (waiting > 0 && handOver(slot)) {
            return;
        }
        slot.free();
        if (waiting > 0) {
            wakeFirst();
        }
    }

    /** Refuses new takers, waits for each slot and passes it to {@code last}. Call once. */
    void drain(Consumer<Slot> last) {
        lock.lock();
        try {
            closed = true;
            queue.forEach(waiter -> LockSupport.unpark(waiter.thread));
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Slot slot : slots) {
            while (!slot.tryTake()) {
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(this, 200_000);
            }
            last.accept(slot);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Threads in the queue now. */
    int waiting() {
        return waiting;
    }

    static LifecycleException closedSession() {
        return new LifecycleException("The session is closed. Maybe open the model again.");
    }

    private @Nullable Slot tryTake() {
        int start = (int) (Thread.currentThread().getId() % slots.length);
        for (int i = 0; i < slots.length; i++) {
            int at = start + i;
            Slot slot = slots[at < slots.length ? at : at - slots.length];
            if (slot.tryTake()) {
                return slot;
            }
        }
        return null;
    }

    /** Registers first and then looks again, while {@link #release} frees first and then looks for waiters. */
    private Slot await(long deadlineNanos, long at) {
        Waiter self = new Waiter();
        lock.lock();
        try {
            queue.addLast(self);
            waiting = queue.size();
        } finally {
            lock.unlock();
        }
        while (true) {
            Slot slot = self.given;
            if (slot != null) {
                return slot;
            }
            slot = tryTake();
            if (slot != null) {
                Slot handed = leave(self);
                if (handed != null) {
                    release(handed);
                }
                return slot;
            }
            RuntimeException reason = reasonToLeave(deadlineNanos, at);
            if (reason != null) {
                Slot handed = leave(self);
                if (handed != null) {
                    release(handed);
                }
                throw reason;
            }
            if (sleepy(self)) {
                if (deadlineNanos == 0) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, Math.max(1, at - System.nanoTime()));
                }
            }
        }
    }

    private @Nullable RuntimeException reasonToLeave(long deadlineNanos, long at) {
        if (closed) {
            return closedSession();
        }
        if (Thread.currentThread().isInterrupted()) {
            return new OperationCancelledException("Interrupted while waiting for a free slot.");
        }
        if (deadlineNanos != 0 && System.nanoTime() - at >= 0) {
            return new InferenceTimeoutException("No slot became free within (" + deadlineNanos / 1000 + ") µs; all "
                    + slots.length + " are running. Maybe raise SessionOptions.slots.");
        }
        return null;
    }

    /** Marks a waiter asleep; false where there is a reason to look around once more instead. */
    private boolean sleepy(Waiter self) {
        lock.lock();
        try {
            self.awake = false;
            return self.given == null && !anyFree() && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the queue and lets the next one look for what is still free; gives the slot handed over meanwhile. */
    private @Nullable Slot leave(Waiter self) {
        lock.lock();
        try {
            if (self.given == null) {
                queue.remove(self);
                waiting = queue.size();
                if (anyFree()) {
                    wakeFirst();
                }
            }
            return self.given;
        } finally {
            lock.unlock();
        }
    }

    private boolean handOver(Slot slot) {
        lock.lock();
        try {
            Waiter first = queue.peekFirst();
            if (first == null || closed || System.nanoTime() - first.since < PATIENCE_NANOS) {
                return false;
            }
            queue.removeFirst();
            waiting = queue.size();
            first.given = slot;
            LockSupport.unpark(first.thread);
            if (anyFree()) {
                wakeFirst();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void wakeFirst() {
        lock.lock();
        try {
            Waiter first = queue.peekFirst();
            if (first != null && !first.awake) {
                first.awake = true;
                LockSupport.unpark(first.thread);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean anyFreeOrClosed() {
        return closed || anyFree();
    }

    private boolean anyFree() {
        for (Slot slot : slots) {
            if (slot.isFree()) {
                return true;
            }
        }
        return false;
    }
}
