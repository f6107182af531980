package io.edgeai.monitor.internal;

import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.time.Instant;

/** Closed windows of ten seconds, one after the other. */
final class Windows {
    static final Duration LENGTH = Duration.ofSeconds(10);
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private int next;

    WindowSummary of(long count, long errors, double p50, double p99) {
        return new WindowSummary(
                START.plus(LENGTH.multipliedBy(next++)),
                LENGTH,
                count,
                errors,
                p50,
                p50,
                p99,
                p99,
                ResourceReading.NONE,
                false);
    }
}
