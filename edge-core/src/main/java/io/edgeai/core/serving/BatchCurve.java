package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;

/**
 * Whether a session should run samples together: known from a profile, or learned by trying, where at the first batch of a
 * size (rounded up to a power of two) the same samples run alone and together. Together wins where it takes at most 9/10 of
 * the time. Where answers depend on batch-mates nothing runs together any more. Thread-safe.
 */
final class BatchCurve {
    static final int LARGEST = 4096;
    private static final BatchTrial.Effort EFFORT = new BatchTrial.Effort(40, 20_000_000);

    private final InferenceSession session;
    private final Ticker ticker;
    private final Trials trials;
    private volatile boolean dependent;

    BatchCurve(InferenceSession session, Ticker ticker) {
        this(session, BatchProfile.UNKNOWN, ticker);
    }

    /** @param known what needs no trial */
    BatchCurve(InferenceSession session, BatchProfile known, Ticker ticker) {
        this.session = session;
        this.ticker = ticker;
        this.dependent = known.dependsOnMates();
        this.trials = new Trials(known);
    }

    /** Whether to run these inputs as one batch; the first call for a size tries both ways. */
    boolean prefersTogether(float[][] inputs, long deadlineNanos) {
        if (dependent || !batchable(inputs)) {
            return false;
        }
        BatchTrial trial = trials.of(inputs.length);
        if (trial == null) {
            if (Arrays.stream(inputs).allMatch(input -> Arrays.equals(input, inputs[0]))) {
                return false; // equal samples cannot show whether one influences another
            }
            trial = BatchTrial.of(session, inputs, deadlineNanos, EFFORT, ticker);
            dependent |= trial.dependent();
            trials.keep(inputs.length, trial);
        }
        return trial.pays() && !dependent;
    }

    /** Whether answers have shown that they depend on batch-mates. */
    boolean dependent() {
        return dependent;
    }

    /** To be called where they have shown it otherwise. */
    void depends() {
        dependent = true;
    }

    /** Whether blocking callers should wait for each other, so many at a time; see {@link Trials#repayWaiting}. */
    boolean repaysWaiting(int requests) {
        return !dependent && trials.repayWaiting(requests);
    }

    /** Whether so many may be worth running together: it was tried and paid, or was not tried yet. */
    boolean mayPay(int requests) {
        return !dependent && session.sampleLength() != 0 && trials.mayPay(requests);
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
