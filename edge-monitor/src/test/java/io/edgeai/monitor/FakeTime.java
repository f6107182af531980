package io.edgeai.monitor;

import io.edgeai.core.concurrent.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock and a ticker that move when told. */
public final class FakeTime extends Clock implements Ticker {
    public static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private Instant now = START;
    private long nanos = Long.MAX_VALUE - 5_000_000_000L; // overflows soon, as the JVM's ticker may

    public FakeTime() {}

    /** Both move. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /** Somebody sets the clock; the ticker does not notice. */
    public synchronized void set(Instant value) {
        now = value;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
