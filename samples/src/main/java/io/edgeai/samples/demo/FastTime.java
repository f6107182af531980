package io.edgeai.samples.demo;

import io.edgeai.core.concurrent.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when told to, so that an hour of windows takes seconds. Thread-safe. */
final class FastTime extends Clock implements Ticker {
    private final Instant start;
    private final AtomicLong nanos = new AtomicLong();

    FastTime(Instant start) {
        this.start = start;
    }

    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        if (!zone.equals(ZoneOffset.UTC)) {
            throw new IllegalArgumentException("The demo's clock shows UTC, not (" + zone + ").");
        }
        return this;
    }
}
