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
 * @param runs what the answers waited, and the runs that gave them
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
        boolean gap,
        RunSummary runs) {
    /** A window whose runs are not known. */
    public WindowSummary(
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
        this(start, length, count, errors, p50Nanos, p90Nanos, p99Nanos, maxNanos, resources, gap, RunSummary.UNKNOWN);
    }

    /** A stretch of time of which nothing is known, for example while the process was down. */
    public static WindowSummary absent(Instant start, Duration length) {
        return new WindowSummary(
                start, length, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, ResourceReading.NONE, true);
    }

    /** With the energy of the process and what is known of its runs. */
    public WindowSummary with(double joules, RunSummary known) {
        ResourceReading reading =
                new ResourceReading(resources.cpuLoad(), resources.heapBytes(), resources.residentBytes(), joules);
        return new WindowSummary(
                start, length, count, errors, p50Nanos, p90Nanos, p99Nanos, maxNanos, reading, gap, known);
    }

    /** When it ended, on the monitor's clock if nobody set it meanwhile. */
    public Instant end() {
        return start.plus(length);
    }

    /** Inferences per second, failed ones included. */
    public double throughputPerSecond() {
        return count / (length.toNanos() * 1e-9);
    }

    /** Requests that waited at a time, on average, by Little's law; NaN where nothing is known. */
    public double queueDepth() {
        return runs.meanWaitNanos() * (count - errors) / length.toNanos();
    }

    /** Energy of a thousand answered calls; NaN where it cannot be read. */
    public double joulesPerThousand() {
        return count == errors ? Double.NaN : 1000 * runs.joules() / (count - errors);
    }

    /** Share of inferences that failed, or NaN without any. */
    public double errorRate() {
        return count == 0 ? Double.NaN : (double) errors / count;
    }
}
