package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Whether a session should run samples together, learned by trying: at the first batch of a size (rounded up to a power
 * of two) the same samples run alone and together. Together wins where it takes at most 9/10 of the time. Where the
 * answers differ, they depend on batch-mates and nothing runs together any more. Thread-safe.
 */
final class BatchCurve {
    static final int LARGEST = 4096;
    private static final double WORTHWHILE = 0.9;
    private static final float TOLERANCE = 1e-4f;
    private static final int MOST_ROUNDS = 5;
    private static final long LONGEST_TRIAL_NANOS = 20_000_000;

    private enum Verdict {
        ALONE,
        TOGETHER
    }

    private final InferenceSession session;
    private final Ticker ticker;
    private final AtomicReferenceArray<Verdict> bySize =
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
        int bucket = Integer.SIZE - Integer.numberOfLeadingZeros(inputs.length - 1);
        Verdict verdict = bySize.get(bucket);
        if (verdict == null) {
            if (Arrays.stream(inputs).allMatch(input -> Arrays.equals(input, inputs[0]))) {
                return false; // equal samples cannot show whether one influences another
            }
            verdict = tried(inputs, deadlineNanos);
            bySize.set(bucket, verdict);
        }
        return verdict == Verdict.TOGETHER && !dependent;
    }

    private boolean batchable(float[][] inputs) {
        int length = session.sampleLength();
        if (length == 0 || inputs.length < 2 || inputs.length > LARGEST) {
            return false;
        }
        for (float[] input : inputs) {
            if (input.length != length) {
                return false;
            }
        }
        return (long) length * inputs.length < Integer.MAX_VALUE;
    }

    private Verdict tried(float[][] inputs, long deadlineNanos) {
        long began = ticker.nanos();
        long alone = Long.MAX_VALUE;
        long together = Long.MAX_VALUE;
        try {
            for (int round = 0;
                    round < MOST_ROUNDS && (round == 0 || ticker.nanos() - began < LONGEST_TRIAL_NANOS);
                    round++) {
                long start = ticker.nanos();
                float[][] one = new float[inputs.length][];
                for (int i = 0; i < one.length; i++) {
                    one[i] = session.predict(inputs[i], deadlineNanos);
                }
                long middle = ticker.nanos();
                float[][] all = together(session, inputs, deadlineNanos);
                long end = ticker.nanos();
                alone = Math.min(alone, middle - start);
                together = Math.min(together, end - middle);
                for (int i = 0; i < one.length; i++) {
                    dependent |= !close(one[i], all[i]);
                }
            }
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            return Verdict.ALONE; // whoever is at fault hears it when its request runs alone
        }
        return together <= WORTHWHILE * alone ? Verdict.TOGETHER : Verdict.ALONE;
    }

    /** Runs samples of one length as one batch. */
    static float[][] together(InferenceSession session, float[][] inputs, long deadlineNanos) {
        int length = inputs[0].length;
        float[] all = new float[Math.multiplyExact(length, inputs.length)];
        for (int i = 0; i < inputs.length; i++) {
            System.arraycopy(inputs[i], 0, all, i * length, length);
        }
        float[] output = session.predict(all, deadlineNanos);
        if (output.length % inputs.length != 0) {
            throw new InferenceException("A batch of (" + inputs.length + ") gave (" + output.length
                    + ") values, which cannot be shared out. Maybe set maxBatch(1).");
        }
        int each = output.length / inputs.length;
        float[][] answers = new float[inputs.length][];
        for (int i = 0; i < inputs.length; i++) {
            answers[i] = Arrays.copyOfRange(output, i * each, (i + 1) * each);
        }
        return answers;
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
