package io.edgeai.core.ensemble;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The moment by which one answer is wanted, or none; each part of the work is handed what remains. Immutable. */
public final class Deadline {
    private final Ticker ticker;
    private final @Nullable Duration asked;
    private final long end;

    private Deadline(Ticker ticker, @Nullable Duration asked) {
        this.ticker = ticker;
        this.asked = asked;
        this.end = asked == null ? 0 : ticker.nanos() + nanos(asked);
    }

    /** Counts from now; null never passes. */
    public static Deadline in(@Nullable Duration longest, Ticker ticker) {
        return new Deadline(ticker, longest);
    }

    /**
     * Time left, above zero; null where there is no deadline.
     *
     * @throws InferenceTimeoutException where none is left
     */
    public @Nullable Duration remaining() {
        if (asked == null) {
            return null;
        }
        long left = end - ticker.nanos();
        if (left <= 0) {
            throw passed();
        }
        return Duration.ofNanos(left);
    }

    /** Nanoseconds left, at least 0; {@link Long#MAX_VALUE} where there is no deadline. */
    public long nanosLeft() {
        return asked == null ? Long.MAX_VALUE : Math.max(0, end - ticker.nanos());
    }

    /** The error of an answer that came too late. */
    public InferenceTimeoutException passed() {
        return new InferenceTimeoutException("The answer took longer than its deadline (" + asked
                + "). Maybe allow more time, or ask for less at once.");
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : duration.toNanos();
    }
}
