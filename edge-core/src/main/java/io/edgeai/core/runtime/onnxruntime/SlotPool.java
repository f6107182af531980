package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out slots: first the one this thread probably had last, then any free one, else it waits in order of arrival.
 * Takes no lock while a slot is free. Thread-safe.
 */
final class SlotPool {
    private final Slot[] slots;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition freed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closed;

    SlotPool(Slot[] slots) {
        this.slots = slots;
    }

    /** @param deadlineNanos longest wait, or 0 for as long as it takes */
    Slot take(long deadlineNanos) {
        Slot slot = tryTake();
        if (slot == null) {
            slot = await(deadlineNanos);
        }
        if (closed) {
            release(slot);
            throw closedSession();
        }
        return slot;
    }

    void release(Slot slot) {
        slot.free();
        if (waiting.get() > 0) {
            lock.lock();
            try {
                freed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Refuses new takers, waits for each slot and passes it to {@code last}; the second call does nothing. */
    void drain(SlotCloser last) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Slot slot : slots) {
            while (!slot.tryTake()) {
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(this, 1_000_000);
            }
            last.close(slot);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        return closed;
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

    private Slot await(long deadlineNanos) {
        long remaining = deadlineNanos;
        lock.lock();
        try {
            waiting.incrementAndGet();
            try {
                while (true) {
                    if (closed) {
                        throw closedSession();
                    }
                    Slot slot = tryTake();
                    if (slot != null) {
                        return slot;
                    }
                    if (deadlineNanos == 0) {
                        freed.await();
                    } else if (remaining <= 0) {
                        throw new InferenceTimeoutException("No slot became free within (" + deadlineNanos / 1000
                                + ") µs; all " + slots.length + " are running. Maybe raise SessionOptions.slots.");
                    } else {
                        remaining = freed.awaitNanos(remaining);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperationCancelledException("Interrupted while waiting for a free slot.", e);
            } finally {
                waiting.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    interface SlotCloser {
        void close(Slot slot);
    }
}
