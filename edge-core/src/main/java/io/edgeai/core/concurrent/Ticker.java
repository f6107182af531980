package io.edgeai.core.concurrent;

/**
 * A monotonic clock in nanoseconds with an arbitrary origin; injected wherever durations are measured. Implementations
 * are thread-safe.
 */
@FunctionalInterface
public interface Ticker {
    long nanos();

    /** The JVM's {@link System#nanoTime()}. */
    static Ticker system() {
        return System::nanoTime;
    }

    /**
     * CPU time of the thread that asks: what single-threaded work costs, whatever else the machine is busy with. Two
     * readings compare on one thread only. {@link #system()} where the JVM does not count it.
     */
    static Ticker threadCpu() {
        return () -> ThreadCpu.TICKER.nanos();
    }
}
