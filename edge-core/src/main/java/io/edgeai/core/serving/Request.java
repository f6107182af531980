package io.edgeai.core.serving;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks, on its way to an answer; {@code since} is when it was submitted, by the endpoint's ticker, or
 * {@link #NOW} where its deadline begins only when it runs.
 */
abstract sealed class Request<A> permits SampleRequest, NamedRequest {
    static final long NOW = Long.MIN_VALUE;

    final long since;
    final Priority priority;
    /** Longest time from {@code since}; 0 for none, or for that of the endpoint. */
    final long deadlineNanos;

    final CompletableFuture<A> answer = new Answer();
    /** A thread that is parked until the answer is there, if any. */
    private final @Nullable Thread caller;
    /** Set by who wakes the caller, cleared by the caller before it looks around. */
    volatile boolean woken;

    private volatile boolean parked;

    /** When its run began, by the endpoint's ticker; set by who runs it, before the answer is there. */
    private long began;

    private @Nullable Thread runner;
    private boolean stopped;

    /** @param caller who parks until the answer is there, if anybody does */
    Request(long since, Priority priority, long deadlineNanos, @Nullable Thread caller) {
        this.since = since;
        this.priority = priority;
        this.deadlineNanos = deadlineNanos;
        this.caller = caller;
    }

    /** Runs alone; null where the model cannot run now. */
    abstract @Nullable A runOn(Runner.Model model, long nanos);

    /** Nanoseconds a parked caller's request may still take, 0 where it has no deadline, below 0 where its time is over. */
    long left(long now) {
        if (deadlineNanos == 0) {
            return 0;
        }
        long left = deadlineNanos - (now - since);
        return left > 0 ? left : -1;
    }

    void began(long nanos) {
        began = nanos;
    }

    /** Nanoseconds until its run began; once the answer is there. */
    long waited() {
        return Math.max(0, began - since);
    }

    /** The answer, once it is there; throws what the run threw. */
    A get() {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
    }

    /** Parks the caller, which this thread is, until it is woken, the answer is there or the time is over. */
    void park(Object blocker, long nanos) {
        parked = true;
        if (!answer.isDone()) {
            LockSupport.parkNanos(blocker, nanos);
        }
        parked = false;
    }

    /** To be called once the answer is there: wakes the caller if it is parked, and costs nothing if not. */
    void wake() {
        if (parked) {
            LockSupport.unpark(caller);
        }
    }

    @Nullable
    Thread caller() {
        return caller;
    }

    /** From now on {@code cancel(true)} interrupts this thread; false where it was cancelled already. */
    synchronized boolean begin() {
        if (answer.isDone()) {
            return false;
        }
        runner = Thread.currentThread();
        return true;
    }

    /** Ends that, and clears an interrupt that came from a cancellation. */
    synchronized void end() {
        runner = null;
        if (stopped) {
            Thread.interrupted();
        }
    }

    private synchronized void stop() {
        if (runner != null) {
            stopped = true;
            runner.interrupt();
        }
    }

    /** A future whose {@code cancel(true)} stops the run. */
    private final class Answer extends CompletableFuture<A> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && mayInterruptIfRunning) {
                stop();
            }
            return cancelled;
        }
    }
}
