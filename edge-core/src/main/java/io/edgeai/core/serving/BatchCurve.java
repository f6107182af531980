package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Whether a session should run samples together: known from a profile, or learned by trying, where at the first batch of a
 * size (rounded up to a power of two) the same samples run alone and together. Together wins where it takes at most 9/10 of
 * the time. Where answers depend on batch-mates nothing runs together any more. Thread-safe.
 */
final class BatchCurve {
    static final int LARGEST = 4096;
    /** Trials of a size that may fail before it counts as one that does not pay. */
    static final int MOST_FAILURES = 3;

    /** CPU time of a thread that yields until it comes up again. */
    static final long COMING_UP_NANOS = 2_200;
    /** The longer a batch takes, the more often they come up in vain: about so much of its time. */
    private static final int COMING_UP_IN_VAIN = 3;

    private static final BatchTrial.Effort EFFORT = new BatchTrial.Effort(40, 20_000_000);

    private final InferenceSession session;
    private final Ticker ticker;
    private final AtomicReferenceArray<BatchTrial> bySize =
            new AtomicReferenceArray<>(Integer.numberOfTrailingZeros(LARGEST) + 1);
    private final AtomicIntegerArray failures = new AtomicIntegerArray(bySize.length());
    private volatile boolean dependent;

    BatchCurve(InferenceSession session, Ticker ticker) {
        this(session, BatchProfile.UNKNOWN, ticker);
    }

    /** @param known what needs no trial */
    BatchCurve(InferenceSession session, BatchProfile known, Ticker ticker) {
        this.session = session;
        this.ticker = ticker;
        this.dependent = known.dependsOnMates();
        known.trials().forEach((size, trial) -> bySize.set(bucket(size), trial));
    }

    /** Whether to run these inputs as one batch; the first call for a size tries both ways. */
    boolean prefersTogether(float[][] inputs, long deadlineNanos) {
        if (dependent || !batchable(inputs)) {
            return false;
        }
        int bucket = bucket(inputs.length);
        BatchTrial trial = bySize.get(bucket);
        if (trial == null) {
            if (Arrays.stream(inputs).allMatch(input -> Arrays.equals(input, inputs[0]))) {
                return false; // equal samples cannot show whether one influences another
            }
            trial = BatchTrial.of(session, inputs, deadlineNanos, EFFORT, ticker);
            dependent |= trial.dependent();
            if (trial.failed() && failures.incrementAndGet(bucket) < MOST_FAILURES) {
                return false; // one bad request, or a deadline, says little of the model
            }
            bySize.set(bucket, trial);
        }
        return trial.pays() && !dependent;
    }

    /**
     * Whether blocking callers should wait for each other, so many at a time: where that saves each more than its part of a
     * batch and of coming up again costs. It was tried and paid.
     */
    boolean repaysWaiting(int requests) {
        BatchTrial trial = dependent || requests < 2 || requests > LARGEST ? null : bySize.get(bucket(requests));
        return trial != null
                && trial.pays()
                && trial.alone() - trial.together() > COMING_UP_NANOS + trial.together() / COMING_UP_IN_VAIN;
    }

    /** Whether so many may be worth running together: it was tried and paid, or was not tried yet. */
    boolean mayPay(int requests) {
        if (dependent || session.sampleLength() == 0 || requests < 2 || requests > LARGEST) {
            return false;
        }
        BatchTrial trial = bySize.get(bucket(requests));
        return trial == null || trial.pays();
    }

    private static int bucket(int requests) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(requests - 1);
    }

    private boolean batchable(float[][] inputs) {
        int length = session.sampleLength();
        return length > 0
                && inputs.length >= 2
                && inputs.length <= LARGEST
                && inputs[0].length == length
                && uniform(inputs)
                && (long) length * inputs.length < Integer.MAX_VALUE;
    }

    /** Whether all have one length. */
    static boolean uniform(float[][] inputs) {
        for (float[] input : inputs) {
            if (input.length != inputs[0].length) {
                return false;
            }
        }
        return true;
    }

    /** Whether an input is one sample, which may share a run with others. */
    boolean sample(float[] input) {
        return input.length == session.sampleLength();
    }
}
