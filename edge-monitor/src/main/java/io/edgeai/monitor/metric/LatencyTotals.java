package io.edgeai.monitor.metric;

/**
 * What a recorder counted since it began, in 64 bits, with latencies sorted by powers of two. Must be read more often than
 * one bin of the recorder counts 2^31 latencies. Thread-safe.
 */
public final class LatencyTotals {
    /** Powers of two that latencies are sorted by: below 2^0 ns to below 2^41 ns. */
    private static final int OCTAVES = 42;

    private final CallCounter recorder;
    private final long[] below = new long[OCTAVES];
    private long successes;
    private long failures;
    private double computeNanos;
    private LatencyRecorder.Snapshot last;

    /** Counts what the recorder records from now on. */
    public LatencyTotals(CallCounter recorder) {
        this.recorder = recorder;
        this.last = recorder.snapshot();
    }

    /** Everything counted until now. */
    public synchronized Reading read() {
        LatencyRecorder.Snapshot now = recorder.snapshot();
        LatencyHistogram fresh = now.since(last);
        RunHistogram runs = now.runsSince(last);
        computeNanos +=
                runs.runs() == 0 ? 0 : runs.computes().mean() * runs.computes().successes();
        last = now;
        successes += fresh.successes();
        failures += fresh.errors();
        for (int power = 0; power < OCTAVES; power++) {
            below[power] += fresh.below(1L << power);
        }
        return new Reading(below.clone(), successes, failures, computeNanos);
    }

    /** Counts at one moment. Immutable. */
    public static final class Reading {
        private final long[] below;
        private final long successes;
        private final long failures;
        private final double computeNanos;

        private Reading(long[] below, long successes, long failures, double computeNanos) {
            this.below = below;
            this.successes = successes;
            this.failures = failures;
            this.computeNanos = computeNanos;
        }

        public long successes() {
            return successes;
        }

        public long failures() {
            return failures;
        }

        /** Nanoseconds that runs of the model took, at most 1/256 off. */
        public double computeNanos() {
            return computeNanos;
        }

        /** Successes that took less than {@code 2^power} nanoseconds; {@code power} 0 to 41. Exact. */
        public long below(int power) {
            return below[power];
        }
    }
}
