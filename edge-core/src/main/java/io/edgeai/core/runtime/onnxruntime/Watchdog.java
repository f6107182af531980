package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.concurrent.EdgeThreads;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stops runs that pass their deadline: looks at the slots every millisecond while any run is watched, and sleeps
 * otherwise. A run therefore overstays by about a millisecond. Its thread starts with the first deadline.
 */
final class Watchdog {
    private static final long LOOK_EVERY_NANOS = 1_000_000;
    private static final int IDLE_LOOKS_BEFORE_SLEEP = 100;

    private final Slot[] slots;
    private volatile boolean sleeping;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    Watchdog(Slot[] slots) {
        this.slots = slots;
    }

    /** Called after a slot started to be watched. */
    void notice() {
        Thread watching = thread;
        if (watching == null) {
            start();
        } else if (sleeping) {
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

    private void look() {
        int idle = 0;
        while (!closed) {
            if (anyWatched()) {
                idle = 0;
                long now = System.nanoTime();
                for (Slot slot : slots) {
                    slot.stopIfOverdue(now);
                }
            } else {
                idle++;
            }
            if (idle < IDLE_LOOKS_BEFORE_SLEEP) {
                LockSupport.parkNanos(this, LOOK_EVERY_NANOS);
            } else {
                sleeping = true;
                if (!anyWatched() && !closed) {
                    LockSupport.park(this);
                }
                sleeping = false;
                idle = 0;
            }
        }
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
