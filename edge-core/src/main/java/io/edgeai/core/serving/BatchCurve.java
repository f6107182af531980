package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Whether a session should run samples together, learned by trying: at the first batch of a size (rounded up to a power
 * of two) the same samples run alone and together. The shortest time of each counts, because a busy machine only adds.
 * Together wins where it takes at most 9/10 of the time. Where the
 * answers differ, they depend on batch-mates and nothing runs together any more. Thread-safe.
 */
final class BatchCurve {
    static final int LARGEST = 4096;
    private static final double WORTHWHILE = 0.9;
    private static final float TOLERANCE = 1e-4f;
    private static final int MOST_ROUNDS = 5;
    private static final long LONGEST_TRIAL_NANOS = 20_000_000;

    /**
     * What a trial of one size gave, in nanoseconds for each request.
     *
     * @param alone {@link Long#MAX_VALUE} where the trial failed
     */
    private record Trial(long alone, long together) {
        static final Trial FAILED = new Trial(Long.MAX_VALUE, Long.MAX_VALUE);

        boolean pays() {
            return together <= WORTHWHILE * alone && alone != Long.MAX_VALUE;
        }
    }

    private final InferenceSession session;
    private final Ticker ticker;
    private final AtomicReferenceArray<Trial> bySize =
            new AtomicReferenceArray<>(Integer.numberOfTrailingZeros(LARGEST) + 1);
    private volatile boolean dependent;

    BatchCurve(InferenceSession session, Ticker ticker) {
        this.session = session;
        this.ticker = ticker;
    }

    /** Whether to run these inputs as one batch; the first call for a size tries both ways. */
    boolean prefersTogether(float[][] inputs, long deadlineNanos) {
        if (dependent || !batchable(inputs)) {
            return false;
        }
        int bucket = bucket(inputs.length);
        Trial trial = bySize.get(bucket);
        if (trial == null) {
            if (Arrays.stream(inputs).allMatch(input -> Arrays.equals(input, inputs[0]))) {
                return false; // equal samples cannot show whether one influences another
            }
            trial = tried(inputs, deadlineNanos);
            bySize.set(bucket, trial);
        }
        return trial.pays() && !dependent;
    }

    /** Nanoseconds that each of so many requests saves where they run together; 0 where that was not tried or not so. */
    long savedNanos(int requests) {
        Trial trial = dependent || requests < 2 || requests > LARGEST ? null : bySize.get(bucket(requests));
        return trial == null || !trial.pays() ? 0 : trial.alone - trial.together;
    }

    /** Whether so many may be worth running together: it was tried and paid, or was not tried yet. */
    boolean mayPay(int requests) {
        if (dependent || session.sampleLength() == 0 || requests < 2 || requests > LARGEST) {
            return false;
        }
        Trial trial = bySize.get(bucket(requests));
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

    private Trial tried(float[][] inputs, long deadlineNanos) {
        long began = ticker.nanos();
        long alone = Long.MAX_VALUE;
        long together = Long.MAX_VALUE;
        try {
            for (int round = 0;
                    round < MOST_ROUNDS && (round == 0 || ticker.nanos() - began < LONGEST_TRIAL_NANOS);
                    round++) {
                long middle = ticker.nanos();
                float[][] one = new float[inputs.length][];
                for (int i = 0; i < one.length; i++) {
                    long start = middle;
                    one[i] = session.predict(inputs[i], deadlineNanos);
                    middle = ticker.nanos();
                    alone = Math.min(alone, middle - start);
                }
                float[][] all = session.predictEach(inputs, deadlineNanos);
                long end = ticker.nanos();
                together = Math.min(together, end - middle);
                for (int i = 0; i < one.length; i++) {
                    dependent |= !close(one[i], all[i]);
                }
            }
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            return Trial.FAILED; // whoever is at fault hears it when its request runs alone
        }
        return new Trial(alone, together / inputs.length);
    }

    /** Equal up to what another order of summation may change, relative to the largest value of the answer. */
    private static boolean close(float[] a, float[] b) {
        if (a.length != b.length) {
            return false;
        }
        float largest = 0;
        for (float value : a) {
            largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        for (int i = 0; i < a.length; i++) {
            if (!(Math.abs(a[i] - b[i]) <= TOLERANCE * largest || Float.compare(a[i], b[i]) == 0)) {
                return false;
            }
        }
        return true;
    }
}
