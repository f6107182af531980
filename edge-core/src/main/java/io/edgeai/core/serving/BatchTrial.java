package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.runtime.InferenceSession;

/**
 * What running the same samples alone and together gave, in nanoseconds for each sample. The shortest time of several rounds
 * counts, because a busy machine only adds.
 *
 * @param alone {@link Long#MAX_VALUE} where the trial failed
 * @param dependent whether an answer depended on who shared the batch
 */
record BatchTrial(long alone, long together, boolean dependent) {
    /** Together must take at most this part of the time alone. */
    static final double WORTHWHILE = 0.9;

    private static final float TOLERANCE = 1e-4f;

    /** How long a trial may take: it ends after the rounds, or with the round that passes the time. */
    record Effort(int rounds, long nanos) {}

    /**
     * Tries samples both ways on this thread.
     *
     * @throws LifecycleException where the session is closed; any other failure is a trial that failed
     */
    static BatchTrial of(InferenceSession session, float[][] inputs, long deadlineNanos, Effort effort, Ticker ticker) {
        long began = ticker.nanos();
        long alone = Long.MAX_VALUE;
        long together = Long.MAX_VALUE;
        boolean dependent = false;
        try {
            for (int round = 0;
                    round < effort.rounds() && (round == 0 || ticker.nanos() - began < effort.nanos());
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
            // Whoever is at fault hears it when its request runs alone.
            return new BatchTrial(Long.MAX_VALUE, Long.MAX_VALUE, dependent);
        }
        return new BatchTrial(alone, together / inputs.length, dependent);
    }

    boolean failed() {
        return alone == Long.MAX_VALUE;
    }

    boolean pays() {
        return together <= WORTHWHILE * alone && !failed();
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
