package io.edgeai.core.serving;

import io.edgeai.core.error.OverloadedException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether one more request may wait. A queue that fills for a while may take half of the deadline, so that a burst is
 * answered; one that was never empty for as long as the deadline is no burst, and whoever enters it only lets all wait
 * longer: it is kept short. Waiting is estimated from the time that the requests before took, and seen in how long the first
 * in line has waited, for workers that do not get on as they did, whatever the reason. Thread-safe.
 */
final class Admission {
    /** Work that must wait before another worker is woken for it. */
    private static final long SPREAD_NANOS = 20_000;
    /** Batches before the time of a request is known: the first ones compile, allocate and try sizes. */
    private static final int LEARNING = 32;

    private static final long LONGEST_WINDOW_NANOS = 5_000_000;
    /** Parts of the deadline that a request may wait, in a burst and where the queue stands. */
    private static final int BURST = 2;

    private static final int STANDING = 8;

    private final long deadlineNanos;
    private final int workers;
    /** Requests that the workers take at once. */
    private final int few;

    /** Work that may wait for all workers. */
    private final long burstNanos;

    private final long standingNanos;
    private final long windowNanos;
    private final AtomicInteger measured = new AtomicInteger();
    private volatile long eachNanos;
    private volatile long emptyAt;
    private volatile boolean standing;

    /** @param now by the clock that all other times are read from */
    Admission(Batcher.Settings settings, long now) {
        this.deadlineNanos = settings.deadlineNanos() == 0 ? Long.MAX_VALUE : settings.deadlineNanos();
        this.workers = settings.workers();
        this.few = settings.workers() * settings.maxBatch();
        this.burstNanos = (long) ((double) deadlineNanos / BURST * workers);
        this.standingNanos = (long) ((double) deadlineNanos / STANDING * workers);
        this.windowNanos = Math.min(LONGEST_WINDOW_NANOS, settings.deadlineNanos() / 16);
        this.emptyAt = now;
    }

    /** Whether a request would wait for too long behind so many. Reads no clock: who is overloaded refuses most. */
    boolean refuses(int waiting) {
        long work = eachNanos * waiting;
        return work > standingNanos && (work > burstNanos || (standing && waiting > few)) && measured.get() >= LEARNING;
    }

    /** Why it {@link #refuses}. */
    OverloadedException refusal(int waiting) {
        return refusal(waiting, "would take", eachNanos * waiting / workers);
    }

    /**
     * Lets a request by that comes now, where the first in line has waited since then; 0 where there is none.
     *
     * @throws OverloadedException where that is too long
     */
    void admit(int waiting, long oldest, long now) {
        if (waiting > few && oldest != 0 && now - oldest > deadlineNanos / BURST) {
            throw refusal(waiting, "have waited up to", now - oldest);
        }
    }

    private OverloadedException refusal(int waiting, String what, long nanos) {
        return OverloadedException.refusal(() -> "The (" + waiting + ") asynchronous requests that wait " + what + " ("
                + nanos / 1000 + ") µs, too long for the deadline of (" + deadlineNanos / 1000
                + ") µs. Maybe send fewer at once, or allow more time.");
    }

    /** To be called where a worker finds nothing to do. */
    void nobodyWaits(long now) {
        emptyAt = now;
        standing = false;
    }

    /** Whether so many requests are work for more than one worker. */
    boolean spreads(int requests) {
        return requests * eachNanos > SPREAD_NANOS;
    }

    /** What one worker does, told to all. Not thread-safe. */
    final class Pace {
        private long nanos;
        private int answered;

        /**
         * Follows slowly, and never a single batch: in a short one the system hardly ever suspends the worker, and in the few
         * where it does, for very long. Those that failed, most of them because they had expired, took next to nothing and
         * say nothing of the others.
         */
        void learn(List<? extends Request<?>> batch, long began, long ended) {
            nanos += ended - began;
            standing = ended - emptyAt > deadlineNanos;
            for (Request<?> request : batch) {
                answered += request.answer.isCompletedExceptionally() ? 0 : 1;
            }
            if (answered == 0) {
                nanos = 0;
            } else if (nanos >= windowNanos || eachNanos == 0) {
                eachNanos = smoothed(eachNanos, nanos / answered);
                nanos = 0;
                answered = 0;
            }
            if (measured.get() < LEARNING) {
                measured.incrementAndGet();
            }
        }
    }

    /** A single long time changes little: one suspended run once made an endpoint refuse what it could have answered. */
    static long smoothed(long before, long latest) {
        return before == 0 ? latest : before + (Math.min(latest, 2 * before) - before) / 8;
    }
}
