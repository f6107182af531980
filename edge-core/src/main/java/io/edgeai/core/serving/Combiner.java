package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
    private final BatchCurve curve;
    private final Ticker ticker;
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

    Combiner(InferenceSession session, BatchCurve curve, Ticker ticker, int maxBatch, int maxQueue) {
        this.session = session;
        this.curve = curve;
        this.ticker = ticker;
        this.line = new Backlog(maxQueue);
        this.maxBatch = maxBatch;
        this.leading = new Runner(curve, new Waiting(), request -> request.left(ticker.nanos()));
        this.helping = new Runner(curve, new Trying(), request -> request.left(ticker.nanos()));
        this.most = Runtime.getRuntime().availableProcessors();
        this.overtaken = ticker.nanos() - HOT_NANOS;
        this.combining = curve.repaysWaiting(2 * FEW);
    }

    /** @param start now, by the ticker */
    float[] predict(float[] input, long deadlineNanos, long start, Priority priority) {
        boolean others = line.size() > 0;
        if (!combining || (!others && crowd <= 1)) {
            if (others) {
                overtaken = start;
            }
            float[] output = tried(input, deadlineNanos);
            if (output != null) {
                return output;
            }
        }
        return inLine(Request.ofThisThread(input, start, priority, deadlineNanos));
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

    private float[] inLine(Request request) {
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
                float[] output = tried(request.input, request.left(ticker.nanos()));
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
    private static void letLeadersGoOn(Request request) {
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
        List<Request> batch = new ArrayList<>();
        try {
            for (int i = 0; i < YIELDS && line.size() < crowd / 2; i++) {
                Thread.yield();
            }
            line.drain(batch, maxBatch);
            crowd = Math.max(batch.size(), crowd - (crowd + 7) / 8);
            HeldInterrupts.during(() -> leading.answer(batch));
            learn(batch.size());
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
        List<Request> batch = new ArrayList<>();
        line.drain(batch, maxBatch);
        if (batch.isEmpty()) {
            return;
        }
        int done = 0;
        try {
            if (helping.together(batch)) {
                done = batch.size();
            } else {
                while (done < batch.size()
                        && (done == 0 || ticker.nanos() - now < KINDNESS_NANOS)
                        && helping.alone(batch.get(done))) {
                    done++;
                }
            }
            learn(batch.size());
        } catch (LifecycleException e) {
            done = batch.size();
            fail(batch, e);
        } finally {
            for (int i = batch.size() - 1; i >= done; i--) {
                line.putBack(batch.get(i));
            }
            wake(batch.subList(0, done));
        }
    }

    /** Fails who waits with {@link LifecycleException}; to be called once the session is closed. */
    void close() {
        List<Request> left = new ArrayList<>();
        line.drain(left, Integer.MAX_VALUE);
        fail(left, new LifecycleException("The session was closed before this request ran."));
        wake(left);
    }

    /** A leader waits for a slot. */
    private final class Waiting implements Runner.Model {
        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            return HeldInterrupts.whileRunning(() -> session.predict(input, deadlineNanos));
        }

        @Override
        public float[][] predictEach(float[][] inputs, long deadlineNanos) {
            return HeldInterrupts.whileRunning(() -> session.predictEach(inputs, deadlineNanos));
        }
    }

    /** Who helps does so only as long as it finds a slot. */
    private final class Trying implements Runner.Model {
        @Override
        public float @Nullable [] predict(float[] input, long deadlineNanos) {
            return HeldInterrupts.whileRunning(() -> session.tryPredict(input, deadlineNanos));
        }

        @Override
        public float @Nullable [][] predictEach(float[][] inputs, long deadlineNanos) {
            return HeldInterrupts.whileRunning(() -> session.tryPredictEach(inputs, deadlineNanos));
        }
    }

    /** Learns from a batch of at least a few whether one is worth waking threads for. */
    private void learn(int requests) {
        if (requests >= FEW) {
            combining = curve.repaysWaiting(requests);
        }
    }

    private static void fail(List<Request> requests, Throwable reason) {
        requests.forEach(request -> request.answer.completeExceptionally(reason));
    }

    private void wakeFirst() {
        Request first = line.peek();
        if (first != null && !first.woken) {
            first.woken = true;
            LockSupport.unpark(first.caller());
        }
    }

    private static void wake(List<Request> answered) {
        answered.forEach(Request::wake);
    }
}
