package io.edgeai.server;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts requests in flight, turns away those beyond a limit, and lets a server wait for the last. Thread-safe. */
final class Admission {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int inFlight;
    private int limited;
    private boolean closed;

    /** @param most requests at a time of those that count against the limit */
    Admission(int most) {
        this.most = most;
    }

    /** A request inside. Thread-safe; each step counts once. */
    final class Visit {
        private boolean limits;
        private boolean inside = true;

        private Visit(boolean counts) {
            this.limits = counts;
        }

        /** Makes room for the next: the answer is known, though it has not left. */
        void answered() {
            lock.lock();
            try {
                limited -= limits ? 1 : 0;
                limits = false;
            } finally {
                lock.unlock();
            }
        }

        /** The answer has left, or never will. */
        void left() {
            lock.lock();
            try {
                answered();
                inFlight -= inside ? 1 : 0;
                inside = false;
                if (inFlight == 0) {
                    idle.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Lets a request in.
     *
     * @param counts whether it counts against the limit
     * @throws OverloadedException beyond the limit
     * @throws LifecycleException once closed
     */
    Visit enter(boolean counts) {
        lock.lock();
        try {
            if (closed) {
                throw new LifecycleException("The server is closing. Maybe ask another one.");
            }
            if (counts && limited == most) {
                throw new OverloadedException("All (" + most
                        + ") requests that may run at a time do. Maybe try again shortly, or raise maxConcurrent.");
            }
            inFlight++;
            limited += counts ? 1 : 0;
            return new Visit(counts);
        } finally {
            lock.unlock();
        }
    }

    int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more and waits for those inside. False where some are still there after the time. */
    boolean close(Duration longest) {
        long left = longest.toNanos();
        lock.lock();
        try {
            closed = true;
            while (inFlight > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return inFlight == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
