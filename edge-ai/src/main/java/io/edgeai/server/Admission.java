package io.edgeai.server;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts requests in flight, lets those beyond a limit wait in a line, in the order they came, turns away those beyond the
 * line's end, and lets a server wait for the last. Thread-safe.
 */
final class Admission {
    private final int most;
    private final int line;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int inFlight;
    private int limited;
    private boolean closed;

    /**
     * @param most requests at a time of those that count against the limit
     * @param line of them that may wait
     * @param patience the longest that one waits
     */
    Admission(int most, int line, Duration patience) {
        this.most = most;
        this.line = line;
        this.patience = patience;
    }

    private static final class Waiter {
        private final Condition called;
        private boolean in;

        private Waiter(Condition called) {
            this.called = called;
        }
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
                if (limits) {
                    limits = false;
                    passOn();
                }
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
     * Lets a request in, waiting for a place where all are taken.
     *
     * @param counts whether it counts against the limit
     * @throws OverloadedException where the line is full, or the wait was too long
     * @throws LifecycleException once closed
     */
    Visit enter(boolean counts) {
        lock.lock();
        try {
            if (closed) {
                throw closing();
            }
            if (counts) {
                takePlace();
            }
            inFlight++;
            return new Visit(counts);
        } finally {
            lock.unlock();
        }
    }

    private void takePlace() {
        if (limited < most) {
            limited++;
            return;
        }
        if (waiting.size() == line) {
            throw new OverloadedException("All (" + most + ") requests that may run at a time do, and (" + line
                    + ") wait. Maybe try again shortly, or raise maxConcurrent.");
        }
        Waiter waiter = new Waiter(lock.newCondition());
        waiting.add(waiter);
        try {
            long left = patience.toNanos();
            while (!waiter.in && !closed && left > 0) {
                left = waiter.called.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (waiter.in) {
            return;
        }
        waiting.remove(waiter);
        if (closed || Thread.currentThread().isInterrupted()) {
            throw closing();
        }
        throw new OverloadedException("No place was free within (" + patience
                + "). Maybe try again shortly, or raise maxConcurrent or queueTimeout.");
    }

    /** A place that was left goes to who waits longest. */
    private void passOn() {
        Waiter next = waiting.poll();
        if (next == null) {
            limited--;
        } else {
            next.in = true;
            next.called.signal();
        }
    }

    private static LifecycleException closing() {
        return new LifecycleException("The server is closing. Maybe ask another one.");
    }

    int waiting() {
        lock.lock();
        try {
            return waiting.size();
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
            waiting.forEach(waiter -> waiter.called.signal());
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
