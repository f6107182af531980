package io.edgeai.federated.transport;

import io.edgeai.core.concurrent.Ticker;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * When participants should come back from a pause: a little before its end, not all at once. A quarter of the pause, and at
 * most 30 seconds, is for coming back; they are told moments of the first half of that. Thread-safe.
 */
final class Rests {
    private static final long LONGEST_RETURN_MILLIS = 30_000;

    private final Duration shortest;
    private final Ticker ticker;
    private long endNanos;
    private boolean resting;

    /** @param shortest pause of which anybody is told */
    Rests(Duration shortest, Ticker ticker) {
        this.shortest = shortest;
        this.ticker = ticker;
    }

    synchronized void begin(Duration pause) {
        endNanos = ticker.nanos() + pause.toNanos();
        resting = true;
    }

    /** How long one may leave now; zero where it is not worth it. */
    synchronized Duration of(String participant) {
        long left = resting ? TimeUnit.NANOSECONDS.toMillis(endNanos - ticker.nanos()) : 0;
        if (left <= 0 || left < shortest.toMillis()) {
            return Duration.ZERO;
        }
        long coming = Math.min(LONGEST_RETURN_MILLIS, left / 4);
        SplittableRandom random = new SplittableRandom(participant.hashCode() * 31L + endNanos);
        return Duration.ofMillis(left - coming + random.nextLong(coming / 2 + 1));
    }
}
