package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets blocking callers run the model themselves, and those who find no slot wait in line. Waking a thread costs about
 * 6 µs of CPU time, and one that has only yielded about 2 µs, so there are two ways to serve the line. Where a batch saves
 * more than that for each request, whoever comes leads: runs what waits as one batch, while the others yield a few times and
 * only then park. Otherwise running threads go on, and overtake the line until its head has waited 2 ms; then one of them
 * runs what waits before it goes on, in a batch where that pays. Thread-safe.
 */
final class Combiner {
    static final long PATIENCE_NANOS = 2_200_000;
    /** The line is left alone while threads come back within this time of their last answer. */
    private static final long HOT_NANOS = 100_000;
    /** Longest time one caller works for others before it returns, unless a single request takes longer. */
    private static final long KINDNESS_NANOS = 300_000;

    private static final long FIRST_PARK_NANOS = 3_000_000;
    private static final long LONGEST_PARK_NANOS = 100_000_000;
    private static final int FEW = 4;
    /** Times a leader lets threads come in that were woken just now, before it runs what waits. */
    private static final int YIELDS = 2;
    /** Times a caller lets others run before it parks; more of them only suspend whoever runs a batch. */
    private static final int YIELDS_BEFORE_PARKING = 4;

    private final InferenceSession session;
    private final Ticker ticker;
    private final Runner.Model own;
    private final Runner leading;
    private final Runner helping;
    private final Backlog line;
    private final int maxBatch;
    private final int most;
    private final AtomicInteger leaders = new AtomicInteger();
    private volatile boolean combining;
    private volatile long overtaken;
    /** Callers that came together in a batch as of late. */
    private volatile int crowd;

    /**
     * @param company who may share a run
     * @param listener told of runs that somebody waited for
     */
    Combiner(
            InferenceSession session,
            Company company,
            Ticker ticker,
            int maxBatch,
            int maxQueue,
            InferenceListener listener) {
        this.session = session;
        this.ticker = ticker;
        this.line = new Backlog(maxQueue);
        this.maxBatch = maxBatch;
        this.own = SessionModel.own(session, ticker, listener);
        ToLongFunction<Request<?>> left = request -> request.left(ticker.nanos());
        this.leading = new Runner(company, maxBatch, SessionModel.waiting(session, ticker, listener), left);
        this.helping = new Runner(company, maxBatch, SessionModel.trying(session, ticker, listener), left);
        this.most = Runtime.getRuntime().availableProcessors();
        this.overtaken = ticker.nanos() - HOT_NANOS;
        this.combining = company.samples.repaysWaiting(2 * FEW);
    }

    /**
     * The answer, where the caller need not wait; else null, and the caller comes {@link #inLine}.
     *
     * @param start now, by the ticker
     */
    float @Nullable [] atOnce(float[] input, long deadlineNanos, long start) {
        return comesAtOnce(start) ? tried(input, deadlineNanos) : null;
    }

    /** As {@link #atOnce(float[], long, long)}, by named tensors. */
    @Nullable
    Map<String, Tensor> atOnce(Map<String, Tensor> inputs, long deadlineNanos, long start) {
        return comesAtOnce(start) ? tried(inputs, deadlineNanos) : null;
    }

    /** Whether a caller need not look at the line first. */
    private boolean comesAtOnce(long start) {
        boolean others = line.size() > 0;
        if (combining && (others || crowd > 1)) {
            return false;
        }
        if (others) {
            overtaken = start;
        }
        return true;
    }

    private float @Nullable [] tried(float[] input, long deadlineNanos) {
        float[] output;
        try {
            output = session.tryPredict(input, deadlineNanos);
        } catch (RuntimeException | Error e) {
            relieve();
            throw e;
        }
        if (output != null) {
            relieve();
        }
        return output;
    }

    private @Nullable Map<String, Tensor> tried(Map<String, Tensor> inputs, long deadlineNanos) {
        Map<String, Tensor> output;
        try {
            output = session.tryRun(inputs, SessionModel.duration(deadlineNanos));
        } catch (RuntimeException | Error e) {
            relieve();
            throw e;
        }
        if (output != null) {
            relieve();
        }
        return output;
    }

    private <A> @Nullable A tried(Request<A> request, long deadlineNanos) {
        A output;
        try {
            output = request.runOn(own, deadlineNanos);
        } catch (RuntimeException | Error e) {
            relieve();
            throw e;
        }
        if (output != null) {
            relieve();
        }
        return output;
    }

    /** To be called after each other run on the session, failed or not: somebody may wait for what has become free. */
    void relieve() {
        if (line.size() == 0) {
            return;
        }
        if (combining) {
            if (leaders.get() < most) {
                wakeFirst();
            }
            return;
        }
        long now = ticker.nanos();
        if (now - line.oldest() >= PATIENCE_NANOS) {
            HeldInterrupts.during(() -> serveTheTired(now));
        } else if (now - overtaken >= HOT_NANOS) {
            wakeFirst();
        }
    }

    /** Requests in the line. */
    int waiting() {
        return line.size();
    }

