package io.edgeai.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Sends requests at even times, as many as are due since the last look at the clock, whatever became of those before. */
final class EvenArrivals {
    private static final long PAUSE_NANOS = 500_000;

    private EvenArrivals() {}

    /**
     * What was sent.
     *
     * @param cores that the sending thread took, what it called included
     */
    record Sent(long count, double seconds, double cores) {
        double perSecond() {
            return count / seconds;
        }
    }

    /** Sends on this thread for a while. */
    static Sent send(double perSecond, long nanos, Runnable request) {
        long cpu = CpuClock.ofThisThread();
        long began = System.nanoTime();
        long now = began;
        long sent = 0;
        while (now - began < nanos) {
            for (long due = (long) ((now - began) / 1e9 * perSecond); sent < due; sent++) {
                request.run();
                if (sent % 1024 == 0 && System.nanoTime() - began >= nanos) {
                    break; // it cannot send as fast as it should
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            now = System.nanoTime();
        }
        double seconds = (now - began) / 1e9;
        return new Sent(sent, seconds, (CpuClock.ofThisThread() - cpu) / 1e9 / seconds);
    }
}
