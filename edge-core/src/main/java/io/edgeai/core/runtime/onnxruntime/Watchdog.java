package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.concurrent.EdgeThreads;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stops runs that pass their deadline: looks at the slots every millisecond while a run is under way, so that one overstays by
 * about a millisecond. Between runs it looks after half the shortest deadline it heard of, at most 10 ms, which costs calls that
 * come one by one a tenth as many wake-ups; after 100 ms without a run it sleeps. Its thread starts with the first deadline.
 */
final class Watchdog {
    static final long LOOK_NANOS = 1_000_000;
    static final long REST_NANOS = 10_000_000;
    static final long SLEEPY_NANOS = 100_000_000;
    /** Longer than any deadline. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    private final Slot[] slots;
    private final long restNanos;
    /** Raced for: who loses an update costs a wake-up and no more. */
    private volatile long shortest = FOREVER;

    private volatile long nextLook;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    Watchdog(Slot[] slots) {
        this(slots, REST_NANOS);
    }

    /** @param restNanos longest time between two looks while no run is under way and it does not sleep */
    Watchdog(Slot[] slots, long restNanos) {
        this.slots = slots;
        this.restNanos = restNanos;
    }

    /**
     * Called after a slot started to be watched.
     *
     * @param at the {@code System.nanoTime()} at which the deadline passes
     */
    void notice(long deadlineNanos, long at) {
        if (deadlineNanos < shortest) {
            shortest = deadlineNanos;
        }
        Thread watching = thread;
        if (watching == null) {
            start();
        } else if (at - nextLook < 0) {
            LockSupport.unpark(watching);
        }
    }

    /** Ends its thread; only after the last {@link #notice}. */
    void close() {
        closed = true;
        Thread watching = thread;
        if (watching == null) {
            return;
        }
        LockSupport.unpark(watching);
        boolean interrupted = false;
        while (watching.isAlive()) {
            try {
                watching.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void start() {
        if (thread == null) {
            Thread started = EdgeThreads.named("onnx-watchdog").newThread(this::look);
            thread = started;
            started.start();
        }
    }

    /**
     * How long until the next look.
     *
     * @param watched whether a run is under way
     * @param quietNanos since one was
     * @param shortestNanos deadline that was ever set
     */
    long pause(boolean watched, long quietNanos, long shortestNanos) {
        if (watched) {
            return LOOK_NANOS;
        }
        return quietNanos >= SLEEPY_NANOS ? FOREVER : Math.max(LOOK_NANOS, Math.min(restNanos, shortestNanos / 2));
    }

    private void look() {
        long seen = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            boolean watched = anyWatched();
            if (watched) {
                seen = now;
                for (Slot slot : slots) {
                    slot.stopIfOverdue(now);
                }
            }
            long pause = pause(watched, now - seen, shortest);
            nextLook = now + pause;
            if (anyWatched()) { // it may have begun before it could see when the next look is
                pause = LOOK_NANOS;
                nextLook = now + pause;
            }
            if (closed) {
                return;
            }
            if (pause == FOREVER) {
                LockSupport.park(this);
                seen = System.nanoTime();
            } else {
                LockSupport.parkNanos(this, pause);
            }
        }
    }

    /** The {@code System.nanoTime()} of the next look. */
    long nextLook() {
        return nextLook;
    }

    private boolean anyWatched() {
        for (Slot slot : slots) {
            if (slot.watched()) {
                return true;
            }
        }
        return false;
    }
}
