package io.edgeai.server;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests in flight, puts those beyond a limit in a line, in the order they came, turns away those beyond the line's
 * end, and lets a server wait for the last. Who waits holds no thread: those in the line are answered one after the other on
 * threads of the line's own, one a place. Thread-safe.
 */
final class Admission {
    private final int most;
    private final int line;
    private final Duration patience;
    private final Executor others = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), EdgeThreads.named("http-line"));
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private boolean timed;
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

    /** A request that wants a place. What it is told comes once, on any thread; it throws nothing. */
    interface Entrant {
        /** It has a place, which it leaves before this returns, or by {@link #leave}. */
        void enter(Visit visit);

        /** It waited for nothing. */
        void refused(EdgeException why);
    }

    private record Waiter(Entrant entrant, long until) {}

    /** Whose turn it is. */
    record Turn(Entrant entrant, Visit visit) {}

    /** A request inside. Thread-safe; each step counts once. */
    final class Visit {
        private boolean limits;
        private boolean inside = true;
        private @Nullable Turn next;

        private Visit(boolean counts) {
            this.limits = counts;
        }

        /** Makes room for the next: the answer is known, though it has not left. */
        void answered() {
            lock.lock();
            try {
                if (limits) {
                    limits = false;
                    next = pass();
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

        private @Nullable Turn next() {
            lock.lock();
            try {
                Turn turn = next;
                next = null;
                return turn;
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Counts a request that needs no place.
     *
     * @throws LifecycleException once closed
     */
    Visit enter() {
        lock.lock();
        try {
            requireOpen();
            return visit(false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks for a place.
     *
     * @return the turn to {@link #follow}; null where all places are taken and it waits in the line
     * @throws OverloadedException where the line is full
     * @throws LifecycleException once closed
     */
    @Nullable
    Turn ask(Entrant entrant) {
        lock.lock();
        try {
            requireOpen();
            if (limited < most) {
                limited++;
                return new Turn(entrant, visit(true));
            }
            if (waiting.size() == line) {
                throw OverloadedException.refusal(() -> "All (" + most + ") requests that may run at a time do, and ("
                        + line + ") wait. Maybe try again shortly, or raise maxConcurrent.");
            }
            waiting.add(new Waiter(entrant, System.nanoTime() + patience.toNanos()));
            expireAfter(patience.toNanos());
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Goes through with a turn; whoever follows in its place does so on another thread, for this one has its own to answer. */
    void follow(@Nullable Turn turn) {
        if (turn != null) {
            turn.entrant.enter(turn.visit);
            passOn(turn.visit);
        }
    }

    /** The place goes from one to the next on one thread, as long as somebody waits. */
    private void passOn(Visit visit) {
        Turn first = visit.next();
        if (first != null) {
            others.execute(() -> {
                for (Turn now = first; now != null; now = now.visit.next()) {
                    now.entrant.enter(now.visit);
                }
            });
        }
    }

    /**
     * Waits for a place on this thread.
     *
     * @return to be given to {@link #leave}
     * @throws OverloadedException where the line is full, or the wait was too long
     * @throws LifecycleException once closed, or where the thread is interrupted
     */
    Visit await() {
        CompletableFuture<Visit> place = new CompletableFuture<>();
        Turn turn = ask(new Entrant() {
            @Override
            public void enter(Visit visit) {
                if (!place.complete(visit)) {
                    leave(visit);
                }
            }

            @Override
            public void refused(EdgeException why) {
                place.completeExceptionally(why);
            }
        });
        try {
            return turn == null ? place.get() : turn.visit;
        } catch (InterruptedException e) {
            if (!place.cancel(false) && !place.isCompletedExceptionally()) {
                leave(place.join());
            }
            Thread.currentThread().interrupt();
            throw closing();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EdgeException why ? why : new EdgeException("No place was given.", e);
        }
    }

    /** Ends a visit; whoever follows in its place does so on another thread. */
    void leave(Visit visit) {
        visit.left();
        passOn(visit);
    }

    private Visit visit(boolean counts) {
        inFlight++;
        return new Visit(counts);
    }

    /** A place that was left goes to who waits longest. */
    private @Nullable Turn pass() {
        Waiter next = waiting.poll();
        if (next == null) {
            limited--;
            return null;
        }
        return new Turn(next.entrant, visit(true));
    }

    private void expireAfter(long nanos) {
        if (!timed) {
            timed = true;
            CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, others)
                    .execute(this::expire);
        }
    }

    private void expire() {
        List<Waiter> late = new ArrayList<>();
        lock.lock();
        try {
            timed = false;
            long now = System.nanoTime();
            Waiter first = waiting.peek();
            while (first != null && first.until - now <= 0) {
                late.add(waiting.remove());
                first = waiting.peek();
            }
            if (first != null) {
                expireAfter(first.until - now);
            }
        } finally {
            lock.unlock();
        }
        late.forEach(waiter -> waiter.entrant.refused(OverloadedException.refusal(() -> "No place was free within ("
                + patience + "). Maybe try again shortly, or raise maxConcurrent or queueTimeout.")));
    }

    private void requireOpen() {
        if (closed) {
            throw closing();
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

    /**
     * Lets nobody in any more, not those in the line either, and waits for those inside. False where some are still there
     * after the time.
     */
    boolean close(Duration longest) {
        List<Waiter> late;
        lock.lock();
        try {
            closed = true;
            late = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        late.forEach(waiter -> waiter.entrant.refused(closing()));
        long left = longest.toNanos();
        lock.lock();
        try {
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
