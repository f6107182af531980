package io.edgeai.monitor.window;

import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.time.Instant;

/**
 * What happened in one window of one version. Latencies are NaN where nothing succeeded.
 *
 * @param start when it began, on the monitor's clock
 * @param length how long it really lasted, measured by the monotonic ticker
 * @param count inferences, failed ones included
 * @param errors failed inferences
 * @param p50Nanos median latency of the successes
 * @param p90Nanos 90th percentile
 * @param p99Nanos 99th percentile
 * @param maxNanos highest latency, at most 1/128 too high
 * @param resources what the process used when the window closed
 * @param gap the monitor did not run for a full window or more, so this one is longer than asked; nothing is lost, but
 *     detectors do not learn from it
 */
public record WindowSummary(
        Instant start,
        Duration length,
        long count,
        long errors,
        double p50Nanos,
        double p90Nanos,
        double p99Nanos,
        double maxNanos,
        ResourceReading resources,
        boolean gap) {
    /** A stretch of time of which nothing is known, for example while the process was down. */
    public static WindowSummary absent(Instant start, Duration length) {
        return new WindowSummary(
                start, length, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, ResourceReading.NONE, true);
    }

    /** When it ended, on the monitor's clock if nobody set it meanwhile. */
    public Instant end() {
        return start.plus(length);
    }

    /** Inferences per second, failed ones included. */
    public double throughputPerSecond() {
        return count / (length.toNanos() * 1e-9);
    }

    /** Share of inferences that failed, or NaN without any. */
    public double errorRate() {
        return count == 0 ? Double.NaN : (double) errors / count;
    }
}
