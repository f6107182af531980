package io.edgeai.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Waits for the moment a paced call is due. */
final class Pace {
    private Pace() {}

    /** Until {@code System.nanoTime()} is that; at once where it has passed. */
    static void until(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
