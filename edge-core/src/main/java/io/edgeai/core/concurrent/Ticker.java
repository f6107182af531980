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
}
