package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;

/**
 * A run's listener that also stops what is under way when the run's time is spent, and tells the two apart. Not
 * thread-safe.
 */
final class Deadline implements Progress {
    private final Progress listener;
    private final Ticker ticker;
    private final long start;
    private final long nanos;
    private boolean stopped;

    /** @param nanos time from now on; {@link Long#MAX_VALUE} for any */
    Deadline(Progress listener, Ticker ticker, long nanos) {
        this.listener = listener;
        this.ticker = ticker;
        this.start = ticker.nanos();
        this.nanos = nanos;
    }

    long elapsed() {
        return ticker.nanos() - start;
    }

    /** Nanoseconds that are left; 0 or less where none are. */
    long left() {
        return nanos - elapsed();
    }

    boolean spent() {
        return elapsed() > nanos;
    }

    /** Whether the listener itself asks to stop. */
    boolean asked() {
        stopped |= listener.cancelled();
        return stopped;
    }

    /** Whether the listener has asked to stop when it was last heard; does not ask it again. */
    boolean stopped() {
        return stopped;
    }

    @Override
    public void update(String phase, long done, long total) {
        listener.update(phase, done, total);
    }

    @Override
    public boolean cancelled() {
        return asked() || spent();
    }
}
