package io.edgeai.optimize.partition;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/**
 * What carries values from one worker to the next.
 *
 * @param bytesPerSecond bandwidth, above 0; infinity for shared memory
 * @param latency time until the first byte arrives
 */
public record Link(double bytesPerSecond, Duration latency) {
    public Link {
        if (!(bytesPerSecond > 0)) {
            throw new InvalidInputException("Bandwidth (" + bytesPerSecond + ") must be above 0 bytes per second.");
        }
        if (latency.isNegative()) {
            throw new InvalidInputException("Latency (" + latency + ") must not be negative.");
        }
    }

    /** Workers of one process: nothing is sent. */
    public static Link memory() {
        return new Link(Double.POSITIVE_INFINITY, Duration.ZERO);
    }

    /** A link of so many megabits per second and so many milliseconds. */
    public static Link of(double megabitsPerSecond, double latencyMillis) {
        return new Link(megabitsPerSecond * 1e6 / 8, Duration.ofNanos(Math.round(latencyMillis * 1e6)));
    }

    /** Microseconds until the last of so many bytes has arrived. */
    public double micros(long bytes) {
        return latency.toNanos() / 1e3 + bytes / bytesPerSecond * 1e6;
    }
}
