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

    /** How long a trial may take: it ends after the rounds, or with the round that passes the time. */
    record Effort(int rounds, long nanos) {}

    /** The same requests, run in two ways. */
    interface Ways {
        int size();

        /** Runs each alone; nanoseconds for one of them. */
        long alone();

        void together();

        /** Whether the last answers of both are the same up to rounding. */
        boolean agree();
    }

    /**
     * Tries both ways on this thread.
     *
     * @throws LifecycleException where the session is closed; any other failure is a trial that failed
     */
    static BatchTrial of(Ways ways, Effort effort, Ticker ticker) {
        long began = ticker.nanos();
        long alone = Long.MAX_VALUE;
        long together = Long.MAX_VALUE;
        boolean dependent = false;
        try {
            for (int round = 0;
                    round < effort.rounds() && (round == 0 || ticker.nanos() - began < effort.nanos());
                    round++) {
                alone = Math.min(alone, ways.alone());
                long middle = ticker.nanos();
                ways.together();
                together = Math.min(together, ticker.nanos() - middle);
                dependent |= !ways.agree();
            }
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whoever is at fault hears it when its request runs alone.
            return new BatchTrial(Long.MAX_VALUE, Long.MAX_VALUE, dependent);
        }
        return new BatchTrial(alone, together / ways.size(), dependent);
    }

    /** Tries samples both ways. */
    static BatchTrial of(InferenceSession session, float[][] inputs, long deadlineNanos, Effort effort, Ticker ticker) {
        return of(new Samples(session, inputs, deadlineNanos, ticker), effort, ticker);
    }

    boolean failed() {
        return alone == Long.MAX_VALUE;
    }

    boolean pays() {
        return together <= WORTHWHILE * alone && !failed();
    }

    private static final class Samples implements Ways {
        private final InferenceSession session;
        private final float[][] inputs;
        private final long deadlineNanos;
        private final Ticker ticker;
        private final float[][] one;
        private float[][] all = {};

        Samples(InferenceSession session, float[][] inputs, long deadlineNanos, Ticker ticker) {
            this.session = session;
            this.inputs = inputs;
            this.deadlineNanos = deadlineNanos;
            this.ticker = ticker;
            this.one = new float[inputs.length][];
        }

        /** The shortest: all are of one length. */
        @Override
        public long alone() {
            long alone = Long.MAX_VALUE;
            long middle = ticker.nanos();
            for (int i = 0; i < one.length; i++) {
                long start = middle;
                one[i] = session.predict(inputs[i], deadlineNanos);
                middle = ticker.nanos();
                alone = Math.min(alone, middle - start);
            }
            return alone;
        }

        @Override
        public void together() {
            all = session.predictEach(inputs, deadlineNanos);
        }

        @Override
        public boolean agree() {
            for (int i = 0; i < one.length; i++) {
                if (!Closeness.close(one[i], all[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int size() {
            return inputs.length;
        }
    }
}
