package io.edgeai.core.serving;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What trials have shown of one kind of request, by the size of a batch rounded up to a power of two. Thread-safe. */
final class Trials {
    /** Trials of a size that may fail before it counts as one that does not pay. */
    static final int MOST_FAILURES = 3;

    /** CPU time of a thread that yields until it comes up again. */
    static final long COMING_UP_NANOS = 2_200;
    /** The longer a batch takes, the more often they come up in vain: about so much of its time. */
    private static final int COMING_UP_IN_VAIN = 3;

    private final AtomicReferenceArray<BatchTrial> bySize =
            new AtomicReferenceArray<>(Integer.numberOfTrailingZeros(BatchCurve.LARGEST) + 1);
    private final AtomicIntegerArray failures = new AtomicIntegerArray(bySize.length());

    /** @param known what needs no trial */
    Trials(BatchProfile known) {
        known.trials().forEach((size, trial) -> bySize.set(bucket(size), trial));
    }

    /** Null where there was none, or too few that did not fail. */
    @Nullable
    BatchTrial of(int requests) {
        return requests < 2 || requests > BatchCurve.LARGEST ? null : bySize.get(bucket(requests));
    }

    /** One bad request, or a deadline, says little of the model: what failed counts only after several times. */
    void keep(int requests, BatchTrial trial) {
        int bucket = bucket(requests);
        if (!trial.failed() || failures.incrementAndGet(bucket) >= MOST_FAILURES) {
            bySize.set(bucket, trial);
        }
    }

    /**
     * Whether blocking callers should wait for each other, so many at a time: where that saves each more than its part of a
     * batch and of coming up again costs. It was tried and paid.
     */
    boolean repayWaiting(int requests) {
        BatchTrial trial = of(requests);
        return trial != null
                && trial.pays()
                && trial.alone() - trial.together() > COMING_UP_NANOS + trial.together() / COMING_UP_IN_VAIN;
    }

    /** Whether so many may be worth running together: it was tried and paid, or was not tried yet. */
    boolean mayPay(int requests) {
        if (requests < 2 || requests > BatchCurve.LARGEST) {
            return false;
        }
        BatchTrial trial = of(requests);
        return trial == null || trial.pays();
    }

    /** The power of two, as an exponent, that so many are rounded up to. */
    static int bucket(long count) {
        return count <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(count - 1);
    }
}
