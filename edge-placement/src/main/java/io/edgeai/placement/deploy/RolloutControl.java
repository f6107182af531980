package io.edgeai.placement.deploy;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whether a roll-out goes on, waits or ends; also where it waits. Thread-safe. */
final class RolloutControl {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean paused;
    private volatile boolean cancelled;

    void pause() {
        lock.lock();
        try {
            paused = true;
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            paused = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean cancelled() {
        return cancelled;
    }

    /**
     * Waits while paused.
     *
     * @param hears called when it has to wait
     * @return whether to go on
     */
    boolean goesOn(Runnable hears) {
        lock.lock();
        try {
            if (paused && !cancelled) {
                hears.run();
            }
            while (paused && !cancelled) {
                changed.await();
            }
        } catch (InterruptedException e) {
            cancelled = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return !cancelled;
    }

    /** Waits that long, or until it is cancelled. */
    void nanos(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !cancelled) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            cancelled = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
