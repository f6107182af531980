package io.edgeai.placement.autoscale;

import io.edgeai.core.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whether replicas are ready, and a place to wait until they are. Thread-safe. */
final class Readiness {
    /** How waiting ended. */
    enum Wait {
        READY,
        TOO_LATE,
        CLOSED
    }

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile int ready;
    private boolean closed;

    Readiness(Ticker ticker) {
        this.ticker = ticker;
    }

    boolean ready() {
        return ready > 0;
    }

    /** Wakes everybody, also to see what time it is. */
    void seen(int replicas) {
        lock.lock();
        try {
            ready = replicas;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Wait await(Duration longest) throws InterruptedException {
        long end = ticker.nanos() + longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (ready == 0 && !closed) {
                long left = end - ticker.nanos();
                if (left <= 0) {
                    return Wait.TOO_LATE;
                }
                var unused = changed.awaitNanos(left);
            }
            return ready > 0 ? Wait.READY : Wait.CLOSED;
        } finally {
            lock.unlock();
        }
    }
}