    /** Waits for the answer, and runs those of others meanwhile; the listener hears of the run, not of the answer. */
    <A> A inLine(Request<A> request) {
        if (!line.offer(request)) {
            throw new OverloadedException("The line of (" + line.size()
                    + ") callers is full. Maybe wait for some answers, or raise maxQueue.");
        }
        long park = FIRST_PARK_NANOS;
        while (!request.answer.isDone()) {
            request.woken = false;
            if (combining) {
                if (tryLead()) {
                    continue;
                }
                letLeadersGoOn(request);
            } else if (session.hasFreeSlot() && line.remove(request)) {
                A output = tried(request, request.left(ticker.nanos()));
                if (output != null) {
                    return output;
                }
                line.putBack(request);
            }
            long left = request.left(ticker.nanos());
            RuntimeException reason = reasonToLeave(left, request.deadlineNanos);
            if (reason != null && line.remove(request)) {
                throw reason;
            }
            if (!request.answer.isDone()) {
                // Bounded in either way: who parked while leaders wake may wait on when they no longer do.
                park = combining ? LONGEST_PARK_NANOS : park;
                request.park(this, left > 0 ? Math.min(left, park) : park);
                park = Math.min(2 * park, LONGEST_PARK_NANOS);
            }
        }
        return request.get();
    }

    private static @Nullable RuntimeException reasonToLeave(long left, long deadlineNanos) {
        if (Thread.currentThread().isInterrupted()) {
            return new OperationCancelledException("Interrupted while waiting for a free slot.");
        }
        return left >= 0
                ? null
                : new InferenceTimeoutException("No slot became free within (" + deadlineNanos / 1000
                        + ") µs. Maybe raise SessionOptions.slots, or send fewer at once.");
    }

    /** Often enough the answer is there when this thread comes up again, and nobody has had to wake it. */
    @SuppressWarnings("ThreadPriorityCheck") // a yield only saves a wake-up; nothing depends on it
    private static void letLeadersGoOn(Request<?> request) {
        for (int i = 0; i < YIELDS_BEFORE_PARKING && !request.answer.isDone(); i++) {
            Thread.yield();
        }
    }

    /** Runs one batch of those who wait, this thread's request among them or not; false where enough others lead. */
    @SuppressWarnings("ThreadPriorityCheck") // a yield only makes the batch larger; nothing depends on it
    private boolean tryLead() {
        int now = leaders.get();
        while (now < most && !leaders.compareAndSet(now, now + 1)) {
            now = leaders.get();
        }
        if (now >= most) {
            return false;
        }
        List<Request<?>> batch = new ArrayList<>();
        try {
            for (int i = 0; i < YIELDS && line.size() < crowd / 2; i++) {
                Thread.yield();
            }
            line.drain(batch, maxBatch);
            crowd = Math.max(batch.size(), crowd - (crowd + 7) / 8);
            HeldInterrupts.during(() -> learn(leading.answer(batch)));
        } catch (RuntimeException | Error e) {
            fail(batch, e);
        } finally {
            leaders.decrementAndGet();
            wake(batch);
        }
        relieve();
        return true;
    }

    private void serveTheTired(long now) {
        List<Request<?>> batch = new ArrayList<>();
        line.drain(batch, maxBatch);
        if (batch.isEmpty()) {
            return;
        }
        List<Request<?>> left = new ArrayList<>(batch);
        try {
            List<Mates> groups = helping.mates(batch);
            for (Mates mates : groups) {
                if (!help(mates, left, left.size() == batch.size(), now)) {
                    break;
                }
            }
            learn(groups);
        } catch (LifecycleException e) {
            left.clear();
            fail(batch, e);
        } finally {
            for (int i = left.size() - 1; i >= 0; i--) {
                line.putBack(left.get(i));
            }
            batch.removeAll(left);
            wake(batch);
        }
    }

    /** Answers these and takes them off the list; false where this thread has done enough, or found no slot. */
    private boolean help(Mates mates, List<Request<?>> left, boolean first, long now) {
        boolean unhelped = first;
        if (!unhelped && ticker.nanos() - now >= KINDNESS_NANOS) {
            return false;
        }
        if (helping.together(mates)) {
            left.removeAll(mates.requests());
            return true;
        }
        for (Request<?> request : mates.requests()) {
            if ((!unhelped && ticker.nanos() - now >= KINDNESS_NANOS) || !helping.alone(request)) {
                return false;
            }
            left.remove(request);
            unhelped = false;
        }
        return true;
    }

    /** Fails who waits with {@link LifecycleException}; to be called once the session is closed. */
    void close() {
        List<Request<?>> left = new ArrayList<>();
        line.drain(left, Integer.MAX_VALUE);
        fail(left, new LifecycleException("The session was closed before this request ran."));
        wake(left);
    }

    /** Learns from the largest batch of at least a few whether one is worth waking threads for. */
    private void learn(List<Mates> groups) {
        Mates largest = null;
        int requests = 0;
        for (Mates mates : groups) {
            requests += mates.size();
            largest = largest == null || mates.size() > largest.size() ? mates : largest;
        }
        if (largest != null && requests >= FEW) {
            combining = largest.repayWaiting();
        }
    }

    private static void fail(List<Request<?>> requests, Throwable reason) {
        requests.forEach(request -> request.answer.completeExceptionally(reason));
    }

    private void wakeFirst() {
        Request<?> first = line.peek();
        if (first != null && !first.woken) {
            first.woken = true;
            LockSupport.unpark(first.caller());
        }
    }

    private static void wake(List<Request<?>> answered) {
        answered.forEach(Request::wake);
    }
}
