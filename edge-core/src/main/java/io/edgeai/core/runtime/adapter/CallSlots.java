package io.edgeai.core.runtime.adapter;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls that nothing can stop, so many at once, in the order of their coming. Without a deadline a call runs on the
 * caller's thread. With one it runs on a thread of ours: the caller leaves at the deadline, while the call runs to its
 * end and holds its slot until then, so that never more calls run than there are slots. Threads that wait 10 s for work
 * end. Thread-safe.
 */
public final class CallSlots {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);
    private static final long IDLE_SECONDS = 10;

    private final int count;
    private final Semaphore free;
    private final ThreadPoolExecutor threads;
    private final Object closing = new Object();
    private volatile boolean closed;

    /**
     * @param count calls at once
     * @param engine whose calls, for the names of threads
     */
    public CallSlots(int count, String engine) {
        this.count = count;
        this.free = new Semaphore(count, true);
        // Slots bound the threads: none is taken before a slot is.
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                EdgeThreads.named(engine + "-call"));
    }

    /** A deadline in nanoseconds, at least 1; 0 for none. */
    public static long nanos(@Nullable Duration deadline) {
        return deadline == null ? 0 : Math.max(1, (deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST).toNanos());
    }

    /**
     * Waits for a slot and runs the call in it.
     *
     * @param deadlineNanos longest time for both, 0 for any
     * @throws InferenceTimeoutException past the deadline
     * @throws LifecycleException after {@link #close}
     * @throws OperationCancelledException where the thread is interrupted while it waits
     */
    public <T> T call(long deadlineNanos, Supplier<T> call) {
        long at = System.nanoTime() + deadlineNanos;
        take(deadlineNanos);
        return inSlot(deadlineNanos, at, call);
    }

    /** As {@link #call}, but gives null at once where no slot is free. */
    public <T> @Nullable T tryCall(long deadlineNanos, Supplier<T> call) {
        long at = System.nanoTime() + deadlineNanos;
        requireOpen();
        if (!free.tryAcquire()) {
            return null;
        }
        requireOpenInSlot();
        return inSlot(deadlineNanos, at, call);
    }

    /** Whether {@link #tryCall} would probably find a slot, or a closed session, now. */
    public boolean anyFreeOrClosed() {
        return closed || free.availablePermits() > 0;
    }

    private <T> T inSlot(long deadlineNanos, long at, Supplier<T> call) {
        if (deadlineNanos != 0) {
            return supervised(deadlineNanos, at, call);
        }
        try {
            return call.get();
        } finally {
            free.release();
        }
    }

    private void take(long deadlineNanos) {
        requireOpen();
        try {
            if (deadlineNanos == 0) {
                free.acquire();
            } else if (!free.tryAcquire(deadlineNanos, TimeUnit.NANOSECONDS)) {
                throw new InferenceTimeoutException("No slot became free within (" + deadlineNanos / 1000 + ") µs; all "
                        + count + " are running. Maybe raise SessionOptions.slots.");
            }
        } catch (InterruptedException e) {
            throw interrupted("waiting for a free slot");
        }
        requireOpenInSlot();
    }

    private void requireOpenInSlot() {
        if (closed) {
            free.release();
            requireOpen();
        }
    }

    private <T> T supervised(long deadlineNanos, long at, Supplier<T> call) {
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return call.get();
            } finally {
                free.release();
            }
        });
        try {
            threads.execute(task);
        } catch (RuntimeException | Error e) {
            free.release();
            throw e;
        }
        try {
            return task.get(at - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new InferenceTimeoutException(
                    "The call passed its deadline of (" + deadlineNanos / 1000
                            + ") µs; it keeps its slot until it ends, because this engine cannot stop it. Maybe allow"
                            + " more time or feed fewer samples.",
                    e);
        } catch (InterruptedException e) {
            throw interrupted("waiting for a call's answer");
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known
                ? known
                : new InferenceException("The call failed: " + failure + ".", failure);
    }

    /** Refuses new calls, waits for those in flight, then runs {@code last}; the second time it does nothing. */
    public void close(Runnable last) {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            free.acquireUninterruptibly(count);
            try {
                last.run();
            } finally {
                threads.shutdown();
                free.release(count);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new LifecycleException("The session is closed. Maybe open the model again.");
        }
    }

    private static OperationCancelledException interrupted(String during) {
        Thread.currentThread().interrupt();
        return new OperationCancelledException("Interrupted while " + during + ".");
    }
}
